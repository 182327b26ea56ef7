import Ethereum
internal import GRDB

extension Ledger {
    /// Books a block: its row and all its entries, or nothing.
    ///
    /// The first block may have any number; every later one must follow the last by number and
    /// parent. Booking a booked block again, as after a crash, changes nothing. Throws `blockGap`,
    /// `wrongParent`, `blockReplaced`, `blockBookedDifferently`, `entryBookedTwice`,
    /// `balanceOverflow`.
    @discardableResult
    public func book(block: BookedBlock) throws(LedgerError) -> BookingResult {
        try access.write { database in
            let number = try StoredNumber.integer(block.number, field: "block number")
            if let row = try BlockRow.find(number: number, database) {
                try Ledger.requireSame(block, as: row, number: number, database)
                return .alreadyBooked
            }
            try Ledger.requireFollowing(block, database)
            try database.execute(
                sql: """
                    INSERT INTO blocks (number, hash, parent_hash, timestamp_s) VALUES (?, ?, ?, ?)
                    """,
                arguments: [
                    number, block.hash.description, block.parentHash.description,
                    try StoredNumber.integer(block.timestampSeconds, field: "block timestamp"),
                ])
            for entry in block.entries {
                try EntryRow.insert(entry, block: block.reference, number: number, database)
            }
            return .booked
        }
    }

    /// Takes every block above this number out of the books after a reorganisation, with its
    /// entries, reconciled balances and what was seen of competitors in it. Bundles that had landed
    /// or been unwound above it, in booked blocks or not, become `orphaned`. Throws
    /// `rollbackBelowFirstBlock`.
    @discardableResult
    public func rollBack(to blockNumber: UInt64) throws(LedgerError) -> RollbackResult {
        try access.write { database in
            let number = try StoredNumber.integer(blockNumber, field: "block number")
            if let first = try BlockRow.first(database), blockNumber < first.number {
                throw LedgerError.rollbackBelowFirstBlock(
                    asked: blockNumber, firstBooked: first.number)
            }
            return try Ledger.remove(above: number, database)
        }
    }

    /// Takes every block out, the first one with its opening balances too: not even that one is on
    /// the chain any more. Bundles that had landed are orphaned, as by `rollBack`.
    @discardableResult
    public func beginAnew() throws(LedgerError) -> RollbackResult {
        try access.write { try Ledger.remove(above: -1, $0) }
    }

    private static func remove(
        above number: Int64, _ database: Database
    ) throws -> RollbackResult {
        var result = RollbackResult(blocks: [], entriesRemoved: 0, bundlesOrphaned: [])
        result.blocks = try Row.fetchAll(
            database, sql: "SELECT * FROM blocks WHERE number > ? ORDER BY number DESC",
            arguments: [number]
        ).map(BlockRow.reference)
        result.bundlesOrphaned = try orphanBundles(above: number, database)
        try database.execute(
            sql: "DELETE FROM tip_observations WHERE block_number > ?", arguments: [number])
        try database.execute(
            sql: "DELETE FROM balances WHERE block_number > ?", arguments: [number])
        try database.execute(
            sql: "DELETE FROM entries WHERE block_number > ?", arguments: [number])
        result.entriesRemoved = database.changesCount
        try database.execute(sql: "DELETE FROM blocks WHERE number > ?", arguments: [number])
        return result
    }

    private static func requireSame(
        _ block: BookedBlock, as row: Row, number: Int64, _ database: Database
    ) throws {
        let booked = try BlockRow.reference(row)
        guard booked == block.reference else {
            throw LedgerError.blockReplaced(booked: booked, given: block.reference)
        }
        let entries = try EntryRow.entries(ofBlock: number, database)
        let parentHash = try row.hash("parent_hash")
        guard parentHash == block.parentHash, entries == block.entries else {
            throw LedgerError.blockBookedDifferently(booked)
        }
    }

    private static func requireFollowing(_ block: BookedBlock, _ database: Database) throws {
        guard let last = try BlockRow.last(database) else { return }
        guard block.number == last.number + 1 else {
            throw LedgerError.blockGap(lastBooked: last.number, given: block.number)
        }
        guard block.parentHash == last.hash else {
            throw LedgerError.wrongParent(
                of: block.reference, given: block.parentHash, booked: last)
        }
    }

    private static func orphanBundles(
        above number: Int64, _ database: Database
    ) throws -> [Hash32] {
        let rows = try Row.fetchAll(
            database,
            sql: """
                SELECT \(BundleRow.columns) FROM bundles
                WHERE block_number > ? AND state IN ('landed', 'unwound') ORDER BY id
                """,
            arguments: [number])
        return try rows.map { row in
            let stored = try BundleRow.stored(row)
            try BundleRow.change(
                id: try row.integer("id"), to: .orphaned(stored.state.block), atUnixMs: nil,
                database)
            return stored.bundle.bundleHash
        }
    }
}
