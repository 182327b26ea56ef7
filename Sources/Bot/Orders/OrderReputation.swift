import Ethereum

/// What one account may ask of our time: executions per head, and, after ERC-7562, how many of its
/// orders may come in without any of them landing.
package struct OrderReputation {
    private struct Record {
        /// Orders that were found valid: what anybody sends in an account's name is not its own.
        var seen = 0
        var included = 0
        /// Validations since the last head.
        var executions = 0
    }

    private var records: [Address: Record] = [:]
    /// Validations of everybody since the last head.
    private var executions = 0

    /// Validations of one account, and of all, on one head.
    package static let executionsPerAccount = 4
    package static let executionsPerHead = 128
    /// Orders without one that landed, before an account is throttled, and for each that landed.
    package static let slack = 20
    package static let seenPerIncluded = 10
    /// Accounts that are remembered.
    private static let accountLimit = 4096

    /// Nobody is known yet.
    package init() {}

    /// Why an account's order is not even executed.
    package enum Refusal: Error, Equatable {
        case throttled(seen: Int, included: Int)
        case accountBudget(limit: Int)
        case headBudget(limit: Int)
    }

    /// Takes one validation from an account's budget.
    package mutating func spend(_ account: Address) throws(Refusal) {
        guard executions < Self.executionsPerHead else {
            throw .headBudget(limit: Self.executionsPerHead)
        }
        var record = records[account] ?? Record()
        guard record.seen <= Self.slack + Self.seenPerIncluded * record.included else {
            throw .throttled(seen: record.seen, included: record.included)
        }
        guard record.executions < Self.executionsPerAccount else {
            throw .accountBudget(limit: Self.executionsPerAccount)
        }
        record.executions += 1
        executions += 1
        if records[account] == nil, records.count >= Self.accountLimit {
            // Whoever has landed something is kept before whoever has not.
            let least = records.min {
                ($0.value.included, $0.key) < ($1.value.included, $1.key)
            }
            if let least { records[least.key] = nil }
        }
        records[account] = record
    }

    /// An order of the account was found valid, its signature among all else.
    package mutating func validated(_ account: Address) {
        records[account, default: Record()].seen += 1
    }

    /// An order of the account's has landed.
    package mutating func landed(_ account: Address) {
        records[account, default: Record()].included += 1
    }

    /// A new head gives everybody his budget again.
    package mutating func beginHead() {
        executions = 0
        for account in records.keys { records[account]?.executions = 0 }
    }

    /// An hour's worth of heads forgives: what was seen counts less (ERC-7562, 23/24 an hour).
    package mutating func decay() {
        for (account, record) in records {
            let (seen, included) = (record.seen * 23 / 24, record.included * 23 / 24)
            records[account] =
                seen == 0 && included == 0
                ? nil : Record(seen: seen, included: included, executions: record.executions)
        }
    }
}
