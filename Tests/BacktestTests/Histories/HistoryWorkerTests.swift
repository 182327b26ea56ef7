import Backtest
import Ethereum
import Foundation
import TestSupport
import Testing
import UniswapV3
import World

@Suite("HistoryWorker")
struct HistoryWorkerTests {
    @Test("however a history is cut, together its shards say the same")
    func chunks() throws {
        let history = try Samples.history(seed: 4, events: 400)
        let settings = try Samples.settings()
        let whole = try Samples.shards(history, settings)
        #expect(whole.count == 1)
        let report = BacktestReport(try Samples.findings(whole)).json
        for rows in [1, 7, 100] {
            let shards = try Samples.shards(history, settings, rows: rows)
            #expect(shards.count > 3)
            #expect(BacktestReport(try Samples.findings(shards)).json == report)
        }
    }

    @Test("only swaps of the blocks that were asked for are answered, both ends included")
    func span() throws {
        let history = try Samples.history(seed: 4, events: 400)
        let settings = try Samples.settings("sizeFilter=0")
        let all = try Samples.findings(Samples.shards(history, settings)).sortedOpportunities
        let first = all[all.count / 3].block
        let last = all[all.count / 2].block
        let span = try #require(BlockSpan("\(first)..\(last)"))
        let some = try Samples.findings(Samples.shards(history, settings, rows: 50, span: span))
        let expected = all.filter { first <= $0.block && $0.block <= last }
        #expect(some.sortedOpportunities == expected && !expected.isEmpty)
        #expect(expected.first?.block == first && expected.last?.block == last)
    }

    @Test("a mark-out takes the price that stood then, and is unknown where the record ends")
    func markOuts() throws {
        let text = try SyntheticHistory.csv(seed: 9, events: 400)
        let history = try PoolHistory(
            name: SyntheticHistory.name, bytes: Array(text.utf8), state: nil)
        let rows = try Samples.findings(
            Samples.shards(history, Samples.settings("baseFeeWei=1000000000"), rows: 60)
        ).sortedOpportunities
        // Independent of the product's reading: the lines, split.
        let prices = text.split(separator: "\n").dropFirst().map { line -> (Int, UInt256) in
            let fields = line.split(separator: ",", omittingEmptySubsequences: false)
            return (Int(fields[4])!, UInt256(String(fields[13]))!)
        }
        let end = prices.last!.0
        var (known, unknown) = (0, 0)
        for row in rows {
            guard let plan = row.plan else { continue }
            for (index, seconds) in [(1, 60), (2, 3600)] {
                let time = Int(row.timestamp) + seconds
                guard time < end else {
                    if time > end { #expect(row.markOutsWei[index] == nil) }
                    unknown += 1
                    continue
                }
                known += 1
                let root = prices.last { $0.0 <= time }!.1.approximateDouble * 0x1p-96
                let expected =
                    plan.change0.approximateDouble
                    + plan.change1.approximateDouble / (root * root)
                    - plan.gasWei.approximateDouble - plan.hedgeWei.approximateDouble
                    - plan.tipWei.approximateDouble
                let found = try #require(row.markOutsWei[index]).approximateDouble
                #expect(abs(found - expected) < 1e9)
            }
        }
        #expect(known > 20 && unknown > 5)
    }

    @Test("a history that does not come out as recorded stops, and says where")
    func differs() throws {
        let text = try SyntheticHistory.csv(seed: 1, events: 200)
        var lines = text.split(separator: "\n").map(String.init)
        let line = try #require(lines.indices.dropFirst(100).first { lines[$0].contains(",Swap,") })
        var fields = lines[line].split(separator: ",", omittingEmptySubsequences: false).map(
            String.init)
        fields[11] = (Int256(decimal: fields[11])! &+ 1).description
        lines[line] = fields.joined(separator: ",")
        let history = try PoolHistory(
            name: SyntheticHistory.name, bytes: Array(lines.joined(separator: "\n").utf8),
            state: nil)
        let error = try #require(throws: HistoryFault.self) {
            try Samples.shards(history, Samples.settings())
        }
        guard case .differs(line + 1, "Swap", let what) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(what.hasPrefix("amount0"))
    }

    @Test("rows that go back in blocks or in time are refused")
    func backwards() throws {
        let text = try SyntheticHistory.csv(seed: 1, events: 200)
        let lines = text.split(separator: "\n").map(String.init)
        func changed(_ column: Int, to value: String) -> [UInt8] {
            var lines = lines
            var fields = lines[150].split(separator: ",", omittingEmptySubsequences: false).map(
                String.init)
            fields[column] = value
            lines[150] = fields.joined(separator: ",")
            return Array(lines.joined(separator: "\n").utf8)
        }
        for (column, value, what) in [(1, "5", "the block"), (4, "5", "the time")] {
            let history = try PoolHistory(
                name: SyntheticHistory.name, bytes: changed(column, to: value), state: nil)
            #expect(throws: HistoryFault.backwards(line: 151, what: what)) {
                try Samples.shards(history, Samples.settings())
            }
        }
    }

    @Test("a history without its birth needs the state beside it")
    func stateMissing() throws {
        let text = try SyntheticHistory.csv(seed: 1, events: 100)
        let lines = text.split(separator: "\n")
        let later = ([lines[0]] + lines[2...]).joined(separator: "\n")
        #expect(throws: HistoryFault.stateMissing("Mint")) {
            try PoolHistory(name: SyntheticHistory.name, bytes: Array(later.utf8), state: nil)
        }
        #expect(throws: (any Error).self) {
            try PoolHistory(
                name: SyntheticHistory.name, bytes: Array(later.utf8), state: Array("{}".utf8))
        }
    }
}
