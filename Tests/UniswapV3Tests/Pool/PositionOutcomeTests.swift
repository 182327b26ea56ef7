import Ethereum
import Testing
import UniswapV3

@Suite("PoolState: a hypothetical position")
struct PositionOutcomeTests {
    static func outcome(
        _ pool: PoolState, _ swap: SwapArguments, against range: RangeLiquidity
    ) throws -> PositionOutcome {
        try pool.swap(
            zeroForOne: swap.zeroForOne, amountSpecified: swap.amountSpecified,
            sqrtPriceLimitX96: swap.sqrtPriceLimitX96, against: range)
    }

    @Test("the outcome is that of a real mint, swap, burn and collect, to the unit")
    func equalsTheRealOperations() throws {
        var randomness = Randomness(seed: 71)
        var (earning, crossing) = (0, 0)
        for _ in 0..<1500 {
            let pool = try randomness.pool()
            let swap = randomness.swap(in: pool)
            var range = randomness.range(in: pool)
            if UInt8.random(in: 0..<3, using: &randomness) == 0 {
                // On bounds that others use as well.
                let (a, b) = (pool.ticks.randomElement(using: &randomness)!, pool.ticks.last!)
                if a.tick < b.tick { (range.tickLower, range.tickUpper) = (a.tick, b.tick) }
            }
            let outcome = try Self.outcome(pool, swap, against: range)

            var after = pool
            var position = Position(tickLower: range.tickLower, tickUpper: range.tickUpper)
            let minted = try after.mint(range.liquidity, into: &position)
            let fresh = after.ticks.count - pool.ticks.count
            let result = try after.apply(swap)
            let burned = try after.burn(range.liquidity, from: &position)
            let fees = TokenAmounts(
                amount0: UInt256(position.tokensOwed0) &- burned.amount0,
                amount1: UInt256(position.tokensOwed1) &- burned.amount1)
            #expect(outcome.minted == minted, "\(swap) \(range)")
            #expect(outcome.swap == result, "\(swap) \(range)")
            #expect(outcome.burned == burned, "\(swap) \(range)")
            #expect(outcome.fees == fees, "\(swap) \(range)")
            #expect(outcome.freshTicks == fresh, "\(swap) \(range)")
            #expect(outcome.freshTicksCrossed <= fresh, "\(swap) \(range)")
            #expect(
                outcome.net0
                    == Int256(from: minted.amount0, to: UInt256(position.tokensOwed0)))
            if fees != .zero { earning += 1 }
            crossing += outcome.freshTicksCrossed
        }
        #expect(earning > 300)
        #expect(crossing > 300)
    }

    @Test("a state without the fee growth of its ticks gives the same outcome")
    func withoutFeeGrowth() throws {
        var randomness = Randomness(seed: 72)
        for _ in 0..<300 {
            let pool = try randomness.pool()
            let swap = randomness.swap(in: pool)
            let range = randomness.range(in: pool)
            let bare = try PoolState(
                key: pool.key, slot0: pool.slot0, liquidity: pool.liquidity,
                feeGrowthGlobal0X128: pool.feeGrowthGlobal0X128,
                feeGrowthGlobal1X128: pool.feeGrowthGlobal1X128,
                ticks: pool.ticks.map {
                    InitializedTick(
                        tick: $0.tick, liquidityGross: $0.liquidityGross,
                        liquidityNet: $0.liquidityNet)
                })
            #expect(
                try Self.outcome(pool, swap, against: range)
                    == Self.outcome(bare, swap, against: range))
        }
    }

    @Test("a range that is never reached earns nothing and leaves the swap as it was")
    func unreached() throws {
        let pool = try PoolSwapTests.pool()
        let swap = SwapArguments(zeroForOne: false, amountSpecified: 1_000_000)
        let range = RangeLiquidity(tickLower: -120, tickUpper: -60, liquidity: 1 << 80)
        let outcome = try Self.outcome(pool, swap, against: range)
        #expect(outcome.fees == .zero)
        #expect(outcome.swap == (try pool.swap(swap)))
        #expect(outcome.freshTicks == 2 && outcome.freshTicksCrossed == 0)
        #expect(outcome.net0.isNegative || outcome.net0 == 0)
        #expect(outcome.net1 == -1)
    }

    @Test("a position that the pool would refuse is refused")
    func refused() throws {
        let pool = try PoolSwapTests.pool()
        let swap = SwapArguments(zeroForOne: false, amountSpecified: 1_000_000)
        func against(_ lower: Tick, _ upper: Tick, _ liquidity: UInt128) throws {
            _ = try Self.outcome(
                pool, swap,
                against: RangeLiquidity(
                    tickLower: lower, tickUpper: upper, liquidity: liquidity))
        }
        #expect(throws: PoolError.tickOffGrid(tick: 59, tickSpacing: 60)) {
            try against(0, 59, 1)
        }
        #expect(throws: PoolError.liquidityZero) { try against(0, 60, 0) }
        #expect(throws: PoolError.overflow) { try against(0, 60, 1 << 127) }
        let limit = pool.maxLiquidityPerTick
        #expect(throws: PoolError.liquidityPerTickExceeded(tick: 600, limit: limit)) {
            try against(540, 600, limit)
        }
    }
}
