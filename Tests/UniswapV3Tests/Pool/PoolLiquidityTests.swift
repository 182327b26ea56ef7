import Ethereum
import Testing
import UniswapV3

@Suite("PoolState: liquidity")
struct PoolLiquidityTests {
    @Test("a burn gives at most what the mint took and at most one unit less of either token")
    func mintAndBurn() throws {
        var randomness = Randomness(seed: 61)
        for _ in 0..<300 {
            var pool = try randomness.pool()
            let before = pool
            let range = randomness.range(in: pool)
            let paid = try pool.addLiquidity(
                tickLower: range.tickLower, tickUpper: range.tickUpper,
                liquidity: range.liquidity)
            let got = try pool.removeLiquidity(
                tickLower: range.tickLower, tickUpper: range.tickUpper,
                liquidity: range.liquidity)
            #expect(got.amount0 <= paid.amount0 && paid.amount0 &- got.amount0 <= 1, "\(range)")
            #expect(got.amount1 <= paid.amount1 && paid.amount1 &- got.amount1 <= 1, "\(range)")
            #expect(pool == before, "\(range)")
        }
    }

    @Test("the liquidity in range is the sum of the nets up to the price")
    func sumOfNets() throws {
        var randomness = Randomness(seed: 62)
        for _ in 0..<300 {
            let pool = try randomness.pool()
            let sum = pool.ticks.filter { $0.tick <= pool.tick }.reduce(Int128(0)) {
                $0 + $1.liquidityNet
            }
            #expect(sum == Int128(pool.liquidity))
            #expect(pool.ticks.reduce(Int128(0)) { $0 + $1.liquidityNet } == 0)
        }
    }

    @Test("a range that the contract refuses is refused with its reason")
    func refusedRanges() throws {
        var pool = try PoolSwapTests.pool()
        func mint(_ lower: Tick, _ upper: Tick, _ liquidity: UInt128 = 1) throws {
            try pool.addLiquidity(tickLower: lower, tickUpper: upper, liquidity: liquidity)
        }
        #expect(throws: PoolError.invalidRange(tickLower: 60, tickUpper: 60)) {
            try mint(60, 60)
        }
        #expect(throws: PoolError.invalidRange(tickLower: 120, tickUpper: 60)) {
            try mint(120, 60)
        }
        #expect(throws: PoolError.invalidRange(tickLower: -887_280, tickUpper: 60)) {
            try mint(-887_280, 60)
        }
        #expect(throws: PoolError.tickOffGrid(tick: 61, tickSpacing: 60)) { try mint(0, 61) }
        #expect(throws: PoolError.liquidityZero) { try mint(0, 60, 0) }
        let limit = pool.maxLiquidityPerTick
        #expect(throws: PoolError.liquidityPerTickExceeded(tick: 0, limit: limit)) {
            try mint(0, 60, limit + 1)
        }
        #expect(throws: Never.self) { try mint(0, 60, limit) }
        #expect(throws: PoolError.liquidityPerTickExceeded(tick: 60, limit: limit)) {
            try mint(60, 120, 1)
        }
    }

    @Test("more than is there cannot be burned")
    func tooMuch() throws {
        var pool = try PoolSwapTests.pool()
        let before = pool
        #expect(throws: PoolError.liquidityInsufficient) {
            try pool.removeLiquidity(tickLower: -600, tickUpper: 600, liquidity: 1 << 71)
        }
        #expect(throws: PoolError.liquidityInsufficient) {
            try pool.removeLiquidity(tickLower: -660, tickUpper: 600, liquidity: 1)
        }
        var position = Position(tickLower: -600, tickUpper: 600)
        #expect(throws: PoolError.liquidityInsufficient) {
            try pool.burn(1, from: &position)
        }
        #expect(throws: PoolError.liquidityInsufficient) {
            try pool.burn(0, from: &position)
        }
        #expect(pool == before)
    }

    @Test("all positions' fees and the protocol's never exceed what swappers paid")
    func feesAreCovered() throws {
        var randomness = Randomness(seed: 63)
        for _ in 0..<100 {
            let key = PoolKey(sorting: Address(word: 1), Address(word: 2), feePips: 3000)!
            var pool = try PoolState(key: key, initializedAt: UInt256(1 as UInt64) << 96)
            pool.slot0.feeProtocol = 0x64
            var positions: [Position] = []
            for _ in 0..<8 {
                let range = randomness.range(in: pool)
                var position = Position(tickLower: range.tickLower, tickUpper: range.tickUpper)
                try pool.mint(range.liquidity, into: &position)
                positions.append(position)
            }
            var paid = [UInt256.zero, .zero]
            for _ in 0..<8 {
                var swap = randomness.swap(in: pool)
                swap.sqrtPriceLimitX96 = TickMath.sqrtPriceX96(
                    atTick: pool.tick + (swap.zeroForOne ? -20_000 : 20_000))
                let result = try pool.apply(swap)
                paid[swap.zeroForOne ? 0 : 1] =
                    paid[swap.zeroForOne ? 0 : 1] &+ result.feeAmountTotal
            }
            var owed0 = pool.protocolFees.amount0
            var owed1 = pool.protocolFees.amount1
            for index in positions.indices {
                try pool.burn(0, from: &positions[index])
                owed0 = owed0 &+ UInt256(positions[index].tokensOwed0)
                owed1 = owed1 &+ UInt256(positions[index].tokensOwed1)
            }
            #expect(owed0 <= paid[0] && owed1 <= paid[1])
        }
    }
}
