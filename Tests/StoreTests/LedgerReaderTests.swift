import Ethereum
import Foundation
import GRDB
import Store
import Synchronization
import Testing

@Suite struct LedgerReaderTests {
    let directory: TemporaryDirectory
    let ledger: Ledger

    init() throws {
        directory = try TemporaryDirectory()
        ledger = try Ledger(path: directory.file())
        try ledger.book(block: Sample.block(1, [Sample.entry(10, .opening)]))
    }

    @Test("a reader sees each block as soon as it is booked, and cannot write")
    func follows() throws {
        let reader = try LedgerReader(path: directory.file())
        #expect(try reader.lastBookedBlock()?.number == 1)
        try ledger.book(block: Sample.block(2, [Sample.entry(1, transaction: 1)]))
        #expect(try reader.lastBookedBlock()?.number == 2)
        #expect(try reader.balance(of: Sample.wethOfExecutor) == 11)
        #expect(try reader.summary().lastBlock == Sample.block(2).reference)
    }

    @Test("a reader opens a ledger that no one writes")
    func withoutWriter() throws {
        try ledger.close()
        #expect(try LedgerReader(path: directory.file()).lastBookedBlock()?.number == 1)
    }

    @Test("a reader in the middle of a long read does not hold up the writer")
    func longRead() throws {
        var configuration = Configuration()
        configuration.readonly = true
        let reading = try DatabaseQueue(path: directory.file(), configuration: configuration)
        try reading.read { database in
            let count = "SELECT count(*) FROM blocks"
            #expect(try Int.fetchOne(database, sql: count) == 1)
            for number in 2...12 {
                try ledger.book(
                    block: Sample.block(number, [Sample.entry(1, transaction: number)]))
            }
            // It still sees what it began with.
            #expect(try Int.fetchOne(database, sql: count) == 1)
        }
        #expect(try LedgerReader(path: directory.file()).lastBookedBlock()?.number == 12)
    }

    @Test("while blocks are booked, every read is of whole blocks")
    func concurrent() throws {
        let reader = try LedgerReader(path: directory.file())
        let isDone = Mutex(false)
        let reads = Mutex(0)
        let failure = Mutex<String?>(nil)
        let thread = Thread {
            do {
                while !isDone.withLock({ $0 }) {
                    let summary = try reader.summary()
                    let blocks = Int(summary.lastBlock?.number ?? 0)
                    let transfers = summary.changes[.transfer]?[Sample.weth] ?? .zero
                    if transfers != Int256(2 * (blocks - 1)) {
                        failure.withLock { $0 = "\(transfers) after \(blocks) blocks" }
                    }
                    reads.withLock { $0 += 1 }
                }
            } catch {
                failure.withLock { $0 = "\(error)" }
            }
        }
        thread.start()
        for number in 2...150 {
            try ledger.book(
                block: Sample.block(
                    number,
                    [
                        Sample.entry(1, transaction: number),
                        Sample.entry(1, transaction: 10_000 + number),
                    ]))
        }
        isDone.withLock { $0 = true }
        while !thread.isFinished { usleep(1_000) }
        #expect(failure.withLock { $0 } == nil)
        #expect(reads.withLock { $0 } > 0)
    }
}
