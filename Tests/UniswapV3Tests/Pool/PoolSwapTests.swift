import BigInt
import Ethereum
import Testing
import UniswapV3

@Suite("PoolState: swaps")
struct PoolSwapTests {
    @Test("a swap in any pool is what a pool of unbounded integers does, fee growth included")
    func oracle() throws {
        var randomness = Randomness(seed: 51)
        var crossed = 0
        for _ in 0..<400 {
            var pool = try randomness.pool()
            for _ in 0..<4 {
                let swap = randomness.swap(in: pool)
                var oracle = OraclePool(pool)
                let limit =
                    swap.sqrtPriceLimitX96
                    ?? PoolState.outermostPrice(zeroForOne: swap.zeroForOne)
                let before = pool
                let result = try pool.apply(swap)
                let expected = oracle.swap(
                    swap.zeroForOne, big(swap.amountSpecified), limit: big(limit))
                #expect(big(result.amount0) == expected.amount0, "\(swap)")
                #expect(big(result.amount1) == expected.amount1, "\(swap)")
                let after = OraclePool(pool)
                #expect(after.price == oracle.price && after.tick == oracle.tick, "\(swap)")
                #expect(after.liquidity == oracle.liquidity, "\(swap)")
                #expect(after.growth == oracle.growth, "\(swap)")
                #expect(after.protocolFees == oracle.protocolFees, "\(swap)")
                #expect(after.outside == oracle.outside, "\(swap)")
                #expect(try before.swap(swap) == result, "\(swap)")
                crossed += result.ticksCrossed
                if pool.tick.magnitude > 500_000 { break }
            }
        }
        #expect(crossed > 2000)
    }

    @Test("the segments add up to the swap and join end to end")
    func segments() throws {
        var randomness = Randomness(seed: 52)
        for _ in 0..<200 {
            let pool = try randomness.pool()
            let swap = randomness.swap(in: pool)
            let (result, segments) = try pool.segments(
                zeroForOne: swap.zeroForOne, amountSpecified: swap.amountSpecified,
                sqrtPriceLimitX96: swap.sqrtPriceLimitX96)
            #expect(result == (try pool.swap(swap)))
            #expect(segments.count == result.stepCount)
            #expect(segments.first?.sqrtPriceX96From == pool.sqrtPriceX96)
            #expect(segments.last?.sqrtPriceX96To == result.sqrtPriceX96After)
            for (one, next) in zip(segments, segments.dropFirst()) {
                #expect(one.sqrtPriceX96To == next.sqrtPriceX96From)
            }
            let total = segments.reduce(UInt256.zero) { $0 &+ $1.amountIn &+ $1.feeAmount }
            #expect(total == result.amountIn)
            #expect(segments.reduce(UInt256.zero) { $0 &+ $1.amountOut } == result.amountOut)
            #expect(
                segments.reduce(UInt256.zero) { $0 &+ $1.feeAmount } == result.feeAmountTotal)
            #expect(segments.count { $0.crossedTick != nil } == result.ticksCrossed)
        }
    }

    static func pool() throws -> PoolState {
        var pool = try PoolState(
            key: PoolKey(sorting: Address(word: 1), Address(word: 2), feePips: 3000)!,
            initializedAt: UInt256(1 as UInt64) << 96)
        try pool.addLiquidity(tickLower: -600, tickUpper: 600, liquidity: 1 << 70)
        return pool
    }

    @Test("a swap of nothing is refused")
    func zeroAmount() throws {
        let pool = try Self.pool()
        #expect(throws: PoolError.amountSpecifiedZero) {
            try pool.swap(zeroForOne: true, amountSpecified: 0)
        }
    }

    @Test("a swap in a locked pool is refused")
    func locked() throws {
        var pool = try Self.pool()
        pool.slot0.isUnlocked = false
        #expect(throws: PoolError.locked) {
            try pool.swap(zeroForOne: true, amountSpecified: 1)
        }
    }

    @Test("a price limit on the wrong side, or at the protocol's bound, is refused")
    func limitOutOfBounds() throws {
        let pool = try Self.pool()
        let current = pool.sqrtPriceX96
        for (zeroForOne, limit) in [
            (true, current), (true, current &+ 1), (true, TickMath.minSqrtPriceX96),
            (false, current), (false, current &- 1), (false, TickMath.maxSqrtPriceX96),
        ] {
            #expect(throws: PoolError.priceLimitOutOfBounds(limit: limit, current: current)) {
                try pool.swap(
                    zeroForOne: zeroForOne, amountSpecified: 1, sqrtPriceLimitX96: limit)
            }
        }
        let outermost = PoolState.outermostPrice(zeroForOne: true)
        #expect(throws: Never.self) {
            try pool.swap(
                zeroForOne: true, amountSpecified: 1, sqrtPriceLimitX96: outermost)
        }
    }

    @Test("a swap larger than the liquidity ends at its limit and takes only what it can")
    func exhausted() throws {
        let pool = try Self.pool()
        let amount = Int256(magnitude: UInt256.one << 200)!
        let result = try pool.swap(zeroForOne: false, amountSpecified: amount)
        #expect(result.sqrtPriceX96After == PoolState.outermostPrice(zeroForOne: false))
        #expect(result.liquidityAfter == 0)
        #expect(result.amount1 < amount)
    }

    @Test("a swap that leaves the loaded ticks says so, one that stays inside does not")
    func leavesLoadedTicks() throws {
        let whole = try Self.pool()
        let part = try PoolState(
            key: whole.key, slot0: whole.slot0, liquidity: whole.liquidity, ticks: [],
            loadedTicks: -120...120)
        let small = Int256(1_000_000_000)
        #expect(
            try part.swap(zeroForOne: true, amountSpecified: small)
                == whole.swap(zeroForOne: true, amountSpecified: small))
        let large = Int256(magnitude: UInt256.one << 80)!
        #expect(throws: PoolError.tickNotLoaded(tick: -120)) {
            try part.swap(zeroForOne: true, amountSpecified: large)
        }
        #expect(throws: PoolError.tickNotLoaded(tick: 120)) {
            try part.swap(zeroForOne: false, amountSpecified: large)
        }
    }

    @Test("a failed swap leaves the state as it was")
    func failureChangesNothing() throws {
        let whole = try Self.pool()
        var part = try PoolState(
            key: whole.key, slot0: whole.slot0, liquidity: whole.liquidity, ticks: whole.ticks,
            loadedTicks: -660...660)
        let before = part
        #expect(throws: PoolError.tickNotLoaded(tick: -660)) {
            try part.apply(
                zeroForOne: true, amountSpecified: Int256(magnitude: UInt256.one << 80)!)
        }
        #expect(part == before)
    }
}
