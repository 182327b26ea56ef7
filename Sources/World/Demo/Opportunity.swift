import Ethereum
import Wire

/// One pending swap of a user, what the bot answered, and what came of it.
public struct Opportunity: Sendable {
    /// What came of it.
    public enum Outcome: Equatable, Sendable {
        /// In the block, between two transactions of an operator.
        case included
        /// Sent, but the bundle is not in its block; why, where the bot could tell.
        case lost(reason: String)
        /// Proven while simulating, so that nothing was sent.
        case simulated
        case rejected(label: String, reason: String)
        /// The bot was away.
        case unanswered
    }

    public var block: UInt64
    public var swap: UserSwap
    /// Nil where the bot was away.
    public var answer: BotAnswer?
    public var outcome: Outcome

    /// `included`, `lost`, `simulated`, `unanswered`, or the rejection's label.
    public var label: String {
        switch outcome {
        case .included: "included"
        case .lost: "lost"
        case .simulated: "simulated"
        case .rejected(let label, _): label
        case .unanswered: "unanswered"
        }
    }
}
