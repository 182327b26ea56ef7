import Ethereum

/// A cause's numbers by name, as the database keeps them beside the label.
extension LostCause {
    /// Decimal numbers, `0x` hashes and addresses, or text.
    var facts: [String: String] {
        switch self {
        case .outbid(let block):
            ["blockNumber": String(block.number), "blockHash": block.hash.description]
        case .targetReplaced(let other): other.map { ["by": $0.description] } ?? [:]
        case .targetNonceGap(let state, let target):
            ["stateNonce": String(state), "targetNonce": String(target)]
        case .baseFeeTooHigh(let fee, let limit):
            ["baseFeePerGasWei": fee.description, "maxFeePerGasWei": limit.description]
        case .revertedAtBuilder(let reason): ["reason": reason]
        case .relayRefused(let code, let message): ["code": String(code), "message": message]
        case .relayUnreachable(let detail): ["detail": detail]
        case .late(let sent, let deadline):
            ["sentAtUnixMs": String(sent), "deadlineUnixMs": String(deadline)]
        case .missedByBuilder(let coinbase): ["coinbase": coinbase.description]
        case .headReorged(let from, let to): ["from": from.description, "to": to.description]
        case .replaced(let other): ["by": other.description]
        case .unknown(let facts): ["facts": facts]
        }
    }

    /// The cause of this label and these facts; nil for a label of a newer program or a fact that
    /// is missing or malformed.
    init?(label: String, facts: [String: String]) {
        switch label {
        case "outbid":
            guard let number = facts["blockNumber"].flatMap({ UInt64($0) }),
                let hash = facts["blockHash"].flatMap({ Hash32(hex: $0) })
            else { return nil }
            self = .outbid(block: BlockReference(number: number, hash: hash))
        case "target_replaced":
            guard let text = facts["by"] else {
                self = .targetReplaced(by: nil)
                return
            }
            guard let other = Hash32(hex: text) else { return nil }
            self = .targetReplaced(by: other)
        case "target_nonce_gap":
            guard let state = facts["stateNonce"].flatMap({ UInt64($0) }),
                let target = facts["targetNonce"].flatMap({ UInt64($0) })
            else { return nil }
            self = .targetNonceGap(stateNonce: state, targetNonce: target)
        case "base_fee_too_high":
            guard let fee = facts["baseFeePerGasWei"].flatMap({ UInt256(decimal: $0) }),
                let limit = facts["maxFeePerGasWei"].flatMap({ UInt256(decimal: $0) })
            else { return nil }
            self = .baseFeeTooHigh(baseFeePerGasWei: fee, maxFeePerGasWei: limit)
        case "reverted_at_builder":
            guard let reason = facts["reason"] else { return nil }
            self = .revertedAtBuilder(reason: reason)
        case "relay_refused":
            guard let code = facts["code"].flatMap({ Int64($0) }), let message = facts["message"]
            else { return nil }
            self = .relayRefused(code: code, message: message)
        case "relay_unreachable":
            guard let detail = facts["detail"] else { return nil }
            self = .relayUnreachable(detail: detail)
        case "late":
            guard let sent = facts["sentAtUnixMs"].flatMap({ Int64($0) }),
                let deadline = facts["deadlineUnixMs"].flatMap({ Int64($0) })
            else { return nil }
            self = .late(sentAtUnixMs: sent, deadlineUnixMs: deadline)
        case "missed_by_builder":
            guard let coinbase = facts["coinbase"].flatMap({ Address(hex: $0) }) else { return nil }
            self = .missedByBuilder(coinbase: coinbase)
        case "head_reorged":
            guard let from = facts["from"].flatMap({ Hash32(hex: $0) }),
                let to = facts["to"].flatMap({ Hash32(hex: $0) })
            else { return nil }
            self = .headReorged(from: from, to: to)
        case "replaced":
            guard let other = facts["by"].flatMap({ Hash32(hex: $0) }) else { return nil }
            self = .replaced(by: other)
        case "unknown":
            guard let known = facts["facts"] else { return nil }
            self = .unknown(facts: known)
        default: return nil
        }
    }
}
