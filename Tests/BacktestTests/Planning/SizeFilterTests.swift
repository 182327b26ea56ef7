import Backtest
import Ethereum
import TestSupport
import Testing

/// That the size filter never drops what planning would serve, under any of the fair prices.
@Suite("SizeFilter")
struct SizeFilterTests {
    /// With and without the filter the same is served, and all that it drops would not be.
    private static func compare(_ history: PoolHistory, _ assignments: [String]) throws -> Int {
        var settings = try Samples.settings()
        for assignment in assignments { try settings.set(assignment) }
        var open = settings
        try open.set("sizeFilter=0")
        let filtered = try Samples.findings(Samples.shards(history, settings))
        let all = try Samples.findings(Samples.shards(history, open))
        let kept = filtered.sortedOpportunities
        let rows = Set(kept.map(\.source.row))
        var served = 0
        for row in all.sortedOpportunities {
            if rows.contains(row.source.row) {
                #expect(kept.contains(row))
            } else {
                #expect(!row.isServed, "row \(row.source.row) \(assignments)")
                #expect(row.replannedWei.allSatisfy { $0 == nil }, "row \(row.source.row)")
            }
            if row.isServed { served += 1 }
        }
        #expect(filtered.filteredCount + kept.count == all.sortedOpportunities.count)
        #expect(all.filteredCount == 0)
        return filtered.filteredCount
    }

    private static let terms: [[String]] = [
        [], ["baseFeeWei=1000000000"], ["baseFeeWei=0", "minimumProfitWei=0"],
        ["bidShareBps=0", "hedgeCostPips=0"], ["bidShareBps=9000"],
        ["fairBandPercentOfFee=0", "baseFeeWei=30000000000"],
        ["minimumProfitWei=50000000000000000"],
    ]

    @Test("on synthetic histories", arguments: 1...4 as ClosedRange<UInt64>)
    func synthetic(seed: UInt64) throws {
        let history = try Samples.history(seed: seed, events: 300)
        var dropped = 0
        for terms in Self.terms { dropped += try Self.compare(history, terms) }
        #expect(dropped > 100)
    }

    @Test("on recorded histories", .enabled(if: TestFiles.expectsData))
    func recorded() throws {
        for path in Samples.recorded.prefix(2) {
            let history = try Samples.recordedHistory(path)
            for terms in Self.terms { _ = try Self.compare(history, terms) }
            #expect(try Self.compare(history, []) > 20)
        }
    }

    @Test("a filter that asked for twice the bound would drop what is served")
    func tooStrict() throws {
        // The bound is no idle one: some served swap nets more than half of what it allows.
        let history = try Samples.history(seed: 2, events: 300)
        let settings = try Samples.settings("bidShareBps=0", "hedgeCostPips=0", "baseFeeWei=0")
        let rows = try Samples.findings(Samples.shards(history, settings)).sortedOpportunities
        var strict = settings
        let most = rows.compactMap { $0.isServed ? $0.plan?.netWei.magnitude : nil }.max()
        let least = try #require(most)
        try strict.set("minimumProfitWei=\(least)")
        let last = try Samples.findings(Samples.shards(history, strict)).sortedOpportunities
        #expect(last.count { $0.isServed } == 1)
        try strict.set("minimumProfitWei=\(least &* 4)")
        #expect(
            try Samples.findings(Samples.shards(history, strict)).sortedOpportunities.count
                < last.count)
    }
}
