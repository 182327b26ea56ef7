import Ethereum
import UniswapV3

extension Randomness {
    /// A pool with a few dozen positions around its price, protocol fees on in half of the cases,
    /// and some history of swaps so that fee growth is nowhere 0.
    mutating func pool() throws -> PoolState {
        let feePips = [100 as UInt32, 500, 3000, 10_000].randomElement(using: &self)!
        let centre = Tick.random(in: -200_000...200_000, using: &self)
        let key = PoolKey(sorting: Address(word: 1), Address(word: 2), feePips: feePips)!
        var pool = try PoolState(
            key: key, initializedAt: TickMath.sqrtPriceX96(atTick: centre)! &+ integer(bits: 16))
        pool.slot0.feeProtocol = [0, 0x44, 0x60, 0xA5].randomElement(using: &self)!
        for _ in 0..<24 {
            let range = range(in: pool)
            try pool.addLiquidity(
                tickLower: range.tickLower, tickUpper: range.tickUpper,
                liquidity: range.liquidity)
        }
        for _ in 0..<6 {
            var swap = swap(in: pool)
            // Never out to the protocol's bounds, where nothing more can happen.
            swap.sqrtPriceLimitX96 = TickMath.sqrtPriceX96(
                atTick: pool.tick + (swap.zeroForOne ? -20_000 : 20_000))
            try pool.apply(swap)
        }
        return pool
    }

    /// A range within some hundred spacings of the price: within a word of the bitmap or over
    /// several.
    mutating func range(in pool: PoolState) -> RangeLiquidity {
        let base = TickSpacing.floor(pool.tick, pool.tickSpacing)
        let reach = [Tick(3), 40, 600].randomElement(using: &self)!
        let first = Tick.random(in: -reach...reach, using: &self)
        let width = Tick.random(in: 1...reach, using: &self)
        return RangeLiquidity(
            tickLower: base + first * pool.tickSpacing,
            tickUpper: base + (first + width) * pool.tickSpacing,
            liquidity: liquidity(bits: 96))
    }

    /// A swap of any size and kind; a quarter of them with a price limit some hundred ticks away.
    mutating func swap(in pool: PoolState) -> SwapArguments {
        let zeroForOne = Bool.random(using: &self)
        var limit: UInt256?
        if UInt8.random(in: 0..<4, using: &self) == 0 {
            let away = Tick.random(in: 2...20_000, using: &self)
            limit = TickMath.sqrtPriceX96(atTick: zeroForOne ? pool.tick - away : pool.tick + away)
        }
        return SwapArguments(
            zeroForOne: zeroForOne,
            amountSpecified: Int256(
                negative: Bool.random(using: &self), magnitude: integer(bits: 100))!,
            sqrtPriceLimitX96: limit)
    }
}

struct SwapArguments {
    var zeroForOne: Bool
    var amountSpecified: Int256
    var sqrtPriceLimitX96: UInt256?
}

extension PoolState {
    func swap(_ swap: SwapArguments) throws(PoolError) -> SwapResult {
        try self.swap(
            zeroForOne: swap.zeroForOne, amountSpecified: swap.amountSpecified,
            sqrtPriceLimitX96: swap.sqrtPriceLimitX96)
    }

    @discardableResult
    mutating func apply(_ swap: SwapArguments) throws(PoolError) -> SwapResult {
        try apply(
            zeroForOne: swap.zeroForOne, amountSpecified: swap.amountSpecified,
            sqrtPriceLimitX96: swap.sqrtPriceLimitX96)
    }
}
