import Chain
import EVM
import Ethereum

/// A chain in this process, with what its actors need to sign and to see their transactions mined.
public struct LocalChain: Sendable {
    /// Gas of a block: low, so that the traffic of a demo keeps the base fee moving as on mainnet.
    public static let gasLimit: UInt64 = 8_000_000
    public static let secondsPerSlot: UInt64 = 12
    public static let chainId: UInt64 = 31337

    public var chain: Blockchain
    /// Who receives tips and priority fees.
    public let coinbase: Address
    private let seed: UInt64
    /// The base fee of every block, where it does not follow the traffic.
    private let fixedBaseFeePerGas: UInt256?

    /// A chain whose genesis gives these accounts ether. With a fixed base fee the traffic of the
    /// chain, which is not that of mainnet, does not decide what gas costs.
    public init(
        seed: UInt64, funded: [(Address, wei: UInt256)], baseFeePerGas: UInt256,
        timestamp: UInt64 = 1_767_225_600, fixedBaseFee: Bool = false
    ) {
        fixedBaseFeePerGas = fixedBaseFee ? baseFeePerGas : nil
        var genesis = WorldState()
        for (address, wei) in funded { genesis.set(Account(balance: wei), at: address) }
        genesis.set(
            Account(nonce: 1, codeHash: BeaconRoots.code.hash), at: BeaconRoots.address,
            code: BeaconRoots.code)
        coinbase = Wallet(name: "block builder").address
        self.seed = seed
        chain = Blockchain(
            chainId: Self.chainId, genesis: genesis, timestamp: timestamp,
            gasLimit: Self.gasLimit, baseFeePerGas: baseFeePerGas)
    }

    /// What the next block gives to its transactions, one slot after the head.
    public var nextEnvironment: BlockEnvironment {
        environment(timestamp: chain.head.header.timestamp + Self.secondsPerSlot)
    }

    /// What a next block of this time, in Unix seconds, gives to its transactions.
    public func environment(timestamp: UInt64) -> BlockEnvironment {
        let number = chain.head.number + 1
        let randao = Keccak256.hash(UInt256(seed), UInt256(number))
        var environment = chain.environment(
            after: chain.head.number, timestamp: timestamp, coinbase: coinbase, prevRandao: randao)
        if let fixedBaseFeePerGas { environment.baseFeePerGas = fixedBaseFeePerGas }
        return environment
    }

    /// A builder of the next block, one slot after the head.
    public func builder() throws -> BlockBuilder { try builder(nextEnvironment) }

    /// A builder of a next block.
    public func builder(_ environment: BlockEnvironment) throws -> BlockBuilder {
        try chain.builder(
            environment,
            parentBeaconBlockRoot: Keccak256.hash(
                environment.prevRandao.word, UInt256(environment.number)))
    }

    /// Wei per gas that a transaction offers to be mined in one of the next blocks.
    public var comfortableMaxFeePerGas: UInt256 {
        let baseFee = nextEnvironment.baseFeePerGas
        return baseFee &+ baseFee
    }

    /// Mines these transactions in their order, over as many blocks as their gas needs. A failing
    /// one is an error: it is used to set a world up.
    public mutating func mine(_ candidates: [BlockBuilder.Candidate]) throws {
        var rest = candidates[...]
        while !rest.isEmpty {
            let builder = try builder()
            while let next = rest.first,
                next.signed.transaction.gasLimit <= builder.gasLeft
            {
                let outcome = try builder.include(next)
                guard outcome.status == .success else {
                    throw SetupError.transactionFailed(
                        to: next.signed.transaction.to, status: outcome.status,
                        output: outcome.output)
                }
                rest = rest.dropFirst()
            }
            if chain.append(builder).transactions.isEmpty {
                throw SetupError.doesNotFitBlock(
                    gasLimit: rest.first?.signed.transaction.gasLimit ?? 0)
            }
        }
    }
}

/// Why a world could not be set up: something that its seed does not decide.
public enum SetupError: Error, CustomStringConvertible {
    case transactionFailed(to: Address?, status: ExecutionStatus, output: [UInt8])
    case doesNotFitBlock(gasLimit: UInt64)
    case unexpectedState(String)
    /// A history's event that the real contracts do not repeat.
    case eventFails(sequence: Int, status: ExecutionStatus, output: [UInt8])

    public var description: String {
        switch self {
        case .transactionFailed(let to, let status, let output):
            "set-up transaction to \(to.map(String.init(describing:)) ?? "a new contract") failed: "
                + "\(status) \(Hex.prefixed(output.prefix(100)))"
        case .doesNotFitBlock(let gasLimit):
            "a set-up transaction asks for \(gasLimit) gas, a block has \(LocalChain.gasLimit)"
        case .unexpectedState(let what): "set-up went wrong: \(what)"
        case .eventFails(let sequence, let status, let output):
            "the event with seq \(sequence) cannot be repeated: \(status) "
                + Hex.prefixed(output.prefix(100))
        }
    }
}
