import Ethereum

/// Where a bundle stands.
///
/// ```
/// built ─▶ sent ─▶ landed ─▶ orphaned ─▶ unwound
///   └───────┴────▶ lost        └─▶ landed, lost
/// ```
/// What the chain shows overrides what was concluded: a bundle given up for lost, or never marked
/// as sent, may turn out to have landed, or `open` alone to stand in a block.
public enum BundleState: Hashable, Sendable {
    /// On disk; perhaps sent, if the process ended right then.
    case built
    /// At least one relay was asked to take it.
    case sent
    /// All three transactions are in this block. The profit is in wei, by the receipts.
    case landed(BlockReference, realisedProfitWei: Int256)
    case lost(LostCause)
    /// Its block is no longer in the chain, or `open` stands there without `close`: a position may
    /// be open and must be closed.
    case orphaned(BlockReference?)
    /// The position that an orphaned bundle left open was closed in this block.
    case unwound(BlockReference)

    /// The name in the database and in reports.
    public var label: String {
        switch self {
        case .built: "built"
        case .sent: "sent"
        case .landed: "landed"
        case .lost: "lost"
        case .orphaned: "orphaned"
        case .unwound: "unwound"
        }
    }

    /// Whether a bundle in this state may come into the other.
    func mayBecome(_ next: BundleState) -> Bool {
        switch (self, next) {
        case (.built, .sent), (.built, .lost), (.built, .landed), (.built, .orphaned): true
        case (.sent, .landed), (.sent, .lost), (.sent, .orphaned): true
        case (.landed, .orphaned): true
        case (.orphaned, .landed), (.orphaned, .lost), (.orphaned, .unwound): true
        case (.orphaned, .orphaned): true
        case (.lost, .landed), (.lost, .orphaned): true
        case (.unwound, .orphaned): true
        default: false
        }
    }

    /// The block of its inclusion.
    var block: BlockReference? {
        switch self {
        case .landed(let block, _), .unwound(let block): block
        case .orphaned(let block): block
        case .built, .sent, .lost: nil
        }
    }
}

/// A bundle with its state.
public struct StoredBundle: Hashable, Sendable {
    public var bundle: BundleRecord
    public var state: BundleState

    public init(bundle: BundleRecord, state: BundleState) {
        self.bundle = bundle
        self.state = state
    }
}
