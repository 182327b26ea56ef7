import Ethereum
import Recordings
import UniswapV3

/// A small history whose numbers come from the model itself: tests change single fields of it.
enum SamplePool {
    static let header =
        "seq,block,timestamp,event,tick_lower,tick_upper,liquidity_delta,amount0,amount1,"
        + "sqrt_price_x96_after,liquidity_after,tick_after,mode,zero_for_one,amount_specified,"
        + "sqrt_price_limit_x96"
    static let q96 = "79228162514264337593543950336"
    static let initialize = "0,10,1000,Initialize,,,,,,\(q96),,0,,,,"

    /// The rows below the header: Initialize, a mint over [-600, 600), a swap, a burn.
    static func rows() throws -> [String] {
        let key = PoolKey(sorting: Address(word: 1), Address(word: 2), feePips: 3000)!
        var pool = try PoolState(key: key, initializedAt: UInt256.one << 96)
        let range = RangeLiquidity(tickLower: -600, tickUpper: 600, liquidity: 1_000_000_000_000)
        let minted = try pool.addLiquidity(
            tickLower: range.tickLower, tickUpper: range.tickUpper, liquidity: range.liquidity)
        let swap = try pool.apply(zeroForOne: true, amountSpecified: 1_000_000_007)
        let burned = try pool.removeLiquidity(
            tickLower: range.tickLower, tickUpper: range.tickUpper, liquidity: 999)
        let limit = PoolState.outermostPrice(zeroForOne: true)
        return [
            initialize,
            "1,10,,Mint,-600,600,\(range.liquidity),\(minted.amount0),\(minted.amount1),,,,,,,",
            "2,11,1012,Swap,,,,\(swap.amount0),\(swap.amount1),\(swap.sqrtPriceX96After),"
                + "\(swap.liquidityAfter),\(swap.tickAfter),exactIn,1,1000000007,\(limit)",
            "3,12,1024,Burn,-600,600,-999,\(burned.amount0),\(burned.amount1),,,,,,,",
        ]
    }

    static func events(_ rows: [String]) throws -> PoolEvents {
        try PoolEvents(
            CommaSeparatedTable(([header] + rows).joined(separator: "\n") + "\n"))
    }

    /// A pool with two ticks as a snapshot's JSON.
    static func snapshot(_ changes: [String: String] = [:]) -> String {
        var fields = [
            "token0": "\"0x0000000000000000000000000000000000000001\"",
            "token1": "\"0x0000000000000000000000000000000000000002\"", "fee": "3000",
            "tickSpacing": "60", "sqrtPriceX96": "\"\(q96)\"", "tick": "0",
            "liquidity": "\"1000000000000\"", "feeProtocol": "0",
            "ticks": "{\"-600\":{\"liquidityGross\":\"1000000000000\",\"liquidityNet\":"
                + "\"1000000000000\"},\"600\":{\"liquidityGross\":\"1000000000000\","
                + "\"liquidityNet\":\"-1000000000000\"}}",
        ]
        for (name, value) in changes { fields[name] = value }
        return "{"
            + fields.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\($0.value)" }
            .joined(separator: ",") + "}"
    }
}
