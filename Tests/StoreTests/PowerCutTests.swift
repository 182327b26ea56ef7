import Ethereum
import Foundation
import Store
import Testing

/// A power cut leaves the file and the beginning of its log: whatever the disk had taken.
@Suite struct PowerCutTests {
    @Test(
        "wherever the log is cut, the books hold whole blocks, and every one acknowledged",
        arguments: UInt64(1)...3)
    func cutLog(seed: UInt64) throws {
        let directory = try TemporaryDirectory()
        var random = SeededRandom(seed: seed)
        var model = ModelBooks()
        var logSizes: [Int] = []
        let ledger = try Ledger(path: directory.file())
        for _ in 0..<24 {
            let block = model.following(&random)
            try ledger.book(block: block)
            model.append(block)
            logSizes.append(try read(directory.file() + "-wal").count)
        }
        let file = try read(directory.file())
        let log = try read(directory.file() + "-wal")
        for cut in 0..<24 {
            let length = cut == 0 ? log.count : random.below(log.count)
            var kept = log.prefix(length)
            if cut % 3 == 1 {
                // The last sector was torn.
                kept.replaceSubrange(
                    max(0, length - 512)..<length,
                    with: Data(repeating: 0x5a, count: min(512, length)))
            }
            let path = directory.file("cut-\(cut).sqlite")
            try file.write(to: URL(fileURLWithPath: path))
            try kept.write(to: URL(fileURLWithPath: path + "-wal"))
            let copy = try Ledger(path: path)
            try copy.verifyBooks()
            let last = try copy.lastBookedBlock()
            let booked = model.blocks.prefix { block in
                last.map { block.number <= $0.number } ?? false
            }
            let torn = cut % 3 == 1 ? 512 : 0
            let acknowledged = logSizes.filter { $0 <= length - torn }.count
            #expect(booked.count >= acknowledged, "seed \(seed), cut at \(length)")
            #expect(booked.last?.reference == last)
            let balances = last.map { model.balances(upTo: $0.number) } ?? [:]
            #expect(try copy.allBalances() == balances, "seed \(seed), cut at \(length)")
            for block in model.blocks.dropFirst(booked.count) { try copy.book(block: block) }
            #expect(try copy.allBalances() == model.balances)
        }
        #expect(try ledger.lastBookedBlock() == model.last?.reference)
    }

    private func read(_ path: String) throws -> Data {
        try Data(contentsOf: URL(fileURLWithPath: path))
    }
}
