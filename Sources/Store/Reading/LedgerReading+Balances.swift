import Ethereum
internal import GRDB

extension LedgerReading {
    /// The newest booked block; nil in an empty ledger. A restart books the chain from here.
    public func lastBookedBlock() throws(LedgerError) -> BlockReference? {
        try access.read { try BlockRow.last($0) }
    }

    /// The booked block of this number; nil where none is. Walking down from the last one finds the
    /// common ancestor after a reorganisation.
    public func bookedBlock(number: UInt64) throws(LedgerError) -> BlockReference? {
        try access.read { database in
            guard let number = Int64(exactly: number) else { return nil }
            return try BlockRow.find(number: number, database).map(BlockRow.reference)
        }
    }

    /// Wei or raw units by the books; 0 for a holding that was never booked.
    public func balance(of holding: Holding) throws(LedgerError) -> Int256 {
        try access.read { try EntryRow.balance(of: holding, $0) ?? .zero }
    }

    /// Wei or raw units of every holding that was ever booked.
    public func allBalances() throws(LedgerError) -> [Holding: Int256] {
        try access.read { try EntryRow.balances($0) }
    }

    /// The newest entries of a holding, newest first.
    public func entries(
        of holding: Holding, limit: Int
    ) throws(LedgerError) -> [BookedEntry] {
        try access.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT \(EntryRow.columns) FROM entries WHERE account = ? AND token = ?
                    ORDER BY id DESC LIMIT ?
                    """,
                arguments: [holding.storedAccount, holding.storedToken, limit]
            ).map(EntryRow.booked)
        }
    }

    /// Adds every entry up again and compares with the running balances; throws
    /// `booksInconsistent`, or `balanceOverflow`. O(entries): at the start and for checks, not at
    /// every block.
    public func verifyBooks() throws(LedgerError) {
        try access.read { database in
            var sums: [Holding: Int256] = [:]
            let rows = try Row.fetchCursor(
                database, sql: "SELECT \(EntryRow.columns) FROM entries ORDER BY id")
            while let row = try rows.next() {
                let booked = try EntryRow.booked(row)
                let holding = booked.entry.holding
                guard let sum = (sums[holding] ?? .zero).addingExactly(booked.entry.deltaRaw) else {
                    throw LedgerError.balanceOverflow(holding)
                }
                guard sum == booked.balanceAfterRaw else {
                    throw LedgerError.booksInconsistent(
                        holding, sumRaw: sum, balanceRaw: booked.balanceAfterRaw)
                }
                sums[holding] = sum
            }
        }
    }

    /// The balances that a reconciliation found different at a block, sorted by holding; nil when
    /// the block was never reconciled.
    public func differences(at block: UInt64) throws(LedgerError) -> [LedgerDifference]? {
        try access.read { database in
            guard let number = Int64(exactly: block),
                let blockRow = try BlockRow.find(number: number, database),
                try blockRow.optionalInteger("reconciled_holdings") != nil
            else { return nil }
            let reference = try BlockRow.reference(blockRow)
            let rows = try Row.fetchAll(
                database, sql: "SELECT * FROM balances WHERE block_number = ?",
                arguments: [number])
            return try rows.map { row in
                LedgerDifference(
                    block: reference, holding: try row.holding(),
                    bookedRaw: try row.signed("booked_raw"),
                    onChainRaw: try row.unsigned("on_chain_raw"))
            }.filter { !$0.agrees }.sorted { $0.holding < $1.holding }
        }
    }
}
