import BigInt
import Ethereum
import UniswapV3

/// A pool computed in integers without bounds, its ticks in a dictionary and searched one by one.
/// Slow, and sharing no code with the pool under test but the price at a tick (which has its own
/// oracle).
struct OraclePool {
    var price: BigInt
    var tick: Int
    var liquidity: BigInt
    var feePips: BigInt
    var tickSpacing: Int
    var protocolDenominators: (BigInt, BigInt)
    var nets: [Int: BigInt]
    var growth: [BigInt]
    var outside: [Int: [BigInt]]
    var protocolFees: [BigInt] = [0, 0]

    init(_ pool: PoolState) {
        price = big(pool.sqrtPriceX96)
        tick = Int(pool.tick)
        liquidity = big(pool.liquidity)
        feePips = BigInt(pool.feePips)
        tickSpacing = Int(pool.tickSpacing)
        protocolDenominators = (
            BigInt(pool.slot0.feeProtocol % 16), BigInt(pool.slot0.feeProtocol / 16)
        )
        nets = [:]
        outside = [:]
        growth = [big(pool.feeGrowthGlobal0X128), big(pool.feeGrowthGlobal1X128)]
        protocolFees = [big(pool.protocolFees.amount0), big(pool.protocolFees.amount1)]
        for tick in pool.ticks {
            nets[Int(tick.tick)] = BigInt(String(tick.liquidityNet), radix: 10)!
            outside[Int(tick.tick)] = [
                big(tick.feeGrowthOutside0X128), big(tick.feeGrowthOutside1X128),
            ]
        }
    }

    static func price(at tick: Int) -> BigInt { big(TickMath.sqrtPriceX96(atTick: Tick(tick))!) }

    /// Euclidean floor of a tick on the grid.
    func compressed(_ tick: Int) -> Int {
        Int((Double(tick) / Double(tickSpacing)).rounded(.down))
    }

    func nextTick(_ zeroForOne: Bool) -> (tick: Int, isInitialized: Bool) {
        var index = compressed(tick) + (zeroForOne ? 0 : 1)
        let word = Int((Double(index) / 256).rounded(.down))
        while true {
            if nets[index * tickSpacing] != nil { return (index * tickSpacing, true) }
            let next = index + (zeroForOne ? -1 : 1)
            if Int((Double(next) / 256).rounded(.down)) != word { break }
            index = next
        }
        let edge = min(max(index * tickSpacing, Int(TickMath.minTick)), Int(TickMath.maxTick))
        return (edge, false)
    }

    static func step(
        from start: BigInt, to target: BigInt, liquidity: BigInt, remaining: BigInt, fee: BigInt
    ) -> (end: BigInt, amountIn: BigInt, amountOut: BigInt, fee: BigInt) {
        let zeroForOne = start >= target
        func amount0(_ a: BigInt, _ b: BigInt, _ rounding: Rounding) -> BigInt {
            divide(liquidity * q96 * (max(a, b) - min(a, b)), a * b, rounding)
        }
        func amount1(_ a: BigInt, _ b: BigInt, _ rounding: Rounding) -> BigInt {
            divide(liquidity * (max(a, b) - min(a, b)), q96, rounding)
        }
        func input(_ end: BigInt) -> BigInt {
            zeroForOne ? amount0(start, end, .up) : amount1(start, end, .up)
        }
        func output(_ end: BigInt) -> BigInt {
            zeroForOne ? amount1(start, end, .down) : amount0(start, end, .down)
        }
        let million = BigInt(1_000_000)
        if remaining > 0 {
            let available = remaining * (million - fee) / million
            if available < input(target) {
                let end =
                    zeroForOne
                    ? SqrtPriceMathTests.afterAdding0(start, liquidity, available)
                    : start + available * q96 / liquidity
                if end != target {
                    return (end, input(end), output(end), remaining - input(end))
                }
            }
            let amountIn = input(target)
            return (
                target, amountIn, output(target), ceilDivide(amountIn * fee, million - fee)
            )
        }
        var end = target
        if -remaining < output(target) {
            end =
                zeroForOne
                ? start - ceilDivide(-remaining * q96, liquidity)
                : ceilDivide(liquidity * q96 * start, liquidity * q96 + remaining * start)
        }
        let amountIn = input(end)
        return (
            end, amountIn, min(output(end), -remaining),
            ceilDivide(amountIn * fee, million - fee)
        )
    }

    /// Swaps; gives the amounts of token0 and token1 as the pool sees them.
    mutating func swap(
        _ zeroForOne: Bool, _ specified: BigInt, limit: BigInt
    ) -> (amount0: BigInt, amount1: BigInt) {
        let input = zeroForOne ? 0 : 1
        var (paidIn, paidOut, remaining) = (BigInt(0), BigInt(0), specified)
        while remaining != 0, price != limit {
            let next = nextTick(zeroForOne)
            let nextPrice = Self.price(at: next.tick)
            let target = zeroForOne ? max(nextPrice, limit) : min(nextPrice, limit)
            let step = Self.step(
                from: price, to: target, liquidity: liquidity, remaining: remaining, fee: feePips)
            paidIn += step.amountIn + step.fee
            paidOut += step.amountOut
            remaining +=
                specified > 0 ? -(step.amountIn + step.fee) : step.amountOut
            let denominator = zeroForOne ? protocolDenominators.0 : protocolDenominators.1
            let share = denominator == 0 ? 0 : step.fee / denominator
            protocolFees[input] += share
            if liquidity > 0 {
                growth[input] += ((step.fee - share) << 128) / liquidity
                growth[input] %= BigInt(1) << 256
            }
            let moved = price != step.end
            price = step.end
            if price == nextPrice {
                if next.isInitialized {
                    liquidity += zeroForOne ? -nets[next.tick]! : nets[next.tick]!
                    for token in 0...1 {
                        let flipped = growth[token] - outside[next.tick]![token]
                        outside[next.tick]![token] =
                            flipped < 0 ? flipped + (BigInt(1) << 256) : flipped
                    }
                }
                tick = zeroForOne ? next.tick - 1 : next.tick
            } else if moved {
                tick = Int(TickMath.tick(atSqrtPriceX96: word(price))!)
            }
        }
        return zeroForOne ? (paidIn, -paidOut) : (-paidOut, paidIn)
    }
}
