/// Something that goes wrong in a demo on purpose.
public enum DemoFault: Hashable, Sendable {
    /// The relay refuses every bundle.
    case relayRefuses
    /// The relay stops listening before this block of the demo.
    case relayDies(block: Int)
    /// The node drops its WebSockets in the middle of this block's slot.
    case webSocketDrops(block: Int)
    /// This block and the one before are replaced by others.
    case reorganisation(block: Int)
    /// The bot's process is killed at random moments, so many times.
    case botKilled(times: Int)

    /// The forms, for messages.
    public static let forms =
        "relay-refuses, relay-dies@BLOCK, ws-drops@BLOCK, reorg@BLOCK, bot-killed@TIMES"

    /// The fault of a text like `reorg@15`; nil for any other text.
    public init?(_ text: String) {
        if text == "relay-refuses" {
            self = .relayRefuses
            return
        }
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, let number = Int(parts[1]), number >= 1, number <= 100_000 else {
            return nil
        }
        switch parts[0] {
        case "relay-dies": self = .relayDies(block: number)
        case "ws-drops": self = .webSocketDrops(block: number)
        case "reorg": self = .reorganisation(block: number)
        case "bot-killed": self = .botKilled(times: number)
        default: return nil
        }
    }

    /// The block of the demo at which it happens; nil where it is not at one block.
    public var block: Int? {
        switch self {
        case .relayRefuses, .botKilled: nil
        case .relayDies(let block), .webSocketDrops(let block), .reorganisation(let block): block
        }
    }
}

extension DemoFault: CustomStringConvertible {
    public var description: String {
        switch self {
        case .relayRefuses: "relay-refuses"
        case .relayDies(let block): "relay-dies@\(block)"
        case .webSocketDrops(let block): "ws-drops@\(block)"
        case .reorganisation(let block): "reorg@\(block)"
        case .botKilled(let times): "bot-killed@\(times)"
        }
    }
}
