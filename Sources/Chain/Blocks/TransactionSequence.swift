import EVM
import Ethereum

/// The transactions of a block under way, one after another on one machine, with the gas and the
/// receipts so far.
struct TransactionSequence {
    let machine: VirtualMachine
    /// The block's.
    let gasLimit: UInt64
    private(set) var included: [ExecutedTransaction] = []
    /// What the block's gas limit bounds.
    private(set) var blockGas = BlockGas()
    /// What the senders pay for.
    private var paidGas: UInt64 = 0

    init(machine: VirtualMachine, gasLimit: UInt64) {
        self.machine = machine
        self.gasLimit = gasLimit
    }

    /// Executes a transaction behind others of the block that used `gasBefore`.
    func execute(
        _ signed: SignedTransaction, sender: Address, gasBefore: BlockGas
    ) throws(ExecutionError) -> TransactionOutcome {
        try require(
            min(signed.transaction.gasLimit, machine.executionGasCap), behind: gasBefore.execution)
        try require(signed.transaction.gasLimit, behind: gasBefore.state)
        return try machine.execute(signed.transaction, sender: sender)
    }

    /// The block must have room for all that a transaction may use, in both dimensions.
    private func require(_ gas: UInt64, behind used: UInt64) throws(ExecutionError) {
        let available = gasLimit - min(used, gasLimit)
        guard gas <= available else {
            throw .invalid(.gasLimitAboveBlock(gasLimit: gas, available: available))
        }
    }

    /// Takes up an executed transaction.
    mutating func append(
        _ signed: SignedTransaction, sender: Address, _ outcome: TransactionOutcome
    ) {
        blockGas += outcome.blockGas
        paidGas += outcome.gasUsed
        included.append(
            ExecutedTransaction(
                signed: signed, sender: sender, outcome: outcome,
                receipt: Receipt(
                    type: signed.transaction.type,
                    outcome: .status(succeeded: outcome.status == .success),
                    cumulativeGasUsed: paidGas, logs: outcome.logs)))
    }

    var receiptsRoot: Hash32 { BlockRoots.receiptsRoot(of: included.map(\.receipt)) }

    var logsBloom: LogsBloom {
        var bloom = LogsBloom()
        for transaction in included { bloom.formUnion(transaction.receipt.logsBloom) }
        return bloom
    }
}
