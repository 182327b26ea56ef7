import Ethereum
import Foundation
import Store
import Testing

/// A process that books and records until it is killed. It is this test program, started again with
/// the ledger's path in an environment variable.
private enum Victim {
    static let variable = "JIT_BOT_LEDGER_OF_VICTIM"
    static var path: String? { ProcessInfo.processInfo.environment[variable] }

    /// What block `number` holds; the parent computes the same.
    static func block(_ number: Int) -> BookedBlock {
        Sample.block(
            number,
            [
                Sample.entry(Int256(number), .bundleInventory, transaction: number),
                Sample.entry(-1, .tip, transaction: number),
                Sample.entry(Sample.ether, -7, .gas, transaction: number),
            ])
    }
}

@Suite(.serialized) struct KilledProcessTests {
    @Test("books until it is killed", .enabled(if: Victim.path != nil, "runs in a child process"))
    func victim() throws {
        let path = try #require(Victim.path)
        let ledger = try Ledger(path: path)
        let acknowledgements = open(path + "-acknowledged", O_CREAT | O_WRONLY | O_APPEND, 0o600)
        var number = Int(try ledger.lastBookedBlock()?.number ?? 0) + 1
        while true {
            try ledger.recordBundle(Sample.bundle(number, targetBlock: UInt64(number)))
            // Before the block: a child that is killed in between begins with this one again.
            _ = try ledger.recordTips([Sample.tip(number)])
            try ledger.book(block: Victim.block(number))
            let line = "\(number)\n"
            write(acknowledgements, line, line.utf8.count)
            number += 1
        }
    }

    @Test(
        "kill -9 at random moments loses no block, bundle or observation that was acknowledged",
        .disabled(if: Victim.path != nil))
    func killed() throws {
        let directory = try TemporaryDirectory()
        let path = directory.file()
        var random = SeededRandom(seed: 20)
        for _ in 0..<6 {
            let before = try acknowledged(path)
            let child = Process()
            child.executableURL = URL(fileURLWithPath: "/proc/self/exe")
            child.arguments = [
                "--testing-library", "swift-testing", "--filter", "KilledProcessTests/victim",
            ]
            child.environment = ProcessInfo.processInfo.environment.merging(
                [Victim.variable: path]) { $1 }
            child.standardOutput = FileHandle.nullDevice
            child.standardError = FileHandle.nullDevice
            try child.run()
            // It has started to book; a deadline in case it never does.
            for _ in 0..<2_000 where child.isRunning {
                if try acknowledged(path) > before { break }
                usleep(5_000)
            }
            usleep(UInt32(random.below(60_000)))
            kill(child.processIdentifier, SIGKILL)
            child.waitUntilExit()
            #expect(child.terminationReason == .uncaughtSignal)
            let promised = try acknowledged(path)
            #expect(promised > before)
            try expectWhole(path: path, promised: promised)
        }
    }

    private func expectWhole(path: String, promised: Int) throws {
        let ledger = try Ledger(path: path)
        try ledger.verifyBooks()
        let last = Int(try ledger.lastBookedBlock()?.number ?? 0)
        #expect(last == promised || last == promised + 1)
        #expect(try ledger.balance(of: Sample.ether) == Int256(-7 * last))
        #expect(
            try ledger.balance(of: Sample.wethOfExecutor) == Int256(last * (last + 1) / 2 - last))
        let tips = try ledger.tipObservations().count
        #expect(tips == last || tips == last + 1)
        #expect(try ledger.recordTips([Sample.tip(1)]).isEmpty)
        let bundles = try ledger.unresolvedBundles().count
        #expect(bundles == last || bundles == last + 1)
        #expect(try ledger.book(block: Victim.block(last)) == .alreadyBooked)
    }

    /// The last block that the child said was booked; 0 before the first.
    private func acknowledged(_ path: String) throws -> Int {
        guard let text = try? String(contentsOfFile: path + "-acknowledged", encoding: .utf8) else {
            return 0
        }
        let whole = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        return whole.last.flatMap { Int($0) } ?? 0
    }
}
