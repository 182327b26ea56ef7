import Ethereum
internal import GRDB

/// The bot's books: opportunities, bundles, what became of them, and every change of its holdings.
///
/// Calls are synchronous and may wait for the disk: nothing that is to be sent may stand behind
/// them. When a call returns, what it wrote survives a crash of the process and of the machine (WAL
/// that waits for the disk); when it throws, nothing of it was written. A call is one transaction.
public final class Ledger: LedgerReading {
    public let access: LedgerAccess
    /// Nil in memory.
    private let lock: WriterLock?

    /// Opens the ledger at this path, or creates it with permissions 0600. Throws `inUse`,
    /// `damaged`, `schemaNewer`, `notWritable`, `diskFull`.
    public init(path: String) throws(LedgerError) {
        lock = try WriterLock(ledgerPath: path)
        do {
            let pool = try LedgerFile.openForWriting(path: path)
            access = LedgerAccess(path: path, reader: pool, writer: pool)
        } catch {
            throw LedgerError(error, path: path)
        }
    }

    private init(queue: DatabaseQueue) {
        lock = nil
        access = LedgerAccess(path: ":memory:", reader: queue, writer: queue)
    }

    /// A ledger that is gone with the value.
    public static func inMemory() throws(LedgerError) -> Ledger {
        do {
            let queue = try DatabaseQueue(configuration: LedgerFile.configuration)
            try LedgerSchema.migrator.migrate(queue)
            return Ledger(queue: queue)
        } catch {
            throw LedgerError(error, path: ":memory:")
        }
    }

    /// Ties the ledger to a chain and an executor, once: later calls with other ones throw
    /// `boundElsewhere`, so that a devnet's books are never mixed with mainnet's.
    public func bind(chainId: UInt64, executor: Address) throws(LedgerError) {
        let path = access.path
        try access.write { database in
            for (key, given) in [("chain", String(chainId)), ("executor", executor.description)] {
                let stored = try String.fetchOne(
                    database, sql: "SELECT value FROM meta WHERE key = ?", arguments: [key])
                if let stored, stored != given {
                    throw LedgerError.boundElsewhere(
                        path: path, key: key, stored: stored, given: given)
                }
                try database.execute(
                    sql: "INSERT OR IGNORE INTO meta (key, value) VALUES (?, ?)",
                    arguments: [key, given])
            }
        }
    }

    /// A setting of the writing connection by its pragma's name, as SQLite reports it.
    package func setting(_ pragma: String) throws(LedgerError) -> String? {
        do {
            return try access.writer?.writeWithoutTransaction {
                try String.fetchOne($0, sql: "PRAGMA \(pragma)")
            }
        } catch {
            throw LedgerError(error, path: access.path)
        }
    }

    /// Moves the log into the file, closes it and lets another process write; later calls throw.
    /// Without it nothing is lost: the next opening reads the log.
    public func close() throws(LedgerError) {
        do {
            try access.writer?.close()
            lock?.release()
        } catch {
            throw LedgerError(error, path: access.path)
        }
    }
}
