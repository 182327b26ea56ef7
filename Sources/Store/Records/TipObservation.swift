import Ethereum

/// One thing that was seen of a pool's competitors or of an own bid, as it is learnt from.
public struct TipObservation: Equatable, Sendable {
    /// What was seen.
    public enum Sight: Equatable, Sendable {
        /// Another's just-in-time liquidity landed: wei that it earned after gas and that the
        /// builder got of it, and what it had deposited, in raw units.
        case rivalLanded(
            grossWei: UInt256, tipWei: UInt256, deposit0Raw: UInt256, deposit1Raw: UInt256)
        /// A swap that was worth serving was mined, and nobody served it.
        case unopposed
        /// Our bundle landed with this share of its profit, in basis points.
        case won(shareBps: UInt64)
        /// Our bundle was outbid.
        case lost(shareBps: UInt64)
    }

    public var pool: Address
    /// The block in which it happened, or behind which it was known.
    public var blockNumber: UInt64
    /// The transaction or the bundle that tells of it.
    public var source: Hash32
    public var sight: Sight

    public init(pool: Address, blockNumber: UInt64, source: Hash32, sight: Sight) {
        self.pool = pool
        self.blockNumber = blockNumber
        self.source = source
        self.sight = sight
    }
}
