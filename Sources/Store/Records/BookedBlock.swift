import Ethereum

/// A block of the chain with every change of our holdings in it; most blocks have none.
public struct BookedBlock: Hashable, Sendable {
    public var number: UInt64
    public var hash: Hash32
    public var parentHash: Hash32
    /// Seconds since 1970, from the block's header.
    public var timestampSeconds: UInt64
    /// In the order of the block's transactions.
    public var entries: [LedgerEntry]

    public init(
        number: UInt64, hash: Hash32, parentHash: Hash32, timestampSeconds: UInt64,
        entries: [LedgerEntry]
    ) {
        self.number = number
        self.hash = hash
        self.parentHash = parentHash
        self.timestampSeconds = timestampSeconds
        self.entries = entries
    }

    /// Number and hash.
    public var reference: BlockReference { BlockReference(number: number, hash: hash) }
}

/// What booking a block did.
public enum BookingResult: Equatable, Sendable {
    case booked
    /// The same block with the same entries was in the books: nothing changed.
    case alreadyBooked
}

/// What rolling back removed.
public struct RollbackResult: Equatable, Sendable {
    /// Orphaned blocks, newest first.
    public var blocks: [BlockReference]
    /// Number of entries that went with them.
    public var entriesRemoved: Int
    /// Hashes of the bundles that had landed, or had been unwound, in those blocks. Each is now
    /// `orphaned` and among the unresolved.
    public var bundlesOrphaned: [Hash32]
}
