import Contracts
import Ethereum
import JSON
import UniswapV3
import Wire

/// A pool of the demo.
public struct DemoPool: Equatable, Sendable {
    public var key: PoolKey
    public var address: Address

    /// The fee as traders write it: 0.05 %.
    public var feeText: String { fixed(Double(key.feePips) / 10_000, decimals: 2) + " %" }
}

/// What the demo has deployed.
public struct DemoContracts: Sendable {
    public var uniswap: UniswapDeployment
    public var tokens: TokenPair
    /// The pool on which the inventory is traded back: the deeper one.
    public var hedgePool: DemoPool
    public var secondPool: DemoPool
    public var executor: Address

    public var pools: [DemoPool] { [hedgePool, secondPool] }

    /// The pool at this address, if it is one of the demo's.
    public func pool(_ address: Address) -> DemoPool? { pools.first { $0.address == address } }
}

/// The accounts of the demo, each with its key.
public struct DemoWallets: Sendable {
    public var deployer = Wallet(name: "deployer")
    public var owner = Wallet(name: "owner")
    public var operators = [Wallet(name: "operator 1"), Wallet(name: "operator 2")]
    public var provider = Wallet(name: "liquidity provider")
    /// Who lends by a pool of 0.01 % and by the Aave market, and administers the latter.
    public var lender = Wallet(name: "lender")
    public var arbitrageur = Wallet(name: "arbitrageur")
    public var users = (1...8).map { Wallet(name: "user \($0)") }
    public var crowd = (1...40).map { Wallet(name: "crowd \($0)") }

    public init() {}

    /// All of them with the ether that the genesis gives them.
    var funded: [(Address, wei: UInt256)] {
        let ether = UInt256(1_000_000_000_000_000_000 as UInt64)
        let rich = [deployer, owner, provider, arbitrageur, lender] + users
        return rich.map { ($0.address, 1_000_000 &* ether) }
            + operators.map { ($0.address, 10 &* ether) }
            + crowd.map { ($0.address, 100 &* ether) }
    }

    /// The operator's own accounts, which gain and lose by his own doing.
    package var own: Set<Address> { Set([owner.address] + operators.map(\.address)) }
}
