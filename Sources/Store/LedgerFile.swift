import Foundation
internal import GRDB

/// The file of a ledger: who may read it, who writes it, whether it is whole.
enum LedgerFile {
    /// Opens or creates the file for the one process that writes it, brings its schema up to date
    /// and checks it.
    static func openForWriting(path: String) throws -> DatabasePool {
        try create(path: path)
        var configuration = self.configuration
        configuration.label = "ledger"
        let pool = try DatabasePool(path: path, configuration: configuration)
        try pool.writeWithoutTransaction { database in
            // GRDB sets NORMAL for WAL; a bundle that may be sent must outlive a power cut.
            try database.execute(sql: "PRAGMA synchronous = FULL")
            // A checkpoint gives the space of a long log back.
            try database.execute(sql: "PRAGMA journal_size_limit = 67108864")
            try check(database, path: path)
        }
        try LedgerSchema.migrator.migrate(pool)
        return pool
    }

    /// Opens an existing file for reading alone.
    static func openForReading(path: String) throws -> DatabaseQueue {
        guard FileManager.default.fileExists(atPath: path) else {
            throw LedgerError.missing(path: path)
        }
        var configuration = self.configuration
        configuration.label = "ledger reader"
        configuration.readonly = true
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        try queue.read { database in
            try LedgerSchema.refuseNewer(database, path: path)
            try LedgerSchema.refuseOlder(database, path: path)
        }
        return queue
    }

    static var configuration: Configuration {
        var configuration = Configuration()
        configuration.foreignKeysEnabled = true
        configuration.busyMode = .timeout(Double(LedgerAccess.busyTimeoutMilliseconds) / 1000)
        return configuration
    }

    /// Refuses a damaged file and one of a newer program.
    private static func check(_ database: Database, path: String) throws {
        let findings = try String.fetchAll(database, sql: "PRAGMA quick_check(5)")
        guard findings == ["ok"] else {
            throw LedgerError.damaged(path: path, finding: findings.joined(separator: "; "))
        }
        try LedgerSchema.refuseNewer(database, path: path)
    }

    /// Makes the file before SQLite does, so that no one else can ever read it. SQLite gives the
    /// log and its index the same permissions.
    private static func create(path: String) throws {
        let descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw LedgerError.notWritable(path: path, detail: String(cString: strerror(errno)))
        }
        // Closing drops this process's POSIX locks on the file. The writer's lock, taken before,
        // keeps every other connection of ours that writes away.
        close(descriptor)
        guard chmod(path, 0o600) == 0 else {
            throw LedgerError.notWritable(path: path, detail: String(cString: strerror(errno)))
        }
    }
}
