import Ethereum
import Strategy

/// The orders that were taken in, from their acceptance to their end. Bounded in every direction.
struct OrderBook {
    /// Where an order stands.
    enum State: Equatable {
        /// Decided upon at each head.
        case waiting
        /// In a bundle for this block.
        case sent(block: UInt64)
        case landed(block: UInt64, transaction: Hash32)
        /// It will not be tried again, and why.
        case dropped(reason: String)

        var label: String {
            switch self {
            case .waiting: "waiting"
            case .sent: "sent"
            case .landed: "landed"
            case .dropped: "dropped"
            }
        }

        var isOpen: Bool {
            switch self {
            case .waiting, .sent: true
            case .landed, .dropped: false
            }
        }
    }

    /// An order with where it stands.
    struct Entry {
        var order: SignedOrder
        var state: State
        /// Heads on which it was decided.
        var decisions = 0
        /// Bundles that were sent for it.
        var sends = 0
        /// The last answer: a rejection's label, or `sent`.
        var lastOutcome: String?
    }

    private(set) var entries: [Hash32: Entry] = [:]
    /// Hashes in the order of arrival.
    private var arrivals: [Hash32] = []

    /// Open orders at most, and ended ones that are remembered.
    static let openLimit = 256
    static let rememberedLimit = 1024
    /// Heads on which one order is tried: ten minutes of slots.
    static let decisionLimit = 50
    /// Bundles for one order: while one is under way its pools serve nobody else.
    static let sendLimit = 3

    /// Why there is no room for an order.
    enum Full: Error, Equatable {
        case book(limit: Int)
        /// Its account has another one that waits.
        case account(waiting: Hash32)
    }

    subscript(hash: Hash32) -> Entry? { entries[hash] }

    /// Orders that are decided upon, in the order of arrival.
    var open: [Hash32] { arrivals.filter { entries[$0]?.state.isOpen ?? false } }

    /// Whether an order may come in: one at a time of an account.
    func admit(_ order: SignedOrder) throws(Full) {
        let open = open
        guard open.count < Self.openLimit else { throw .book(limit: Self.openLimit) }
        let other = open.first {
            $0 != order.hash && entries[$0]?.order.account == order.account
        }
        if let other { throw .account(waiting: other) }
    }

    mutating func insert(_ order: SignedOrder) {
        if entries[order.hash] == nil { arrivals.append(order.hash) }
        entries[order.hash] = Entry(order: order, state: .waiting)
        forgetOldest()
    }

    private mutating func forgetOldest() {
        var ended = arrivals.count { !(entries[$0]?.state.isOpen ?? false) }
        guard ended > Self.rememberedLimit else { return }
        arrivals.removeAll { hash in
            guard ended > Self.rememberedLimit, !(entries[hash]?.state.isOpen ?? false) else {
                return false
            }
            ended -= 1
            entries[hash] = nil
            return true
        }
    }

    /// Writes down what a decision came to; an order that was tried for long enough is dropped.
    mutating func decided(_ hash: Hash32, _ outcome: String, sentFor block: UInt64?) {
        guard var entry = entries[hash], entry.state.isOpen else { return }
        entry.decisions += 1
        entry.lastOutcome = outcome
        if block != nil, entry.sends >= Self.sendLimit {
            entry.state = .dropped(reason: "\(Self.sendLimit) bundles did not land")
        } else if let block {
            entry.sends += 1
            entry.state = .sent(block: block)
        } else if entry.decisions >= Self.decisionLimit {
            entry.state = .dropped(
                reason: "not served within \(Self.decisionLimit) blocks, at last: \(outcome)")
        } else {
            entry.state = .waiting
        }
        entries[hash] = entry
    }

    mutating func set(_ hash: Hash32, _ state: State) { entries[hash]?.state = state }
}
