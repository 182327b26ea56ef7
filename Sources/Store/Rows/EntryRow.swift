import Ethereum
internal import GRDB

/// The rows of `entries`.
enum EntryRow {
    static let columns =
        "id, account, token, kind, delta_raw, balance_after_raw, block_number, block_hash, tx_hash"

    static func booked(_ row: Row) throws -> BookedEntry {
        guard let kind = EntryKind(rawValue: try row.text("kind")) else {
            throw row.unreadable("kind")
        }
        return BookedEntry(
            entry: LedgerEntry(
                holding: try row.holding(), kind: kind, deltaRaw: try row.signed("delta_raw"),
                transactionHash: try row.optionalHash("tx_hash")),
            block: BlockReference(
                number: try row.natural("block_number"), hash: try row.hash("block_hash")),
            balanceAfterRaw: try row.signed("balance_after_raw"))
    }

    /// The entries of one block, in their order.
    static func entries(ofBlock number: Int64, _ database: Database) throws -> [LedgerEntry] {
        let rows = try Row.fetchAll(
            database, sql: "SELECT \(columns) FROM entries WHERE block_number = ? ORDER BY id",
            arguments: [number])
        return try rows.map { try booked($0).entry }
    }

    /// The balance after the newest entry up to a block; nil for a holding that was never booked.
    static func balance(
        of holding: Holding, upTo block: Int64 = .max, _ database: Database
    ) throws -> Int256? {
        let row = try Row.fetchOne(
            database,
            sql: """
                SELECT balance_after_raw FROM entries
                WHERE account = ? AND token = ? AND block_number <= ? ORDER BY id DESC LIMIT 1
                """,
            arguments: [holding.storedAccount, holding.storedToken, block])
        return try row.map { try $0.signed("balance_after_raw") }
    }

    /// The balances after the newest entries up to a block, of every holding that was ever booked.
    static func balances(
        upTo block: Int64 = .max, _ database: Database
    ) throws -> [Holding: Int256] {
        let rows = try Row.fetchAll(
            database,
            sql: """
                SELECT account, token, balance_after_raw FROM entries WHERE id IN
                    (SELECT max(id) FROM entries WHERE block_number <= ? GROUP BY account, token)
                """,
            arguments: [block])
        var balances: [Holding: Int256] = [:]
        for row in rows { balances[try row.holding()] = try row.signed("balance_after_raw") }
        return balances
    }

    /// Adds an entry and the balance after it. Throws `entryBookedTwice` and `balanceOverflow`.
    static func insert(
        _ entry: LedgerEntry, block: BlockReference, number: Int64, _ database: Database
    ) throws {
        let isBooked = try Bool.fetchOne(
            database,
            sql: """
                SELECT EXISTS (SELECT 1 FROM entries WHERE coalesce(tx_hash, block_hash) = ?
                    AND account = ? AND token = ? AND kind = ?)
                """,
            arguments: [
                (entry.transactionHash ?? block.hash).description, entry.holding.storedAccount,
                entry.holding.storedToken, entry.kind.rawValue,
            ])
        guard isBooked == false else { throw LedgerError.entryBookedTwice(entry) }
        let before = try balance(of: entry.holding, database) ?? .zero
        guard let after = before.addingExactly(entry.deltaRaw) else {
            throw LedgerError.balanceOverflow(entry.holding)
        }
        try database.execute(
            sql: """
                INSERT INTO entries (account, token, kind, delta_raw, balance_after_raw,
                    block_number, block_hash, tx_hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                entry.holding.storedAccount, entry.holding.storedToken, entry.kind.rawValue,
                entry.deltaRaw.description, after.description, number, block.hash.description,
                entry.transactionHash?.description,
            ])
    }
}
