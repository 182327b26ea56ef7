import Backtest
import Ethereum
import Foundation
import JSON
import Testing
import UniswapV3

/// What is left against rivals: by what `TipBook` learns and `RivalBids` demands, worked out again
/// from the rows.
@Suite("Competition")
struct CompetitionTests {
    private static let pool = "0x8ad599c3a0ff1de082011efddc58f1908eb6e6d8"

    /// The rows of a synthetic history, in one pool, and what others are said to have done there.
    private static func report(
        _ settings: BacktestSettings, real: [RealJit] = []
    ) throws -> BacktestReport {
        let history = try Samples.history(seed: 8, events: 600)
        var shards = try Samples.shards(history, settings)
        for index in shards[0].opportunities.indices { shards[0].opportunities[index].pool = pool }
        for (number, finding) in real.enumerated() {
            var finding = finding
            finding.source = .init(input: shards[0].input.digest, row: 100_000 + number)
            shards[0].realJit.append(finding)
        }
        return BacktestReport(try Samples.findings(shards))
    }

    private static func landed(block: UInt64, gross: Int256?, tip: UInt256?) -> RealJit {
        RealJit(
            source: .init(input: .zero, row: 0), block: block, pool: pool, tickLower: -10,
            tickUpper: 10, liquidity: nil, fees: nil, feeWei: nil, grossWei: gross, tipWei: tip,
            stated: nil, ours: nil)
    }

    private static func row(
        _ report: BacktestReport, _ kind: BacktestReport.Competition
    ) throws -> BacktestReport.CompetitionRow {
        try #require(report.competition.first { $0.competition == kind })
    }

    private static func left(_ plan: PlannedLiquidity) -> Int256 {
        plan.netWei &+ Int256(bitPattern: plan.tipWei)
    }

    @Test("against nobody all is left; nobody is learnt where nobody comes")
    func nobody() throws {
        let report = try Self.report(Samples.settings())
        let nobody = try Self.row(report, .nobody)
        let minimum = Int256(bitPattern: report.settings[.minimumProfitWei])
        let lefts = report.planned.map { Self.left($0.plan) }.filter { $0 >= minimum }
        #expect(nobody.served == lefts.count && nobody.outbid == 0 && lefts.count > 30)
        #expect(nobody.netWei == lefts.reduce(0) { $0 &+ $1 })
        let learnt = try Self.row(report, .learnt)
        #expect(learnt.served == nobody.served && learnt.bidWei > 0)
        #expect(learnt.netWei &+ learnt.bidWei == nobody.netWei)
        // Less than a fixed share of 30 %: swap after swap nobody was there.
        let fixed = try #require(report.bids.first { $0.bidShareBps == 3000 })
        #expect(learnt.netWei > fixed.netWei)
    }

    @Test("landed competitors who pay much are learnt; of unknown payments nothing is")
    func learnt() throws {
        let settings = try Samples.settings()
        let blocks = Set(try Self.report(settings).planned.map(\.row.block)).sorted()
        let quiet = try Self.row(Self.report(settings), .learnt)
        let paying = try Self.report(
            settings, real: blocks.map { Self.landed(block: $0, gross: 1000, tip: 850) })
        #expect(try Self.row(paying, .learnt).bidWei > quiet.bidWei)
        let object = try #require(
            JSONSerialization.jsonObject(with: Data(paying.json.bytes)) as? [String: Any])
        let competition = try #require(object["competition"] as? [String: Any])
        let known = try #require((competition["learnt"] as? [[String: Any]])?.first)
        #expect(known["landed"] as? Int == blocks.count && known["unopposed"] as? Int == 0)
        let share = try #require(known["shareBps"] as? Int)
        #expect(share > 8500 && share <= 8800)
        // Their payment unknown: not a bid of nothing, nor of anything.
        let silent = try Self.report(
            settings, real: blocks.map { Self.landed(block: $0, gross: 1000, tip: nil) })
        #expect(
            try Self.row(silent, .learnt).bidWei
                == silent.planned.filter { Self.left($0.plan) >= 1_000_000_000_000_000 }
                .reduce(0) { sum, item in
                    let share = Self.left(item.plan).magnitude &* 3000
                    return sum
                        &+ Int256(
                            bitPattern: min(
                                (share &+ 9999).dividedOrZero(by: 10_000),
                                Self.left(item.plan).magnitude &- 1_000_000_000_000_000))
                })
    }

    @Test("another provider demands nine tenths where he was seen of late, and nothing long after")
    func provider() throws {
        let settings = try Samples.settings()
        let quiet = try Self.row(Self.report(settings), .rivals)
        let first = try #require(Self.report(settings).planned.map(\.row.block).min())
        let near = try Self.report(
            settings, real: [Self.landed(block: first - 1, gross: nil, tip: nil)])
        #expect(try Self.row(near, .rivals).bidWei > quiet.bidWei)
        let far = try Self.report(
            settings, real: [Self.landed(block: first - 100_000, gross: nil, tip: nil)])
        #expect(try Self.row(far, .rivals) == quiet)
        let both = try Self.row(near, .both)
        #expect(both.bidWei >= (try Self.row(near, .rivals).bidWei))
        // Rivals who bid nothing demand nothing.
        let timid = try Self.report(
            Samples.settings("rivalBidShareBps=0"),
            real: [Self.landed(block: first - 1, gross: nil, tip: nil)])
        #expect(try Self.row(timid, .rivals).bidWei == 0)
    }

    @Test("what our liquidity takes from a back-runner is counted, and never more than he has")
    func backrun() throws {
        let rows = try Self.report(Samples.settings()).planned
        #expect(rows.contains { !$0.plan.backrunLossWei.isZero })
        for (row, plan) in rows where plan.backrunLossWei > row.amountInWei ?? .max {
            Issue.record("row \(row.source.row): \(plan.backrunLossWei)")
        }
        // Where the swap has not moved the price beyond the fee nobody trades behind it.
        for (row, plan) in rows
        where abs(Int(row.tickAfter) - Int(row.tickBefore)) * 100 < Int(row.feePips) / 2 {
            #expect(plan.backrunLossWei.isZero, "row \(row.source.row)")
        }
    }
}
