import Ethereum
internal import GRDB

/// An open database file and how its errors become ours. One of these is behind `Ledger` and
/// `LedgerReader`.
public struct LedgerAccess: Sendable {
    /// The file, or `:memory:`.
    let path: String
    /// Milliseconds that a call waits for another connection's lock.
    static let busyTimeoutMilliseconds = 5_000

    let reader: any DatabaseReader
    /// Nil when opened for reading alone.
    let writer: (any DatabaseWriter)?

    /// A consistent view: what was committed when the call began.
    func read<Value>(_ body: (Database) throws -> Value) throws(LedgerError) -> Value {
        try translated { try reader.read(body) }
    }

    /// One transaction: all of it is on disk when the call returns, or nothing of it.
    func write<Value>(_ body: (Database) throws -> Value) throws(LedgerError) -> Value {
        guard let writer else { throw .notWritable(path: path, detail: "opened for reading") }
        return try translated { try writer.write(body) }
    }

    private func translated<Value>(_ body: () throws -> Value) throws(LedgerError) -> Value {
        do {
            return try body()
        } catch {
            throw LedgerError(error, path: path)
        }
    }
}

extension LedgerError {
    /// Our error as it is, SQLite's by its result code.
    init(_ error: any Error, path: String) {
        if let own = error as? LedgerError {
            self = own
            return
        }
        guard let database = error as? DatabaseError else {
            self = .sqlite(path: path, code: -1, message: String(describing: error))
            return
        }
        let message = database.message ?? "no message"
        switch database.resultCode {
        case .SQLITE_FULL: self = .diskFull(path: path)
        case .SQLITE_CORRUPT, .SQLITE_NOTADB: self = .damaged(path: path, finding: message)
        case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH:
            self = .notWritable(path: path, detail: message)
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            self = .busy(path: path, waitedMilliseconds: LedgerAccess.busyTimeoutMilliseconds)
        default:
            self = .sqlite(
                path: path, code: database.extendedResultCode.rawValue, message: message)
        }
    }
}
