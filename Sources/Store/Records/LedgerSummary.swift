import Ethereum

/// What the books say in total. Wei and raw units are added as 256-bit integers, never by SQL.
public struct LedgerSummary: Equatable, Sendable {
    /// Number of opportunities by outcome label.
    public var opportunities: [String: Int]
    /// Number of bundles by state.
    public var bundles: [String: Int]
    /// Number of lost bundles by cause.
    public var lostCauses: [String: Int]
    /// Number of requests to relays.
    public var submissions: Int
    /// Sum over landed bundles, in wei, as it was expected when they were built.
    public var expectedProfitWei: Int256
    /// Sum over landed bundles, in wei, by their receipts.
    public var realisedProfitWei: Int256
    /// Sum of the tips of landed bundles, in wei.
    public var tipsWei: UInt256
    /// Net change by kind of entry and by token (nil is ether), in wei or raw units.
    public var changes: [EntryKind: [Address?: Int256]]
    public var firstBlock: BlockReference?
    public var lastBlock: BlockReference?
}
