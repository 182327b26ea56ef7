import EVM
import Ethereum

/// Something about a block or a transaction that a builder or we choose, and on which what a user
/// signed must not depend: else a simulation shows what the block will not.
public enum ExecutionVariation: String, CaseIterable, Sendable {
    case coinbase
    case gasPrice = "gas price"
    case gasLimit = "gas limit"
    case randomness

    /// The environment with that changed. What is changed follows from the coinbase, which nobody
    /// can know of beforehand (`SimulatedCoinbase`): the head's randomness anybody can write down.
    package func environment(_ environment: BlockEnvironment) -> BlockEnvironment {
        var other = environment
        switch self {
        case .coinbase:
            other.coinbase = Address(word: Keccak256.hash(environment.coinbase.word, 1).word)
        case .randomness: other.prevRandao = Keccak256.hash(environment.coinbase.word, 2)
        case .gasPrice, .gasLimit: break
        }
        return other
    }

    /// The environment with everything changed at once that the next block's builder chooses or
    /// that only its slot tells: coinbase, randomness, and the gas limit, by a sixteenth of what a
    /// block may move it by (EIP-1559: less than a 1024th of the parent's).
    static func ofAnotherBuilder(_ environment: BlockEnvironment) -> BlockEnvironment {
        var other = randomness.environment(environment)
        other.coinbase = coinbase.environment(environment).coinbase
        other.gasLimit += environment.gasLimit / 16_384
        return other
    }

    /// The transaction with that changed: a wei more for a gas, a quarter more of it.
    func transaction(_ transaction: Transaction) -> Transaction {
        var other = transaction
        switch self {
        case .gasPrice:
            other.maxFeePerGas = transaction.maxFeePerGas &+ .one
            other.maxPriorityFeePerGas = .one
        case .gasLimit: other.gasLimit += transaction.gasLimit / 4
        case .coinbase, .randomness: break
        }
        return other
    }
}
