import Ethereum
internal import GRDB

/// The rows of `blocks`: what has been booked.
enum BlockRow {
    static func reference(_ row: Row) throws -> BlockReference {
        BlockReference(number: try row.natural("number"), hash: try row.hash("hash"))
    }

    static func first(_ database: Database) throws -> BlockReference? {
        try Row.fetchOne(database, sql: "SELECT * FROM blocks ORDER BY number LIMIT 1")
            .map(reference)
    }

    static func last(_ database: Database) throws -> BlockReference? {
        try Row.fetchOne(database, sql: "SELECT * FROM blocks ORDER BY number DESC LIMIT 1")
            .map(reference)
    }

    /// The booked block of this number.
    static func find(number: Int64, _ database: Database) throws -> Row? {
        try Row.fetchOne(
            database, sql: "SELECT * FROM blocks WHERE number = ?", arguments: [number])
    }

    /// Whether this block, by number and hash, is booked.
    static func require(_ block: BlockReference, _ database: Database) throws -> Int64 {
        let number = try StoredNumber.integer(block.number, field: "block number")
        guard let row = try find(number: number, database), try row.hash("hash") == block.hash
        else { throw LedgerError.blockNotBooked(block) }
        return number
    }
}
