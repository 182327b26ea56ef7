import Contracts
import Ethereum
import Strategy
import UniswapV3
import World

/// One question to the search for the best ranges, by a seed: every fee of mainnet, few bounds of
/// others or one on each spacing, either direction and kind of swap, one to three swaps, of one
/// kind or of both, capital from too little to plenty, a fair price that has moved, a floor under
/// the swapper's gain, and ranges that keep dust.
struct SearchCase {
    let seed: UInt64
    let task: PlanningTask
    /// Spacings from the price before to the price after.
    let spacings: Int

    /// The case of a seed whose way is of at most so many spacings; nil where the pool refuses it.
    init?(seed: UInt64, longest: Int) {
        var random = SeededRandom(seed: seed, purpose: "search of \(longest) spacings")
        let feePips: UInt32 = [100, 500, 3000, 10_000][Int(random.next() % 4)]
        guard let key = PoolKey(sorting: Address(word: 1), Address(word: 2), feePips: feePips),
            let spacing = TickSpacing.of(feePips: feePips),
            var state = Self.pool(key, spacing, &random),
            let way = Self.way(state, spacing, longest: longest, &random)
        else { return nil }
        state.slot0.feeProtocol = [0, 0x44, 0x66][Int(random.next() % 3)]
        self.seed = seed
        spacings = way.spacings
        let moved = random.happens(0.5) ? 0 : (random.unit() - 0.5) * 3 * Double(feePips) / 2
        let mid =
            UInt256.mulDiv(state.sqrtPriceX96, UInt256(UInt64(1_000_000 + moved)), 1_000_000)
            ?? state.sqrtPriceX96
        let fair = FairPriceBand(midSqrtPriceX96: mid, halfWidthPips: random.next() % 100)
        var terms = PlanningTerms(
            hedge: HedgeCost(costPips: random.next() % 100), bidShareBps: 3000,
            gasPriceWei: UInt256(random.next() % 20_000_000_000))
        if random.happens(0.25) {
            terms.objective = .maxProfitWithSwapperGain(atLeastPips: 1 + random.next() % 60)
        }
        let home = TickSpacing.floor(state.tick, spacing)
        let kept = (-4..<4 as Range<Tick>).map {
            KeptRange(tickLower: home + $0 * spacing, tickUpper: home + ($0 + 1) * spacing)
        }
        let share = random.happens(0.5) ? 0.02 + random.unit() : 30 * random.unit()
        let capital =
            UInt256.mulDiv(way.amount, UInt256(UInt64(share * 1_000_000)), 1_000_000)
            ?? way.amount
        let pool = FollowedPool(
            key: key, address: Address(word: 3), bandLower: TickMath.minTick,
            bandUpper: TickMath.maxTick, maxDeposit0: .max, maxDeposit1: .max, fairPrice: fair,
            keptRanges: random.happens(0.2) ? kept : [])
        task = PlanningTask(
            pool: pool, state: state, swaps: way.swaps,
            targetGas: TargetGas(used: 120_000, limit: 10_000_000), fairPrice: fair,
            wethIsToken0: random.happens(0.5), available0: capital, available1: capital,
            terms: terms)
    }

    /// A pool near the price one, with whole ranges and, in half of the cases, a bound of
    /// somebody's on each spacing for up to 250 to either side.
    private static func pool(
        _ key: PoolKey, _ spacing: Tick, _ random: inout SeededRandom
    ) -> PoolState? {
        let tick = Tick(random.next() % 20_000) - 10_000
        guard let price = TickMath.sqrtPriceX96(atTick: tick),
            var state = try? PoolState(key: key, initializedAt: price)
        else { return nil }
        let home = TickSpacing.floor(tick, spacing)
        let unit = UInt128(1) << UInt128(64 + random.next() % 14)
        let around = random.happens(0.5) ? Tick(10 + random.next() % 240) : 0
        do {
            for width in [300, 400, 500] as [Tick] {
                try state.addLiquidity(
                    tickLower: home - width * spacing, tickUpper: home + width * spacing,
                    liquidity: unit)
            }
            for index in 0..<max(around, Tick(random.next() % 6)) {
                let shift = around > 0 ? index : Tick(random.next() % 13) - 6
                let liquidity = unit / 10 * UInt128(1 + random.next() % 30)
                try state.addLiquidity(
                    tickLower: home + shift * spacing, tickUpper: home + (shift + 1) * spacing,
                    liquidity: liquidity)
                if around > 0 {
                    try state.addLiquidity(
                        tickLower: home - shift * spacing,
                        tickUpper: home + (1 - shift) * spacing, liquidity: liquidity)
                }
            }
        } catch {
            return nil
        }
        return state
    }

    private struct Way {
        var swaps: [PoolSwap]
        var spacings: Int
        /// Raw units of either token that it moves, about.
        var amount: UInt256
    }

    /// Swaps that together move the price by a number of spacings.
    private static func way(
        _ state: PoolState, _ spacing: Tick, longest: Int, _ random: inout SeededRandom
    ) -> Way? {
        let zeroForOne = random.happens(0.5)
        let reach = random.happens(0.3) ? Double(longest) : random.unit() * Double(longest)
        let ticks = max(1, Tick(reach * Double(spacing)))
        let end = state.tick + (zeroForOne ? -ticks : ticks)
        guard let limit = TickMath.sqrtPriceX96(atTick: end),
            let whole = try? state.swap(
                zeroForOne: zeroForOne, amountSpecified: Int256(bitPattern: UInt256.one << 200),
                sqrtPriceLimitX96: limit), whole.amountIn > 1_000_000
        else { return nil }
        let count = random.happens(0.75) ? 1 : 2 + random.next() % 2
        let isExactOutput = random.happens(0.3)
        // Now the one kind, now the other.
        let alternates = random.happens(0.5)
        let swaps = (0..<count).map { index in
            let fixesOutput = isExactOutput != (alternates && index % 2 == 1)
            let part = (fixesOutput ? whole.amountOut : whole.amountIn)
                .dividedOrZero(by: UInt256(count))
            let amount = Int256(bitPattern: part)
            return PoolSwap(
                zeroForOne: zeroForOne, amountSpecified: fixesOutput ? -amount : amount)
        }
        return Way(
            swaps: swaps, spacings: Int((ticks + spacing - 1) / spacing), amount: whole.amountIn)
    }
}
