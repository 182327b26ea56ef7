import Backtest
import Ethereum
import JSON
import TestSupport
import Testing
import World

@Suite("Shard and Findings")
struct ShardTests {
    private static func shards() throws -> [Shard] {
        let settings = try Samples.settings()
        return try Samples.shards(Samples.history(seed: 5), settings, rows: 60)
            + Samples.shards(Samples.history(seed: 6), settings, rows: 90)
    }

    @Test("a shard is read back as it was written")
    func roundTrip() throws {
        for shard in try Self.shards() {
            let bytes = shard.json.bytes
            let again = try Shard(bytes: bytes)
            #expect(again == shard && again.json.bytes == bytes && again.isFor(shard))
        }
    }

    @Test("recorded blocks, calls and operations too", .enabled(if: TestFiles.expectsData))
    func recorded() throws {
        for path in Samples.recorded.suffix(5) {
            let shard = try Recorded.source(TestFiles.data.appendingPathComponent(path)).work(
                settings: Samples.settings(), span: nil)
            #expect(try Shard(bytes: shard.json.bytes) == shard)
        }
    }

    @Test("a shard that was cut short or damaged is an error, and never a crash")
    func damaged() throws {
        let shard = try #require(try Self.shards().first { !$0.opportunities.isEmpty })
        let bytes = shard.json.bytes
        for length in stride(from: 0, to: bytes.count, by: 61) {
            #expect(throws: (any Error).self) { try Shard(bytes: Array(bytes.prefix(length))) }
        }
        var random = SeededRandom(seed: 1, purpose: "damaged shards")
        var refused = 0
        for _ in 0..<600 {
            var damaged = bytes
            let place = Int(random.next() % UInt64(bytes.count))
            damaged[place] = UInt8(truncatingIfNeeded: random.next())
            if (try? Shard(bytes: damaged)) == nil { refused += 1 }
        }
        #expect(refused > 100)
    }

    @Test("fields that cannot be are refused by their names")
    func hostile() throws {
        let shard = try #require(
            try Self.shards().first { $0.opportunities.contains { $0.isServed } })
        let text = shard.json.text
        let changes = [
            ("\"version\":1", "\"version\":2"), ("\"kind\":\"poolHistory\"", "\"kind\":\"x\""),
            ("\"bidShareBps\":\"3000\"", "\"bidShareBps\":\"30000\""),
            ("\"bidShareBps\":\"3000\",", ""), ("\"settings\":{", "\"settings\":{\"x\":\"1\","),
            ("\"complete\":true", "\"complete\":false"),
            ("\"ranges\":[{", "\"ranges\":[],\"x\":[{"),
            ("\"tickBefore\":", "\"tickBefore\":9"), ("\"feeWei\":\"", "\"feeWei\":\"-"),
            ("\"rows\":", "\"rows\":-"), ("\"firstRow\":0", "\"firstRow\":9000000"),
        ]
        for (old, new) in changes where text.contains(old) {
            let changed = text.replacing(old, with: new, maxReplacements: 1)
            #expect(throws: (any Error).self, "\(new)") { try Shard(bytes: Array(changed.utf8)) }
        }
        #expect((try? Shard(bytes: Array(text.utf8))) == shard)
    }

    @Test("order, grouping and repetition make no difference")
    func algebra() throws {
        let shards = try Self.shards()
        let all = try Samples.findings(shards)
        let bytes = BacktestReport(all).json.bytes
        var random = SeededRandom(seed: 2, purpose: "orders of shards")
        for _ in 0..<5 {
            var left = Findings()
            var right = Findings()
            for shard in shards.shuffled(using: &random) {
                if random.happens(0.5) { try left.add(shard) } else { try right.add(shard) }
                if random.happens(0.2) { try right.add(shard) }
            }
            var joined = left
            try joined.add(right)
            var reverse = right
            try reverse.add(left)
            #expect(joined == all && reverse == all)
            #expect(BacktestReport(joined).json.bytes == bytes)
        }
        var (a, b, c) = (Findings(), Findings(), Findings())
        try a.add(shards[0])
        try b.add(shards[1])
        try c.add(shards[2])
        var ab = a
        try ab.add(b)
        try ab.add(c)
        try b.add(c)
        try a.add(b)
        #expect(ab == a)
    }

    @Test("overlapping ranges of blocks add up to the whole")
    func overlap() throws {
        let history = try Samples.history(seed: 5)
        let settings = try Samples.settings()
        let blocks = try history.chunks(rows: .max)[0]
        let middle = (blocks.firstBlock + blocks.lastBlock) / 2
        let parts = try ["0..\(middle + 20)", "\(middle - 20)..\(blocks.lastBlock)"].flatMap {
            try Samples.shards(history, settings, span: BlockSpan($0))
        }
        #expect(
            try Samples.findings(parts) == Samples.findings(Samples.shards(history, settings)))
    }

    @Test("other settings, and rows that contradict each other, do not add up")
    func conflicts() throws {
        let history = try Samples.history(seed: 5)
        var findings = try Samples.findings(Samples.shards(history, Samples.settings()))
        let other = try Samples.shards(history, Samples.settings("bidShareBps=1"))[0]
        #expect(throws: Findings.Conflict.settings(.bidShareBps, "1", "3000")) {
            try findings.add(other)
        }
        var changed = try Samples.shards(history, Samples.settings())[0]
        changed.opportunities[0].amountIn = 1
        let row = changed.opportunities[0].source.row
        #expect(throws: Findings.Conflict.row(input: SyntheticHistory.name, row: row)) {
            try findings.add(changed)
        }
        var dropped = try Samples.shards(history, Samples.settings())[0]
        dropped.opportunities.removeFirst()
        dropped.filtered.append(row)
        #expect(throws: Findings.Conflict.row(input: SyntheticHistory.name, row: row)) {
            try findings.add(dropped)
        }
    }
}
