import Ethereum

/// Why a bundle did not land.
public enum LostCause: Hashable, Sendable {
    /// The target landed in this block without us: another bundle paid more.
    case outbid(block: BlockReference)
    /// The sender used the target's nonce for another transaction; nil when it only disappeared.
    case targetReplaced(by: Hash32?)
    /// A transaction of the target's sender was missing before it.
    case targetNonceGap(stateNonce: UInt64, targetNonce: UInt64)
    case baseFeeTooHigh(baseFeePerGasWei: UInt256, maxFeePerGasWei: UInt256)
    /// The builder's own simulation refused it.
    case revertedAtBuilder(reason: String)
    case relayRefused(code: Int64, message: String)
    case relayUnreachable(detail: String)
    /// Sent after the slot's deadline, both in milliseconds since 1970.
    case late(sentAtUnixMs: Int64, deadlineUnixMs: Int64)
    /// The block has neither the target nor a rival: its builder never saw the bundle or left it
    /// out.
    case missedByBuilder(coinbase: Address)
    /// The head on which it was proven, or the block that held it, is no longer in the chain.
    case headReorged(from: Hash32, to: Hash32)
    /// Another bundle of ours took its place.
    case replaced(by: Hash32)
    /// None of these could be shown; what is known.
    case unknown(facts: String)

    /// The name in the database, metrics and reports.
    public var label: String {
        switch self {
        case .outbid: "outbid"
        case .targetReplaced: "target_replaced"
        case .targetNonceGap: "target_nonce_gap"
        case .baseFeeTooHigh: "base_fee_too_high"
        case .revertedAtBuilder: "reverted_at_builder"
        case .relayRefused: "relay_refused"
        case .relayUnreachable: "relay_unreachable"
        case .late: "late"
        case .missedByBuilder: "missed_by_builder"
        case .headReorged: "head_reorged"
        case .replaced: "replaced"
        case .unknown: "unknown"
        }
    }
}

extension LostCause: CustomStringConvertible {
    /// What an operator reads.
    public var description: String {
        switch self {
        case .outbid(let block): "the target landed without us in \(block)"
        case .targetReplaced(let other?): "the target's sender replaced it by \(other)"
        case .targetReplaced(nil): "the target's sender cancelled it"
        case .targetNonceGap(let state, let target):
            "the target has nonce \(target), its sender's next is \(state)"
        case .baseFeeTooHigh(let fee, let limit):
            "base fee \(fee) wei above our maximum of \(limit) wei"
        case .revertedAtBuilder(let reason): "reverted in the builder's simulation: \(reason)"
        case .relayRefused(let code, let message): "the relay refused it: \(message) (\(code))"
        case .relayUnreachable(let detail): "the relay could not be reached: \(detail)"
        case .late(let sent, let deadline): "sent \(sent - deadline) ms after the slot's deadline"
        case .missedByBuilder(let coinbase): "left out by the builder that pays \(coinbase)"
        case .headReorged(let from, let to): "the block \(from) was replaced; the head is \(to)"
        case .replaced(let other): "our own bundle \(other) took its place"
        case .unknown(let facts): "unknown: \(facts)"
        }
    }
}
