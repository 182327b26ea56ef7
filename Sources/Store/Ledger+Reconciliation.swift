import Ethereum
internal import GRDB

extension Ledger {
    /// Compares the books as of a booked block with balances read from the chain at that block, to
    /// the wei, and keeps the result. Returns the holdings that differ, sorted; none means that the
    /// ledger equals the chain.
    ///
    /// A holding on the chain that was never booked counts as booked 0. Throws `blockNotBooked`,
    /// and `balanceNotRead` where the books show a balance other than 0 that `onChain` lacks. A
    /// second reconciliation replaces the block's earlier one.
    @discardableResult
    public func reconcile(
        block: BlockReference, onChain: [Holding: UInt256]
    ) throws(LedgerError) -> [LedgerDifference] {
        try access.write { database in
            let number = try BlockRow.require(block, database)
            let booked = try EntryRow.balances(upTo: number, database)
            for (holding, balance) in booked.sorted(by: { $0.key < $1.key })
            where balance != .zero && onChain[holding] == nil {
                throw LedgerError.balanceNotRead(holding, bookedRaw: balance)
            }
            try database.execute(
                sql: "DELETE FROM balances WHERE block_number = ?", arguments: [number])
            var differences: [LedgerDifference] = []
            for (holding, amount) in onChain.sorted(by: { $0.key < $1.key }) {
                let comparison = LedgerDifference(
                    block: block, holding: holding, bookedRaw: booked[holding] ?? .zero,
                    onChainRaw: amount)
                if !comparison.agrees { differences.append(comparison) }
                try Ledger.keep(comparison, number: number, database)
            }
            try database.execute(
                sql: """
                    UPDATE blocks SET reconciled_holdings = ?, differences = ? WHERE number = ?
                    """,
                arguments: [onChain.count, differences.count, number])
            return differences
        }
    }

    /// Writes a snapshot: always of a difference, and of an agreement unless the holding's newest
    /// one says the same, so that a quiet day of 7,200 blocks costs one row a holding, not 7,200.
    /// The block's row tells that it was reconciled.
    private static func keep(
        _ comparison: LedgerDifference, number: Int64, _ database: Database
    ) throws {
        let account = comparison.holding.storedAccount
        let token = comparison.holding.storedToken
        let booked = comparison.bookedRaw.description
        let onChain = comparison.onChainRaw.description
        let newest = try Row.fetchOne(
            database,
            sql: """
                SELECT booked_raw, on_chain_raw FROM balances
                WHERE account = ? AND token = ? AND block_number < ?
                ORDER BY block_number DESC LIMIT 1
                """,
            arguments: [account, token, number])
        if let newest, comparison.agrees, try newest.text("booked_raw") == booked,
            try newest.text("on_chain_raw") == onChain
        {
            return
        }
        try database.execute(
            sql: """
                INSERT INTO balances (block_number, account, token, booked_raw, on_chain_raw,
                    difference_raw) VALUES (?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                number, account, token, booked, onChain, comparison.differenceRaw?.description,
            ])
    }
}
