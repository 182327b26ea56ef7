import Ethereum
import Foundation
import GRDB
import Store
import Testing

@Suite struct OpeningTests {
    let directory: TemporaryDirectory
    var path: String { directory.file() }

    init() throws { directory = try TemporaryDirectory() }

    @Test("a new ledger and its log are readable by the owner alone")
    func permissions() throws {
        let ledger = try Ledger(path: path)
        try ledger.book(block: Sample.block(1))
        for file in [path, path + "-wal", path + "-shm", path + "-lock"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: file)
            #expect(attributes[.posixPermissions] as? Int == 0o600, "\(file)")
        }
    }

    @Test("permissions that are too wide are narrowed")
    func widePermissions() throws {
        try Ledger(path: path).close()
        chmod(path, 0o644)
        let ledger = try Ledger(path: path)
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        try ledger.close()
    }

    @Test("the writer waits for the disk at every commit and checks foreign keys")
    func settings() throws {
        let ledger = try Ledger(path: path)
        #expect(try ledger.setting("journal_mode") == "wal")
        #expect(try ledger.setting("synchronous") == "2")
        #expect(try ledger.setting("foreign_keys") == "1")
        #expect(try ledger.setting("busy_timeout") == "5000")
    }

    @Test("what was written is there after closing and opening, and a closed ledger refuses calls")
    func reopened() throws {
        let ledger = try Ledger(path: path)
        try ledger.recordBundle(Sample.bundle(1))
        try ledger.book(block: Sample.block(1, [Sample.entry(5, .opening)]))
        try ledger.close()
        #expect(throws: LedgerError.self) { try ledger.book(block: Sample.block(2)) }
        let again = try Ledger(path: path)
        #expect(try again.lastBookedBlock() == Sample.block(1).reference)
        #expect(try again.balance(of: Sample.wethOfExecutor) == 5)
        #expect(try again.unresolvedBundles().map(\.bundle) == [Sample.bundle(1)])
    }

    @Test("a second writer is refused until the first is gone")
    func secondWriter() throws {
        var first: Ledger? = try Ledger(path: path)
        #expect(try first?.lastBookedBlock() == nil)
        #expect(throws: LedgerError.inUse(path: path)) { try Ledger(path: path) }
        first = nil
        try Ledger(path: path).close()
        _ = try Ledger(path: path)
    }

    @Test("a schema of a newer program is refused by the names of its migrations")
    func newerSchema() throws {
        try Ledger(path: path).close()
        let expected = LedgerError.schemaNewer(
            path: path, unknownMigrations: ["v9 options"], lastKnown: "v4 bundle order")
        try raw("INSERT INTO grdb_migrations VALUES ('v9 options')")
        #expect(throws: expected) { try Ledger(path: path) }
        #expect(throws: expected) { try LedgerReader(path: path) }
        #expect(expected.description.contains("v9 options"))
        try raw("DELETE FROM grdb_migrations WHERE identifier = 'v9 options'")
        _ = try Ledger(path: path)
    }

    @Test("a reader asks for the writer where migrations are missing, or the file")
    func readerWithoutWriter() throws {
        #expect(throws: LedgerError.missing(path: path)) { try LedgerReader(path: path) }
        try raw("CREATE TABLE t (x)")
        #expect(
            throws: LedgerError.schemaOlder(
                path: path,
                missingMigrations: [
                    "v1 books", "v1 bundles", "v2 bundle mode", "v3 tips", "v4 bundle order",
                ])
        ) { try LedgerReader(path: path) }
    }

    @Test("a file that is no database is refused with its path and what to type")
    func noDatabase() throws {
        try Data(repeating: 65, count: 8192).write(to: URL(fileURLWithPath: path))
        try expectDamaged { _ = try Ledger(path: path) }
        try expectDamaged { _ = try LedgerReader(path: path) }
    }

    @Test("a table whose pages were overwritten is refused when it is opened")
    func damagedPages() throws {
        let ledger = try Ledger(path: path)
        for number in 1...60 {
            try ledger.book(block: Sample.block(number, [Sample.entry(1, transaction: number)]))
        }
        try ledger.close()
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        let pages = bytes.count / 4096
        for page in pages / 2..<pages {
            bytes.replaceSubrange(
                page * 4096 + 8..<page * 4096 + 600, with: Data(repeating: 0xa5, count: 592))
        }
        try? FileManager.default.removeItem(atPath: path + "-wal")
        try bytes.write(to: URL(fileURLWithPath: directory.file("damaged.sqlite")))
        do {
            _ = try Ledger(path: directory.file("damaged.sqlite"))
            Issue.record("a damaged file was opened")
        } catch {
            guard case .damaged(let path, let finding) = error else { throw error }
            #expect(path == directory.file("damaged.sqlite") && !finding.isEmpty)
        }
    }

    @Test("a ledger of one chain and executor is not taken for another's")
    func bound() throws {
        let ledger = try Ledger(path: path)
        try ledger.bind(chainId: 1, executor: Sample.executor)
        try ledger.bind(chainId: 1, executor: Sample.executor)
        #expect(
            throws: LedgerError.boundElsewhere(path: path, key: "chain", stored: "1", given: "5")
        ) { try ledger.bind(chainId: 5, executor: Sample.executor) }
        #expect(throws: LedgerError.self) {
            try ledger.bind(chainId: 1, executor: Sample.account)
        }
    }

    @Test("a directory that is not there is named")
    func missingDirectory() throws {
        let path = directory.file("none/ledger.sqlite")
        #expect(
            throws: LedgerError.notWritable(path: path, detail: "No such file or directory")
        ) { try Ledger(path: path) }
    }

    private func expectDamaged(_ body: () throws -> Void) throws {
        do {
            try body()
            Issue.record("a damaged file was opened")
        } catch let error as LedgerError {
            guard case .damaged(path, _) = error else { throw error }
            #expect(error.description.contains(path) && error.description.contains(".recover"))
        }
    }

    private func raw(_ sql: String) throws {
        let queue = try DatabaseQueue(path: path)
        try queue.write { try $0.execute(sql: sql) }
        try queue.close()
    }
}
