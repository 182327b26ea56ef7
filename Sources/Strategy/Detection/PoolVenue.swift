import Contracts
import EVM
import Ethereum
import UniswapV3

/// A family of pools that one factory creates, and what tells its pools from look-alikes.
public struct PoolVenue: Equatable, Sendable {
    /// How pools keep their state and tell of swaps. PancakeSwap V3 would be a second one: other
    /// callbacks, another `Swap` event, a `feeProtocol` of 32 bits in slot 0.
    public enum Layout: Equatable, Sendable {
        /// v3-core: storage as in `PoolStorage`, the event as in `UniswapV3PoolContract.Swap`.
        case uniswapV3
    }

    /// The name in reports.
    public var name: String
    public var deployment: Deployment
    public var layout: Layout

    public init(name: String, deployment: Deployment, layout: Layout = .uniswapV3) {
        self.name = name
        self.deployment = deployment
        self.layout = layout
    }

    /// The venues of Ethereum's mainnet.
    public static let mainnet = [
        PoolVenue(name: "Uniswap V3", deployment: .uniswapV3Mainnet),
        PoolVenue(name: "SushiSwap V3", deployment: .sushiSwapV3Mainnet),
    ]

    /// Mainnet's venues with Uniswap's factory in its place on another chain.
    public static func venues(uniswapFactory: Address) -> [PoolVenue] {
        guard uniswapFactory != Deployment.uniswapV3Mainnet.factory else { return mainnet }
        return [
            PoolVenue(
                name: "Uniswap V3",
                deployment: Deployment(
                    factory: uniswapFactory,
                    initCodeHash: Deployment.uniswapV3Mainnet.initCodeHash))
        ]
    }
}

/// A pool that is where its factory would have created it.
public struct GenuinePool: Equatable, Sendable {
    public var key: PoolKey
    public var venue: PoolVenue
}

extension GenuinePool {
    private static let token0 = Calldata(Selector("token0()")).bytes
    private static let token1 = Calldata(Selector("token1()")).bytes
    private static let fee = Calldata(Selector("fee()")).bytes
    /// Gas for one of these calls; a pool needs some hundred.
    private static let gasLimit: UInt64 = 30_000

    /// The pool at an address as the contract there describes itself, if one of these factories
    /// creates such a pool at just this address (CREATE2, EIP-1014); nil where it lies, or is none.
    ///
    /// Only code of the factory's can be at that address, so that what it says is true.
    static func at(
        _ address: Address, venues: [PoolVenue], machine: VirtualMachine
    ) throws(Rejection) -> GenuinePool? {
        guard let first = try word(address, token0, machine), first.bitWidth <= 160,
            let second = try word(address, token1, machine), second.bitWidth <= 160,
            let fee = try word(address, fee, machine)?.asUInt64, fee < 1_000_000,
            first < second,
            let key = PoolKey(
                sorting: Address(word: first), Address(word: second), feePips: UInt32(fee))
        else { return nil }
        return venues.first { key.address(in: $0.deployment) == address }
            .map { GenuinePool(key: key, venue: $0) }
    }

    private static func word(
        _ address: Address, _ data: [UInt8], _ machine: VirtualMachine
    ) throws(Rejection) -> UInt256? {
        do {
            let outcome = try machine.call(
                from: .zero, to: address, value: .zero, data: data, gasLimit: gasLimit)
            guard outcome.status == .success, outcome.output.count == 32 else { return nil }
            return ABIWords(outcome.output)[0]
        } catch {
            throw Rejection(error)
        }
    }
}
