import EVM
import Ethereum

/// A transaction as it stands in a block, with what it did there.
public struct ExecutedTransaction: Sendable {
    public var signed: SignedTransaction
    public var sender: Address
    public var outcome: TransactionOutcome
    public var receipt: Receipt

    public init(
        signed: SignedTransaction, sender: Address, outcome: TransactionOutcome, receipt: Receipt
    ) {
        self.signed = signed
        self.sender = sender
        self.outcome = outcome
        self.receipt = receipt
    }
}

/// A sealed block with its execution.
public struct Block: Sendable {
    public var header: BlockHeader
    public var hash: Hash32
    public var transactions: [ExecutedTransaction]
    /// What execution read of the state before it.
    public var accessed: AccessedState
    /// What execution changed.
    public var changes: StateChanges

    public init(
        header: BlockHeader, transactions: [ExecutedTransaction], accessed: AccessedState,
        changes: StateChanges
    ) {
        self.header = header
        self.hash = header.hash
        self.transactions = transactions
        self.accessed = accessed
        self.changes = changes
    }

    /// The block's number.
    public var number: UInt64 { header.number }
}
