import Ethereum

/// Why a holding changed.
public enum EntryKind: String, CaseIterable, Sendable {
    /// What was there when the books began.
    case opening
    /// What the executor paid into and got back from a position, before the tip.
    case bundleInventory = "bundle_inventory"
    /// What a bundle paid to the block's coinbase.
    case tip
    /// What a transaction of ours burnt and paid for gas.
    case gas
    /// Between holdings of ours, or a trade of the owner's.
    case transfer
    /// What closing an orphaned position brought back.
    case unwind
    /// From outside.
    case deposit
    /// To outside.
    case withdrawal
}

/// One change of one holding, as a receipt shows it.
///
/// A transaction that moves the same token of the same account several times for the same reason is
/// one entry with the sum: (transaction, account, token, kind) is booked once.
public struct LedgerEntry: Hashable, Sendable {
    public var holding: Holding
    public var kind: EntryKind
    /// Wei, or the token's raw units.
    public var deltaRaw: Int256
    /// Nil where no transaction made the change: an opening balance, a validator's withdrawal.
    public var transactionHash: Hash32?

    public init(
        holding: Holding, kind: EntryKind, deltaRaw: Int256, transactionHash: Hash32?
    ) {
        self.holding = holding
        self.kind = kind
        self.deltaRaw = deltaRaw
        self.transactionHash = transactionHash
    }
}

/// An entry in the books: where it stands, and the holding's balance after it.
public struct BookedEntry: Hashable, Sendable {
    public var entry: LedgerEntry
    public var block: BlockReference
    /// Wei, or the token's raw units; below zero only when an earlier entry is missing.
    public var balanceAfterRaw: Int256
}
