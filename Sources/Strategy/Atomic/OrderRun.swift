import Contracts
import EVM
import Ethereum

/// One execution of an order: alone, or inside our transaction.
struct OrderRun {
    var outcome: TransactionOutcome
    /// The order's swap on the pool that we serve.
    var swap: UniswapV3PoolContract.Swap
    /// Balances behind it, by holding; one that cannot be read is absent.
    var balances: [Holding: UInt256]
    /// Wei that the order's own account, or its paymaster, paid for gas: of an operation.
    var paidGasWei: UInt256

    /// What the order's logs are told apart by.
    struct Mark: Equatable {
        var address: Address
        var topic: Hash32?
    }

    var marks: [Mark] { Self.marks(outcome.logs) }

    static func marks(_ logs: [Log]) -> [Mark] {
        logs.map { Mark(address: $0.address, topic: $0.topics.first) }
    }

    /// Whether these logs stand in the other's, one behind the other.
    static func stands(_ part: [Mark], in whole: [Mark]) -> Bool {
        guard part.count <= whole.count else { return false }
        return (0...whole.count - part.count).contains {
            whole[$0..<$0 + part.count].elementsEqual(part)
        }
    }
}

extension SignedOrder {
    /// What the chain says of the order's own success.
    enum Result: Equatable {
        case succeeded(paidGasWei: UInt256)
        case failedInside
        /// The logs do not speak of this order.
        case absent
    }

    /// Reads from logs whether what the user asked for has happened: a Safe and an EntryPoint
    /// swallow the failure of the call inside.
    func result(in logs: [Log]) -> Result {
        switch form {
        case .safe:
            for log in logs where log.address == account {
                // Indexed since Safe 1.4, the first word before.
                let named =
                    log.topics.dropFirst().first == hash
                    || ABIWords(log.data)[0] == hash.word
                guard named, let topic = log.topics.first else { continue }
                if topic == Safe.executionSuccessTopic { return .succeeded(paidGasWei: .zero) }
                if topic == Safe.executionFailureTopic { return .failedInside }
            }
        case .userOperation(let entryPoint, _, _):
            for log in logs {
                guard let executed = EntryPointV07.Executed(log, entryPoint: entryPoint),
                    executed.hash == hash
                else { continue }
                return executed.success
                    ? .succeeded(paidGasWei: executed.actualGasCostWei) : .failedInside
            }
        }
        return .absent
    }
}
