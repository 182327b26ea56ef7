import Ethereum

extension PoolState {
    /// The outermost price limit that the contract accepts in a direction: no limit at all.
    public static func outermostPrice(zeroForOne: Bool) -> SqrtPriceX96 {
        zeroForOne ? TickMath.minSqrtPriceX96 &+ 1 : TickMath.maxSqrtPriceX96 &- 1
    }

    /// What the contract's `swap` would do, without doing it.
    ///
    /// - Parameters:
    ///   - zeroForOne: whether token0 goes in and the price falls.
    ///   - amountSpecified: above 0 what goes in, fee included; below 0 what must come out.
    ///   - sqrtPriceLimitX96: where the price stops at the latest; nil for no limit.
    public func swap(
        zeroForOne: Bool, amountSpecified: Int256, sqrtPriceLimitX96: SqrtPriceX96? = nil
    ) throws(PoolError) -> SwapResult {
        var engine = try SwapEngine(
            self, zeroForOne: zeroForOne, amountSpecified: amountSpecified,
            sqrtPriceLimitX96: sqrtPriceLimitX96)
        while engine.isUnfinished { _ = try engine.advance(self) }
        return engine.result
    }

    /// The same with the pieces of constant liquidity that the swap consists of.
    public func segments(
        zeroForOne: Bool, amountSpecified: Int256, sqrtPriceLimitX96: SqrtPriceX96? = nil
    ) throws(PoolError) -> (result: SwapResult, segments: [SwapSegment]) {
        var engine = try SwapEngine(
            self, zeroForOne: zeroForOne, amountSpecified: amountSpecified,
            sqrtPriceLimitX96: sqrtPriceLimitX96)
        var segments: [SwapSegment] = []
        while engine.isUnfinished {
            let (liquidity, from) = (engine.liquidity, engine.sqrtPriceX96)
            let (step, crossing) = try engine.advance(self)
            segments.append(
                SwapSegment(
                    liquidity: liquidity, sqrtPriceX96From: from,
                    sqrtPriceX96To: step.sqrtPriceX96, amountIn: step.amountIn,
                    amountOut: step.amountOut, feeAmount: step.feeAmount,
                    crossedTick: crossing.map { ticks[$0].tick }))
        }
        return (engine.result, segments)
    }

    /// Performs a swap: price, liquidity, fee growth, the protocol's fees, and the fee growth
    /// outside every tick crossed. On an error the state is as before.
    @discardableResult
    public mutating func apply(
        zeroForOne: Bool, amountSpecified: Int256, sqrtPriceLimitX96: SqrtPriceX96? = nil
    ) throws(PoolError) -> SwapResult {
        var engine = try SwapEngine(
            self, zeroForOne: zeroForOne, amountSpecified: amountSpecified,
            sqrtPriceLimitX96: sqrtPriceLimitX96)
        var crossings: [(index: Int, growthX128: UInt256)] = []
        while engine.isUnfinished {
            guard let index = try engine.advance(self).crossing else { continue }
            crossings.append((index, engine.feeGrowthGlobalX128))
        }
        let result = engine.result
        for (index, growth) in crossings {
            let growth0 = zeroForOne ? growth : feeGrowthGlobal0X128
            let growth1 = zeroForOne ? feeGrowthGlobal1X128 : growth
            // The tick's two sides change places (whitepaper formula 6.20).
            ticks[index].feeGrowthOutside0X128 = growth0 &- ticks[index].feeGrowthOutside0X128
            ticks[index].feeGrowthOutside1X128 = growth1 &- ticks[index].feeGrowthOutside1X128
        }
        slot0.sqrtPriceX96 = result.sqrtPriceX96After
        slot0.tick = result.tickAfter
        liquidity = result.liquidityAfter
        if zeroForOne {
            feeGrowthGlobal0X128 = result.feeGrowthGlobalX128After
            protocolFees.amount0 = UInt256(protocolFees.amount0.low128 &+ result.protocolFee)
        } else {
            feeGrowthGlobal1X128 = result.feeGrowthGlobalX128After
            protocolFees.amount1 = UInt256(protocolFees.amount1.low128 &+ result.protocolFee)
        }
        return result
    }
}
