import Bot
import Ethereum
import JSON
import Wire

/// What the bot answered to a pending transaction, as its events tell it.
public struct BotAnswer: Equatable, Sendable {
    public let block: UInt64
    public let txHash: Hash32
    /// `sent`, `simulated`, or the rejection's label.
    public let outcome: String
    /// What an operator reads of a rejection.
    public let reason: String?
    /// The members that reports give a bundle; null where there is none.
    let bundle: [JSON.Member]
    /// `inventory` or `kept_grid`; nil where there is no bundle.
    public let mode: String?

    /// The answer of an event; nil where the event is another.
    init?(_ event: JSON) {
        guard event["event"] == "opportunity", let block = event["block"]?.uint64,
            let txHash = event["txHash"]?.hash, let outcome = event["outcome"]?.string
        else { return nil }
        self.block = block
        self.txHash = txHash
        self.outcome = outcome
        reason = event["reason"]?.string
        mode = event["mode"]?.string
        bundle = BundleFields.names.map { .init($0, event[$0] ?? .null) }
    }

    /// The members where there is no bundle.
    static let noBundle = BundleFields.members(nil)

    private subscript(name: String) -> JSON { JSON.object(bundle)[name] ?? .null }

    public var range: (tickLower: Int64, tickUpper: Int64)? {
        guard let lower = self["tickLower"].int64, let upper = self["tickUpper"].int64 else {
            return nil
        }
        return (lower, upper)
    }

    var liquidity: String? { self["liquidity"].string }
    /// Fees that the position earns, in wei.
    var feeWei: UInt256? { self["feeWei"].string.flatMap { UInt256(decimal: $0) } }
    package var gasUsed: UInt64? { self["gasUsed"].uint64 }
    /// Wei after gas and tip, at the worst fair price.
    public var netProfitWei: Int256? { self["netProfitWei"].string.flatMap { Int256(decimal: $0) } }
    public var swapperGainWei: UInt256? {
        self["swapperGainWei"].string.flatMap { UInt256(decimal: $0) }
    }
    var swapperGainBps: Double? { self["swapperGainBps"].double }
}
