import Backtest
import Ethereum
import TestSupport
import Testing
import UniswapV3
import World

/// What a served swap's row says, worked out again on the pool by other means: mint, swap, burn.
@Suite("SwapDecision")
struct SwapDecisionTests {
    @Test("amounts, fees and net profit come out by minting, swapping and burning")
    func byPositions() throws {
        let history = try Samples.history(seed: 7, events: 500)
        let settings = try Samples.settings()
        let rows = try Samples.findings(Samples.shards(history, settings)).sortedOpportunities
        let served = rows.filter(\.isServed)
        #expect(served.count > 20)
        var walk = history.walk()
        for row in served {
            try walk.advance(to: row.source.row)
            let plan = try #require(row.plan)
            var pool = walk.pool
            #expect(pool.sqrtPriceX96 == row.sqrtPriceX96Before)
            var positions = plan.ranges.map {
                Position(tickLower: $0.tickLower, tickUpper: $0.tickUpper)
            }
            var change = (Int256.zero, Int256.zero)
            var principal = TokenAmounts.zero
            for index in positions.indices {
                let paid = try pool.mint(plan.ranges[index].liquidity, into: &positions[index])
                change.0 &-= Int256(bitPattern: paid.amount0)
                change.1 &-= Int256(bitPattern: paid.amount1)
            }
            #expect(-change.0 == Int256(bitPattern: plan.deposits.amount0))
            #expect(-change.1 == Int256(bitPattern: plan.deposits.amount1))
            let asked =
                row.isExactOutput
                ? -Int256(bitPattern: row.amountOut) : Int256(bitPattern: row.amountIn)
            let result = try pool.apply(zeroForOne: row.zeroForOne, amountSpecified: asked)
            for index in positions.indices {
                let back = try pool.burn(plan.ranges[index].liquidity, from: &positions[index])
                principal.amount0 = principal.amount0 &+ back.amount0
                principal.amount1 = principal.amount1 &+ back.amount1
                let owed = positions[index].collect()
                change.0 &+= Int256(bitPattern: owed.amount0)
                change.1 &+= Int256(bitPattern: owed.amount1)
            }
            #expect(change.0 == plan.change0 && change.1 == plan.change1)
            // The swapper: the same fill, and more of the other side, by so much.
            let gain =
                row.isExactOutput
                ? row.amountIn &- result.amountIn : result.amountOut &- row.amountOut
            #expect(gain == plan.swapperGain)
            #expect(
                row.isExactOutput
                    ? result.amountOut == row.amountOut : result.amountIn == row.amountIn)
            // The worse end of a band of half the fee, 0.15 %.
            let root = row.sqrtPriceX96Before
            let ends = [0.99850, 1.00150].map { valued(change, root, $0) }
            // The band's roots are rounded outwards by a pip, which is two of the price.
            let other = abs(valued((.zero, change.1), root, 1))
            let excess = ends.min()! - plan.grossWei.approximateDouble
            #expect(excess > -1e9 && excess < 4e-6 * other + 1e9)
            let left =
                plan.grossWei.approximateDouble - plan.gasWei.approximateDouble
                - plan.hedgeWei.approximateDouble
            #expect(abs(plan.netWei.approximateDouble - left * 0.7) < 1e-9 * abs(left) + 10)
            #expect(plan.gasWei == UInt256(plan.gas) &* 10_000_000_000)
            #expect(plan.netWei >= 1_000_000_000_000_000)
        }
    }

    /// Wei at so many times a price; token0 is WETH.
    private func valued(_ change: (Int256, Int256), _ root: UInt256, _ factor: Double) -> Double {
        let price = root.approximateDouble * 0x1p-96
        return change.0.approximateDouble + change.1.approximateDouble / (price * price * factor)
    }

    @Test("a pool without WETH is declined by that name, with nothing planned")
    func withoutWeth() throws {
        let text = try SyntheticHistory.csv(seed: 1, events: 120)
        let history = try PoolHistory(
            name: "dai_usd_3000_x.csv", bytes: Array(text.utf8), state: nil)
        let rows = try Samples.findings(Samples.shards(history, Samples.settings()))
            .sortedOpportunities
        #expect(!rows.isEmpty)
        #expect(rows.allSatisfy { $0.outcome == "pool_without_weth" && $0.plan == nil })
    }

    @Test("a swap that ran into its price limit is not served: its fill would change")
    func priceLimit() throws {
        let history = try Samples.history(seed: 7, events: 400)
        let settings = try Samples.settings()
        let served = try Samples.findings(Samples.shards(history, settings)).sortedOpportunities
            .filter { $0.isServed && !$0.isExactOutput }
        let row = try #require(served.first)
        var walk = history.walk()
        try walk.advance(to: row.source.row)
        func question(_ asked: Int256, limit: UInt256) throws -> SwapQuestion {
            let result = try walk.pool.swap(
                zeroForOne: row.zeroForOne, amountSpecified: asked, sqrtPriceLimitX96: limit)
            return SwapQuestion(
                state: walk.pool,
                swap: .init(
                    zeroForOne: row.zeroForOne, amountSpecified: asked, sqrtPriceLimitX96: limit,
                    amount0: result.amount0, amount1: result.amount1,
                    sqrtPriceX96After: result.sqrtPriceX96After,
                    liquidityAfter: result.liquidityAfter, tickAfter: result.tickAfter),
                wethIsToken0: true, baseFeeWei: 10_000_000_000)
        }
        let asked = Int256(bitPattern: row.amountIn)
        let free = try question(asked, limit: PoolState.outermostPrice(zeroForOne: row.zeroForOne))
        #expect(SwapDecision(free, settings: settings).isServed)
        let bound = try question(asked &+ asked, limit: row.sqrtPriceX96After)
        #expect(bound.swap.sqrtPriceX96After == row.sqrtPriceX96After)
        #expect(SwapDecision(bound, settings: settings).outcome == "partial_fill_changed")
    }

    @Test("fresh ticks that cost the swapper more than half of his gain are no plan")
    func gasOfTheSwapper() throws {
        // 100 WETH's worth into a pool of 4,000 on either side, with 50 of ours: best opened ahead.
        let key = try #require(
            PoolKey(sorting: Address(word: 1), Address(word: 2), feePips: 3000))
        var state = try PoolState(
            key: key, initializedAt: #require(TickMath.sqrtPriceX96(atTick: 76_020)))
        try state.addLiquidity(
            tickLower: 46_020, tickUpper: 106_020, liquidity: 179_000_000_000_000_000_000_000)
        let asked = try #require(Int256(decimal: "200000000000000000000000"))
        let limit = PoolState.outermostPrice(zeroForOne: false)
        let result = try state.swap(zeroForOne: false, amountSpecified: asked)
        func decision(gwei: UInt64) throws -> SwapDecision {
            let question = SwapQuestion(
                state: state,
                swap: .init(
                    zeroForOne: false, amountSpecified: asked, sqrtPriceLimitX96: limit,
                    amount0: result.amount0, amount1: result.amount1,
                    sqrtPriceX96After: result.sqrtPriceX96After,
                    liquidityAfter: result.liquidityAfter, tickAfter: result.tickAfter),
                wethIsToken0: true, baseFeeWei: UInt256(gwei) &* 1_000_000_000)
            return SwapDecision(
                question,
                settings: try Samples.settings(
                    "inventoryWei=50000000000000000000", "minimumProfitWei=0"))
        }
        let cheap = try decision(gwei: 1)
        let plan = try #require(cheap.plan)
        #expect(cheap.isServed && plan.freshTicksCrossed > 0)
        let gain = plan.swapperGain.approximateDouble
        #expect(gain > 2 * 59_000e9 * Double(plan.freshTicksCrossed))
        // So much for a unit of gas that half of any such gain does not pay for it.
        let dear = try decision(gwei: UInt64(gain / 2 / 59_000e9) * 4)
        #expect(
            dear.plan.map { $0.freshTicksCrossed == 0 || $0.swapperGain > plan.swapperGain } ?? true
        )
        #expect(dear.plan != plan)
    }
}
