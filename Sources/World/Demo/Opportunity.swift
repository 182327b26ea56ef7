import Ethereum
import Strategy

/// One pending swap that the bot looked at, and what came of it.
public struct Opportunity: Sendable {
    /// What came of it.
    public enum Outcome: Sendable {
        /// In the block, between our two transactions.
        case included(SimulatedBundle)
        /// Proven, but the block's builder did not take it.
        case lost(SimulatedBundle, reason: String)
        case rejected(Rejection)
    }

    public var block: UInt64
    public var swap: UserSwap
    public var outcome: Outcome

    /// `included`, `lost`, or the rejection's label.
    public var label: String {
        switch outcome {
        case .included: "included"
        case .lost: "lost"
        case .rejected(let rejection): rejection.label
        }
    }

    var bundle: SimulatedBundle? {
        switch outcome {
        case .included(let bundle), .lost(let bundle, _): bundle
        case .rejected: nil
        }
    }
}
