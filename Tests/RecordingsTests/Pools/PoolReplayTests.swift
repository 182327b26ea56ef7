import Ethereum
import Recordings
import Testing
import UniswapV3

@Suite("PoolReplay")
struct PoolReplayTests {
    @Test("a history from birth comes out as it is recorded")
    func fromBirth() throws {
        let replay = try PoolReplay(
            SamplePool.events(SamplePool.rows()), from: nil, feePips: 3000)
        #expect(replay.report.summary == "4 passed, 0 failed")
    }

    @Test(
        "one unit off in any output column is one failure with its line", arguments: [7, 8, 9, 10])
    func oneUnitOff(column: Int) throws {
        var rows = try SamplePool.rows()
        var fields = rows[2].split(separator: ",", omittingEmptySubsequences: false)
            .map(String.init)
        let value = try #require(Int256(decimal: fields[column]))
        fields[column] = "\(value &+ 1)"
        rows[2] = fields.joined(separator: ",")
        let report = try PoolReplay(SamplePool.events(rows), from: nil, feePips: 3000).report
        #expect(report.summary == "3 passed, 1 failed")
        #expect(report.failures.first?.line == 4)
        #expect(report.failures.first?.expected == fields[column])
        #expect(report.failures.first?.actual == "\(value)")
    }

    @Test("what the pool would refuse is a failure, not an end")
    func refused() throws {
        var rows = try SamplePool.rows()
        rows.append("4,13,1030,Burn,-600,600,-99999999999999,0,0,,,,,,,")
        rows.append("5,13,1030,Mint,-601,600,5,0,0,,,,,,,")
        rows.append(SamplePool.initialize.replacing("0,10", with: "6,13"))
        let report = try PoolReplay(SamplePool.events(rows), from: nil, feePips: 3000).report
        #expect(report.summary == "4 passed, 3 failed")
        #expect(report.failures[0].actual == "liquidityInsufficient")
    }

    @Test("events that say nothing of price and liquidity are skipped by count")
    func inert() throws {
        var rows = try SamplePool.rows()
        rows.append("4,13,1030,Collect,-600,600,,1,2,,,,,,,")
        let report = try PoolReplay(SamplePool.events(rows), from: nil, feePips: 3000).report
        #expect(report.summary == "4 passed, 0 failed, 1 skipped")
    }

    @Test("where it begins must be known, and only once")
    func start() throws {
        let rows = try SamplePool.rows()
        let later = try SamplePool.events(Array(rows.dropFirst(2)))
        #expect(throws: PoolReplay.StartError.stateMissing(firstEvent: "Swap")) {
            try PoolReplay(later, from: nil, feePips: 3000)
        }
        let state = try PoolSnapshot.parse(Array(SamplePool.snapshot().utf8))
        #expect(throws: PoolReplay.StartError.initializedAlready) {
            try PoolReplay(SamplePool.events(rows), from: state, feePips: nil)
        }
        #expect(throws: PoolReplay.StartError.feeUnknown) {
            try PoolReplay(SamplePool.events(rows), from: nil, feePips: nil)
        }
        #expect(
            try PoolReplay(later, from: state, feePips: nil).report.summary
                == "2 passed, 0 failed")
    }

    @Test(
        "rows that cannot be read are errors with their line",
        arguments: [
            ("Swap", "Swop", "event"), ("exactIn", "exactly", "mode"),
            ("exactIn", "exactOut", "amount_specified"),
            ("exactIn,1,", "exactIn,2,", "zero_for_one"),
        ])
    func malformed(text: String, replacement: String, column: String) throws {
        var rows = try SamplePool.rows()
        rows[2] = rows[2].replacing(text, with: replacement)
        do {
            _ = try SamplePool.events(rows)
            Issue.record("read: \(rows[2])")
        } catch {
            #expect("\(error)".contains("line 4, column \(column)"), "\(error)")
        }
        #expect(throws: TableError.noRows) { try SamplePool.events([]) }
    }
}
