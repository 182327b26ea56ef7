import Ethereum
import Strategy

/// The orders that were taken in, from their acceptance to their end. Bounded in every direction.
package struct OrderBook {
    /// Where an order stands.
    package enum State: Equatable {
        /// Decided upon at each head.
        case waiting
        /// In a bundle for this block.
        case sent(block: UInt64)
        case landed(block: UInt64, transaction: Hash32)
        /// It will not be tried again unless it is sent in again, and why.
        case dropped(reason: String)

        var label: String {
            switch self {
            case .waiting: "waiting"
            case .sent: "sent"
            case .landed: "landed"
            case .dropped: "dropped"
            }
        }

        package var isOpen: Bool {
            switch self {
            case .waiting, .sent: true
            case .landed, .dropped: false
            }
        }
    }

    /// An order with where it stands.
    package struct Entry {
        package var order: SignedOrder
        package var state: State
        /// Heads on which it was decided.
        package var decisions = 0
        /// Bundles for it that did not land, one after the other.
        package var losses = 0
        /// The block before which no other is sent for it.
        package var notBefore: UInt64 = 0
        /// Decisions, one after the other, in which our contract could not execute it.
        var failures = 0
        /// The block for which it was decided upon last.
        var decidedFor: UInt64 = 0
        /// The last answer: a rejection's label, or `sent`.
        var lastOutcome: String?
    }

    package private(set) var entries: [Hash32: Entry] = [:]
    /// Hashes in the order of arrival.
    private var arrivals: [Hash32] = []

    /// Open orders at most, and ended ones that are remembered.
    package static let openLimit = 256
    static let rememberedLimit = 1024
    /// Heads on which one order is tried: ten minutes of slots.
    package static let decisionLimit = 50
    /// Decisions in which our contract cannot execute an order that succeeds alone.
    static let failureLimit = 2
    /// The longest wait behind bundles that did not land, in blocks.
    private static let longestWait: UInt64 = 64

    package init() {}

    /// Why there is no room for an order.
    package enum Full: Error, Equatable {
        case book(limit: Int)
        /// Its account has another one that waits.
        case account(waiting: Hash32)
    }

    package subscript(hash: Hash32) -> Entry? { entries[hash] }

    /// Orders that are decided upon: first those of the accounts that are known to land, then those
    /// that have waited for the longest.
    func open(isKnown: (Address) -> Bool = { _ in false }) -> [Hash32] {
        let open = arrivals.filter { entries[$0]?.state.isOpen ?? false }
        let ranked = open.enumerated().map { index, hash in
            let entry = entries[hash]!
            return (
                hash: hash, rank: (isKnown(entry.order.account) ? 0 : 1, entry.decidedFor, index)
            )
        }
        return ranked.sorted { $0.rank < $1.rank }.map(\.hash)
    }

    /// Whether an order may come in: one at a time of an account.
    package func admit(_ order: SignedOrder) throws(Full) {
        let open = open()
        let isOpen = entries[order.hash]?.state.isOpen ?? false
        guard isOpen || open.count < Self.openLimit else { throw .book(limit: Self.openLimit) }
        let other = open.first {
            $0 != order.hash && entries[$0]?.order.account == order.account
        }
        if let other { throw .account(waiting: other) }
    }

    /// Takes an order in. One that is open stays as it is; one that has ended begins again, and
    /// what its lost bundles have earned it stays.
    package mutating func insert(_ order: SignedOrder) {
        let known = entries[order.hash]
        guard !(known?.state.isOpen ?? false) else { return }
        if known == nil { arrivals.append(order.hash) }
        var entry = Entry(order: order, state: .waiting)
        entry.losses = known?.losses ?? 0
        entry.notBefore = known?.notBefore ?? 0
        entries[order.hash] = entry
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

    /// Writes down what a decision for a block came to, and whether a bundle is sent; an order that
    /// was tried for long enough is dropped.
    package mutating func decided(
        _ hash: Hash32, _ outcome: String, for block: UInt64, isSent: Bool
    ) {
        guard var entry = entries[hash], entry.state.isOpen else { return }
        entry.decisions += 1
        entry.decidedFor = block
        entry.lastOutcome = outcome
        if isSent {
            entry.failures = 0
            entry.state = .sent(block: block)
        } else if entry.decisions >= Self.decisionLimit {
            entry.state = .dropped(
                reason: "not served within \(Self.decisionLimit) blocks, at last: \(outcome)")
        } else {
            entry.state = .waiting
        }
        entries[hash] = entry
    }

    /// Our contract cannot execute it although it succeeds alone: with the second time in a row it
    /// is dropped.
    package mutating func failedWithin(_ hash: Hash32, reason: String) {
        guard entries[hash]?.state.isOpen ?? false else { return }
        entries[hash]?.failures += 1
        if entries[hash]!.failures >= Self.failureLimit {
            entries[hash]?.state = .dropped(reason: reason)
        }
    }

    /// Its bundle did not land: it waits for 1, 2, 4, … blocks before the next.
    package mutating func lost(_ hash: Hash32, in block: UInt64) {
        guard entries[hash]?.state.isOpen ?? false else { return }
        entries[hash]!.losses += 1
        let wait = min(Self.longestWait, 1 << UInt64(min(entries[hash]!.losses - 1, 6)))
        entries[hash]?.notBefore = block + wait
        entries[hash]?.state = .waiting
    }

    /// The same order with another end of its validity, which no signature covers: the later holds,
    /// so that who has seen an order cannot end it for its owner.
    package mutating func extend(_ hash: Hash32, validUntil: UInt64?) {
        guard let known = entries[hash]?.order.validUntil else { return }
        entries[hash]?.order.validUntil = validUntil.map { max($0, known) }
    }

    /// Writes down where an order stands.
    package mutating func set(_ hash: Hash32, _ state: State) { entries[hash]?.state = state }
}
