import EVM
import Ethereum

/// The transactions of a block under way, one after another on one machine, with the gas and the
/// receipts so far.
struct TransactionSequence {
    let machine: VirtualMachine
    /// The block's.
    let gasLimit: UInt64
    private(set) var included: [ExecutedTransaction] = []
    private(set) var gasUsed: UInt64 = 0

    init(machine: VirtualMachine, gasLimit: UInt64) {
        self.machine = machine
        self.gasLimit = gasLimit
    }

    /// Executes a transaction behind others of the block that used `gasUsedBefore`.
    func execute(
        _ signed: SignedTransaction, sender: Address, gasUsedBefore: UInt64
    ) throws(ExecutionError) -> TransactionOutcome {
        let available = gasLimit - min(gasUsedBefore, gasLimit)
        guard signed.transaction.gasLimit <= available else {
            throw .invalid(
                .gasLimitAboveBlock(
                    gasLimit: signed.transaction.gasLimit, available: available))
        }
        return try machine.execute(signed.transaction, sender: sender)
    }

    /// Takes up an executed transaction.
    mutating func append(
        _ signed: SignedTransaction, sender: Address, _ outcome: TransactionOutcome
    ) {
        gasUsed += outcome.gasUsed
        included.append(
            ExecutedTransaction(
                signed: signed, sender: sender, outcome: outcome,
                receipt: Receipt(
                    type: signed.transaction.type,
                    outcome: .status(succeeded: outcome.status == .success),
                    cumulativeGasUsed: gasUsed, logs: outcome.logs)))
    }

    var receiptsRoot: Hash32 { BlockRoots.receiptsRoot(of: included.map(\.receipt)) }

    var logsBloom: LogsBloom {
        var bloom = LogsBloom()
        for transaction in included { bloom.formUnion(transaction.receipt.logsBloom) }
        return bloom
    }
}
