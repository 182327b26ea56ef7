import Ethereum
internal import GRDB

extension LedgerReading {
    /// Counts and totals over the whole ledger. O(entries + bundles): for reports.
    public func summary() throws(LedgerError) -> LedgerSummary {
        try access.read { database in
            var summary = LedgerSummary(
                opportunities: try Totals.counts("outcome", of: "opportunities", database),
                bundles: try Totals.counts("state", of: "bundles", database),
                lostCauses: try Totals.counts("lost_cause", of: "bundles", database),
                submissions: try Int.fetchOne(
                    database, sql: "SELECT count(*) FROM bundle_submissions") ?? 0,
                expectedProfitWei: .zero, realisedProfitWei: .zero, tipsWei: .zero,
                changes: [:],
                firstBlock: try BlockRow.first(database), lastBlock: try BlockRow.last(database))
            try Totals.addLandedBundles(to: &summary, database)
            try Totals.addEntries(to: &summary, database)
            return summary
        }
    }
}

/// Sums over rows, in 256-bit integers.
private enum Totals {
    /// The number of rows by the text of a column; rows without one are left out.
    static func counts(
        _ column: String, of table: String, _ database: Database
    ) throws -> [String: Int] {
        let rows = try Row.fetchAll(
            database,
            sql: """
                SELECT \(column) AS label, count(*) AS number FROM \(table)
                WHERE \(column) IS NOT NULL GROUP BY \(column)
                """)
        var counts: [String: Int] = [:]
        for row in rows { counts[try row.text("label")] = Int(try row.integer("number")) }
        return counts
    }

    static func addLandedBundles(to summary: inout LedgerSummary, _ database: Database) throws {
        let rows = try Row.fetchCursor(
            database, sql: "SELECT \(BundleRow.columns) FROM bundles WHERE state = 'landed'")
        while let row = try rows.next() {
            guard
                let expected = summary.expectedProfitWei.addingExactly(
                    try row.signed("expected_net_profit_wei")),
                let realised = summary.realisedProfitWei.addingExactly(
                    try row.signed("realised_profit_wei")),
                let tips = summary.tipsWei.addingChecked(try row.unsigned("tip_wei"))
            else {
                throw LedgerError.balanceOverflow(
                    Holding(account: try row.address("operator_account"), token: nil))
            }
            summary.expectedProfitWei = expected
            summary.realisedProfitWei = realised
            summary.tipsWei = tips
        }
    }

    static func addEntries(to summary: inout LedgerSummary, _ database: Database) throws {
        let rows = try Row.fetchCursor(database, sql: "SELECT \(EntryRow.columns) FROM entries")
        while let row = try rows.next() {
            let entry = try EntryRow.booked(row).entry
            let sum = summary.changes[entry.kind]?[entry.holding.token] ?? .zero
            guard let total = sum.addingExactly(entry.deltaRaw) else {
                throw LedgerError.balanceOverflow(entry.holding)
            }
            summary.changes[entry.kind, default: [:]][entry.holding.token] = total
        }
    }
}
