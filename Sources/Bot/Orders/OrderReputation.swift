import Ethereum

/// What a client, an account and whoever makes it or pays for it may ask of our time: executions
/// per head, and, after ERC-7562, how many orders may come in without any of them landing.
///
/// Until an order was found valid, its signature among all else, nothing of it is the account's
/// doing: what it costs to find out is charged to the client that sent it.
package struct OrderReputation {
    private struct Record {
        /// Orders that were found valid, and bundles that did not land.
        var seen = 0
        var included = 0
        /// Orders that were found valid since the last head.
        var valid = 0
    }

    private var records: [Address: Record] = [:]
    /// Executions since the last head, by client.
    private var executions: [String: Int] = [:]
    /// Executions of everybody since the last head.
    private var allExecutions = 0
    /// Bundles of newcomers that did not land, since one did.
    private var newcomersLost = 0
    private var newcomersNotBefore: UInt64 = 0

    /// Valid orders of one account on one head; executions for one client, and of all.
    package static let validPerAccount = 4
    package static let executionsPerClient = 32
    package static let executionsPerHead = 128
    /// Orders without one that landed, before an account is throttled, and for each that landed.
    package static let slack = 20
    package static let seenPerIncluded = 10
    /// Bundles of newcomers that may be lost one after the other before all newcomers wait.
    package static let newcomerSlack = 4
    /// Accounts that are remembered.
    private static let accountLimit = 4096

    /// Nobody is known yet.
    package init() {}

    /// Why an account's order is not even executed.
    package enum Refusal: Error, Equatable {
        case throttled(Address, seen: Int, included: Int)
        case accountBudget(limit: Int)
        case clientBudget(limit: Int)
        case headBudget(limit: Int)
    }

    /// Takes one validation from a client's budget for an order of an account, which others, its
    /// entities, make or pay for.
    package mutating func spend(
        client: String, account: Address, entities: [Address] = []
    ) throws(Refusal) {
        guard allExecutions < Self.executionsPerHead else {
            throw .headBudget(limit: Self.executionsPerHead)
        }
        guard executions[client, default: 0] < Self.executionsPerClient else {
            throw .clientBudget(limit: Self.executionsPerClient)
        }
        for entity in [account] + entities {
            guard let record = records[entity] else { continue }
            guard record.seen <= Self.slack + Self.seenPerIncluded * record.included else {
                throw .throttled(entity, seen: record.seen, included: record.included)
            }
        }
        guard records[account]?.valid ?? 0 < Self.validPerAccount else {
            throw .accountBudget(limit: Self.validPerAccount)
        }
        executions[client, default: 0] += 1
        allExecutions += 1
    }

    /// An order was found valid, its signature among all else; its entities stand behind it.
    package mutating func validated(_ entities: [Address]) {
        for entity in Set(entities) {
            change(entity) {
                $0.seen += 1
                $0.valid += 1
            }
        }
    }

    /// An order has landed.
    package mutating func landed(_ entities: [Address]) {
        for entity in Set(entities) { change(entity) { $0.included += 1 } }
        newcomersLost = 0
        newcomersNotBefore = 0
    }

    /// A bundle for an order did not land in a block: it has kept its pools from others, which
    /// counts as an order without effect. Where newcomers' bundles are lost one after the other,
    /// all newcomers wait twice as long each time, since an account is made for nothing.
    package mutating func lost(_ entities: [Address], in block: UInt64) {
        let isNewcomers = !entities.contains(where: hasLanded)
        for entity in Set(entities) { change(entity) { $0.seen += 1 } }
        guard isNewcomers else { return }
        newcomersLost += 1
        if newcomersLost >= Self.newcomerSlack {
            newcomersNotBefore =
                block + 1 << UInt64(min(newcomersLost - Self.newcomerSlack + 1, 6))
        }
    }

    /// Whether a bundle may be sent for an order of these in a block.
    package func maySend(for entities: [Address], in block: UInt64) -> Bool {
        block >= newcomersNotBefore || entities.contains(where: hasLanded)
    }

    /// Whether an order of this account's has landed lately.
    package func hasLanded(_ account: Address) -> Bool { records[account]?.included ?? 0 > 0 }

    private mutating func change(_ account: Address, _ body: (inout Record) -> Void) {
        if records[account] == nil, records.count >= Self.accountLimit {
            // Whoever has landed something is kept before whoever has not.
            let least = records.min {
                ($0.value.included, $0.key) < ($1.value.included, $1.key)
            }
            if let least { records[least.key] = nil }
        }
        body(&records[account, default: Record()])
    }

    /// A new head gives everybody his budget again.
    package mutating func beginHead() {
        allExecutions = 0
        executions = [:]
        for account in records.keys { records[account]?.valid = 0 }
    }

    /// An hour's worth of heads forgives: what was seen counts less (ERC-7562, 23/24 an hour).
    package mutating func decay() {
        for (account, record) in records {
            let (seen, included) = (record.seen * 23 / 24, record.included * 23 / 24)
            records[account] =
                seen == 0 && included == 0
                ? nil : Record(seen: seen, included: included, valid: record.valid)
        }
    }
}
