import EVM
import Ethereum

/// Something about a block or a transaction that a builder or we choose, and on which what a user
/// signed must not depend: else a simulation shows what the block will not.
public enum ExecutionVariation: String, CaseIterable, Sendable {
    case coinbase
    case gasPrice = "gas price"
    case gasLimit = "gas limit"
    case randomness

    /// The environment with that changed.
    func environment(_ environment: BlockEnvironment) -> BlockEnvironment {
        var other = environment
        switch self {
        case .coinbase:
            other.coinbase = Address(word: Keccak256.hash(environment.prevRandao.word, 1).word)
        case .randomness: other.prevRandao = Keccak256.hash(environment.prevRandao.word, 2)
        case .gasPrice, .gasLimit: break
        }
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
