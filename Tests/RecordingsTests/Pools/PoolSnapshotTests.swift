import Ethereum
import JSON
import Recordings
import Testing
import UniswapV3

@Suite("PoolSnapshot and QuoteTable")
struct PoolSnapshotTests {
    private static func state(_ changes: [String: String] = [:]) throws -> PoolState {
        try PoolSnapshot.parse(Array(SamplePool.snapshot(changes).utf8))
    }

    @Test("a snapshot is read, and its optional fields are optional")
    func read() throws {
        let state = try Self.state(["tickSpacing": "null"])
        #expect(state.tickSpacing == 60 && state.ticks.map(\.tick) == [-600, 600])
        #expect(state.ticks[1].liquidityNet == -1_000_000_000_000)
        // After a falling swap that ended on a tick, the tick is the one below.
        #expect(try Self.state(["tick": "-1"]).tick == -1)
    }

    @Test(
        "a value that no pool has is refused by its field",
        arguments: [
            ("fee", "1000000"), ("fee", "\"x\""), ("tick", "5"), ("sqrtPriceX96", "\"1\""),
            ("token1", "\"0x0000000000000000000000000000000000000001\""),
            ("token0", "\"0x0000000000000000000000000000000000000003\""),
            ("liquidity", "\"-1\""), ("liquidity", "\"340282366920938463463374607431768211456\""),
            ("ticks", "[]"), ("ticks", "{\"61\":{}}"), ("ticks", "{\"60\":5}"),
            ("ticks", "{\"60\":{\"liquidityGross\":\"0\",\"liquidityNet\":\"0\"}}"),
            ("feeProtocol", "256"), ("tickSpacing", "0"), ("feeGrowthGlobal0X128", "\"-5\""),
        ])
    func refused(field: String, value: String) {
        do {
            _ = try Self.state([field: value])
            Issue.record("\(field) \(value) was accepted")
        } catch {
            #expect("\(error)".contains("field \(field)"), "\(error)")
        }
    }

    @Test("a tick named twice is refused, be it by two names")
    func twice() {
        let tick = "\"60\":{\"liquidityGross\":\"1\",\"liquidityNet\":\"1\"}"
        let again = tick.replacing("\"60\"", with: "\"+60\"")
        #expect(throws: JSONParsingError.self) {
            try Self.state(["ticks": "{\(tick),\(tick)}"])
        }
        #expect(throws: FieldError.self) { try Self.state(["ticks": "{\(tick),\(again)}"]) }
        #expect(throws: Never.self) { try Self.state(["ticks": "{\(tick)}"]) }
    }

    private static func quotes(_ rows: String...) throws -> QuoteTable {
        try QuoteTable(
            CommaSeparatedTable(
                (["function,zero_for_one,amount,result"] + rows).joined(separator: "\n"),
                required: QuoteTable.columns))
    }

    @Test("quotes are answered, and a wrong one is found")
    func quotes() throws {
        let pool = try Self.state()
        let out = try pool.swap(zeroForOne: true, amountSpecified: 5_000_000).amountOut
        let into = try pool.swap(zeroForOne: false, amountSpecified: -5_000_000).amountIn
        let right = "quoteExactInputSingle,1,5000000,\(out)"
        let report = try Self.quotes(
            right, "quoteExactOutputSingle,0,5000000,\(into)",
            "quoteExactInputSingle,1,5000000,\(out &+ 1)", "quoteExactInputSingle,1,0,0"
        ).check(against: pool)
        #expect(report.summary == "2 passed, 2 failed")
        #expect(report.failures.map(\.line) == [4, 5])
        #expect(report.failures[1].actual == "amountSpecifiedZero")
    }

    @Test("rows that are no quotes are errors")
    func malformed() {
        for row in [
            "quote,1,1,1", "quoteExactInputSingle,3,1,1", "quoteExactInputSingle,1,-1,1",
            "quoteExactInputSingle,1,1,", "quoteExactInputSingle,1,1",
            "quoteExactInputSingle,1,\(UInt256.max),1",
        ] {
            #expect(throws: TableError.self, "\(row)") { try Self.quotes(row) }
        }
        #expect(throws: TableError.noRows) { try Self.quotes() }
    }
}
