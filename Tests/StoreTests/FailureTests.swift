import Ethereum
import Foundation
import GRDB
import Store
import Testing

/// Each call fails at every place where it can, and leaves what was there.
@Suite struct FailureTests {
    private let block = Sample.block(
        2,
        [
            Sample.entry(1, transaction: 1), Sample.entry(2, .tip, transaction: 1),
            Sample.entry(Sample.ether, 3, .gas, transaction: 1),
        ])

    @Test("a booking that fails at its Nth row leaves nothing, and succeeds when repeated")
    func nthInsert() throws {
        for failing in 0..<4 {
            let directory = try TemporaryDirectory()
            let ledger = try Ledger(path: directory.file())
            try ledger.book(block: Sample.block(1, [Sample.entry(10, .opening)]))
            // RAISE(FAIL) keeps what the statement had done: the transaction must undo it.
            let table = failing == 0 ? "blocks" : "entries"
            try raw(
                directory.file(),
                """
                CREATE TRIGGER injected AFTER INSERT ON \(table)
                WHEN (SELECT count(*) FROM \(table)) = \(failing + (failing == 0 ? 2 : 1))
                BEGIN SELECT RAISE(FAIL, 'injected'); END
                """)
            do {
                try ledger.book(block: block)
                Issue.record("no failure at row \(failing)")
            } catch {
                guard case .sqlite(_, _, let message) = error else { throw error }
                #expect(message == "injected")
            }
            #expect(try ledger.lastBookedBlock()?.number == 1)
            #expect(try ledger.allBalances() == [Sample.wethOfExecutor: 10])
            try raw(directory.file(), "DROP TRIGGER injected")
            #expect(try ledger.book(block: block) == .booked)
            #expect(try ledger.balance(of: Sample.wethOfExecutor) == 13)
            try ledger.verifyBooks()
        }
    }

    @Test("a rollback that fails midway leaves every block and bundle as it was")
    func failingRollback() throws {
        let directory = try TemporaryDirectory()
        let ledger = try Ledger(path: directory.file())
        try ledger.book(block: Sample.block(1, [Sample.entry(10, .opening)]))
        try ledger.book(block: block)
        try ledger.recordBundle(Sample.bundle(1))
        let landed = BundleState.landed(block.reference, realisedProfitWei: 1)
        try ledger.resolve(bundle: Sample.bundle(1).bundleHash, as: landed, atUnixMs: 1)
        try raw(
            directory.file(),
            """
            CREATE TRIGGER injected AFTER DELETE ON blocks
            BEGIN SELECT RAISE(FAIL, 'injected'); END
            """)
        #expect(throws: LedgerError.self) { try ledger.rollBack(to: 1) }
        #expect(try ledger.lastBookedBlock() == block.reference)
        #expect(try ledger.bundle(Sample.bundle(1).bundleHash)?.state == landed)
        try ledger.verifyBooks()
    }

    @Test(
        "a disk that fills up at any page of a booking loses nothing, and it succeeds with space",
        .enabled(if: SmallDisk.isPossible, "needs the right to mount"))
    func diskFull() throws {
        var failures = 0
        for pages in 0..<16 {
            guard let disk = try SmallDisk(kilobytes: 2048) else { return }
            let ledger = try Ledger(path: disk.file())
            try ledger.book(block: Sample.block(1, [Sample.entry(10, .opening)]))
            try disk.fill(leavingPages: pages)
            var booked = false
            do {
                try ledger.recordBundle(Sample.bundle(1))
                try ledger.book(block: block)
                booked = true
            } catch {
                #expect(error == .diskFull(path: disk.file()))
                failures += 1
            }
            #expect(try ledger.lastBookedBlock()?.number == (booked ? 2 : 1), "\(pages) pages")
            #expect(try ledger.balance(of: Sample.wethOfExecutor) == (booked ? 13 : 10))
            try disk.removeFiller()
            try ledger.recordBundle(Sample.bundle(1))
            #expect(try ledger.book(block: block) == (booked ? .alreadyBooked : .booked))
            #expect(try ledger.unresolvedBundles().count == 1)
            try ledger.verifyBooks()
            try ledger.close()
        }
        #expect(failures > 0 && failures < 16)
    }

    @Test(
        "a ledger on a disk that cannot be written is refused with its path",
        .enabled(if: SmallDisk.isPossible, "needs the right to mount"))
    func readOnlyDisk() throws {
        let disk = try #require(try SmallDisk(kilobytes: 2048))
        try Ledger(path: disk.file()).close()
        #expect(disk.makeReadOnly())
        do {
            _ = try Ledger(path: disk.file())
            Issue.record("a read-only disk was written")
        } catch {
            #expect(
                error == .notWritable(path: disk.file(), detail: "Read-only file system"))
            #expect(error.description.contains("ls -ld"))
        }
    }

    @Test(
        "a directory without the right to write is refused with its path",
        .enabled(if: geteuid() != 0, "root may write everywhere"))
    func readOnlyDirectory() throws {
        let directory = try TemporaryDirectory()
        chmod(directory.path, 0o500)
        defer { chmod(directory.path, 0o700) }
        #expect(
            throws: LedgerError.notWritable(path: directory.file(), detail: "Permission denied")
        ) { try Ledger(path: directory.file()) }
    }

    private func raw(_ path: String, _ sql: String) throws {
        let queue = try DatabaseQueue(path: path)
        try queue.write { try $0.execute(sql: sql) }
        try queue.close()
    }
}
