import Ethereum
import Testing
import UniswapV3

/// Histories of mainnet pools, event by event, to the wei.
@Suite("Recorded events", .enabled(if: RecordedData.isExpected, RecordedData.absence))
struct RecordedEventsTests {
    typealias Row = [String: String]

    static func int(_ row: Row, _ column: String) throws -> Int256 {
        try #require(Int256(decimal: row[column] ?? ""))
    }

    /// Performs the event and compares what it did.
    static func replay(_ row: Row, on pool: inout PoolState) throws {
        let sequence = Comment(rawValue: "event \(row["seq"] ?? "?")")
        let (amount0, amount1) = (try int(row, "amount0"), try int(row, "amount1"))
        switch row["event"] {
        case "Swap":
            let zeroForOne = row["zero_for_one"] == "1"
            let input = zeroForOne ? amount0 : amount1
            let isLimited = row["mode"] == "inLimit"
            let before = pool
            let specified = isLimited ? input &+ input : try int(row, "amount_specified")
            let limit = try #require(
                UInt256(decimal: row["sqrt_price_limit_x96"] ?? ""))
            let result = try pool.apply(
                zeroForOne: zeroForOne, amountSpecified: specified, sqrtPriceLimitX96: limit)
            #expect(result.amount0 == amount0, sequence)
            #expect(result.amount1 == amount1, sequence)
            #expect(pool.sqrtPriceX96.description == row["sqrt_price_x96_after"], sequence)
            #expect(String(pool.liquidity) == row["liquidity_after"], sequence)
            #expect(String(pool.tick) == row["tick_after"], sequence)
            let foreseen = try before.swap(
                zeroForOne: zeroForOne, amountSpecified: specified, sqrtPriceLimitX96: limit)
            #expect(foreseen == result, sequence)
        case "Mint":
            let amounts = try pool.addLiquidity(
                tickLower: try #require(Tick(row["tick_lower"] ?? "")),
                tickUpper: try #require(Tick(row["tick_upper"] ?? "")),
                liquidity: try #require(UInt128(row["liquidity_delta"] ?? "")))
            #expect(amounts.amount0.description == amount0.description, sequence)
            #expect(amounts.amount1.description == amount1.description, sequence)
        case "Burn":
            let delta = try int(row, "liquidity_delta")
            let amounts = try pool.removeLiquidity(
                tickLower: try #require(Tick(row["tick_lower"] ?? "")),
                tickUpper: try #require(Tick(row["tick_upper"] ?? "")),
                liquidity: try #require(delta.magnitude.asUInt128))
            #expect(amounts.amount0.description == amount0.description, sequence)
            #expect(amounts.amount1.description == amount1.description, sequence)
        default:
            Issue.record("unknown event in row \(row)")
        }
    }

    @Test("USDC/WETH 0.05 %: 84 swaps, 13 mints and 4 burns from its initialisation")
    func fromInitialisation() throws {
        let rows = try RecordedData.rows("v3-pool-events/usdc_weth_500_from_init.csv")
        let key = try #require(
            PoolKey(sorting: PoolKeyTests.usdc, PoolKeyTests.weth, feePips: 500))
        let first = try #require(rows.first)
        var pool = try PoolState(
            key: key,
            initializedAt: try #require(UInt256(decimal: first["sqrt_price_x96_after"] ?? "")))
        #expect(String(pool.tick) == first["tick_after"])
        for row in rows.dropFirst() { try Self.replay(row, on: &pool) }
        #expect(rows.filter { $0["event"] == "Swap" }.count == 84)
        #expect(rows.filter { $0["event"] == "Mint" }.count == 13)
        #expect(rows.filter { $0["event"] == "Burn" }.count == 4)
    }

    @Test("WBTC/WETH 0.3 %: 329 swaps, 19 mints and 31 burns end in the state on the chain")
    func betweenSnapshots() throws {
        let rows = try RecordedData.rows(
            "v3-pool-events/wbtc_weth_3000_16944682_16951778.csv")
        var pool = try RecordedData.state("v3-pool-events/wbtc_weth_3000_state_before.json")
            .poolState()
        let after = try RecordedData.state("v3-pool-events/wbtc_weth_3000_state_after.json")
            .poolState()
        for row in rows { try Self.replay(row, on: &pool) }
        #expect(rows.count == 379)
        #expect(pool.slot0 == after.slot0)
        #expect(pool.liquidity == after.liquidity)
        #expect(pool.feeGrowthGlobal0X128 == after.feeGrowthGlobal0X128)
        #expect(pool.feeGrowthGlobal1X128 == after.feeGrowthGlobal1X128)
        // The snapshot before lacks positions below 239820, one of which ends at 239760.
        #expect(
            pool.ticks.filter { $0.tick != 239_760 } == after.ticks.filter { $0.tick != 239_760 })
    }
}
