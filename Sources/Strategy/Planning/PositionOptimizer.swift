import Contracts
import Ethereum
import UniswapV3

/// Chooses where to open and how much: candidate ranges, each with its best liquidity by the closed
/// form, valued by the exact pool model at the worst fair price.
///
/// One tick spacing is the narrowest that the pool allows and so the cheapest in capital; placed
/// ahead of the price it needs one token only. But the swap then crosses ticks that nobody else
/// uses, which its sender pays for; so ranges are tried too that begin behind the price and reach
/// over the whole way. The closed form knows one stretch of constant liquidity; where the best
/// liquidity would let the swap run out of the range, the least that holds it is better, because up
/// to there profit is proportional to liquidity.
public struct PositionOptimizer {
    /// Ranges of one spacing that are looked at; of a longer way these many, evenly spread.
    static let maxNarrowRanges = 48
    /// Widths, in spacings, of the ranges that begin behind the price.
    static let coveringWidths: [Tick] = [2, 3, 4, 6, 8, 12, 16, 24]
    /// Gas that crossing a tick costs which no position used before: four words written for the
    /// first time, and the work around them.
    static let freshTickGas: UInt64 = 50_000

    private let probe: SwapProbe
    private let state: PoolState
    private let fairPrice: FairPriceBand
    private let wethIsToken0: Bool
    /// Raw units that may be deposited.
    private let available0: UInt256
    private let available1: UInt256

    /// An optimiser for one swap on the pool's state at the head.
    public init(
        probe: SwapProbe, state: PoolState, fairPrice: FairPriceBand, wethIsToken0: Bool,
        available0: UInt256, available1: UInt256
    ) {
        self.probe = probe
        self.state = state
        self.fairPrice = fairPrice
        self.wethIsToken0 = wethIsToken0
        self.available0 = available0
        self.available1 = available1
    }

    private var zeroForOne: Bool { probe.zeroForOne }

    /// Plans that earn something before gas, the best first.
    public func rankedPlans() throws(Rejection) -> [JitPlan] {
        guard let passive = passivePath() else { throw .noProfitableRange }
        var plans: [JitPlan] = []
        for range in candidateRanges(tickAfter: passive.tickAfter) {
            guard let liquidity = bestLiquidity(of: range, path: passive.segments),
                let plan = plan(range, liquidity: liquidity), leavesGas(plan)
            else { continue }
            plans.append(plan)
        }
        guard !plans.isEmpty else { throw .noProfitableRange }
        plans.sort {
            $0.estimatedProfitWei != $1.estimatedProfitWei
                ? $0.estimatedProfitWei > $1.estimatedProfitWei
                : ($0.position.tickLower, $0.position.tickUpper)
                    < ($1.position.tickLower, $1.position.tickUpper)
        }
        return plans
    }

    /// Whether the swap's gas limit allows for the ticks that it would have to cross anew, a
    /// twentieth of it left free.
    private func leavesGas(_ plan: JitPlan) -> Bool {
        let needed = probe.gasUsed + UInt64(plan.freshTicksCrossed) * Self.freshTickGas
        return plan.freshTicksCrossed == 0 || needed <= probe.gasLimit - probe.gasLimit / 20
    }

    // MARK: The way of the swap without us

    private var amountSpecified: Int256 { Int256(bitPattern: probe.amountIn) }

    private func passivePath() -> (tickAfter: Tick, segments: [SwapSegment])? {
        guard
            let path = try? state.segments(
                zeroForOne: zeroForOne, amountSpecified: amountSpecified, sqrtPriceLimitX96: nil)
        else { return nil }
        return (path.result.tickAfter, path.segments)
    }

    private struct Range {
        var tickLower: Tick
        var tickUpper: Tick
    }

    /// The ranges of one spacing between the price before and after, and those that begin with the
    /// spacing of the price and reach ahead.
    private func candidateRanges(tickAfter: Tick) -> [Range] {
        let spacing = state.tickSpacing
        func floorToSpacing(_ tick: Tick) -> Tick {
            let quotient = tick / spacing
            return (tick % spacing < 0 ? quotient - 1 : quotient) * spacing
        }
        let home = floorToSpacing(state.tick)
        let from = min(home, floorToSpacing(tickAfter))
        let to = max(home, floorToSpacing(tickAfter))
        let count = Int((to - from) / spacing) + 1
        let step = max(1, (count + Self.maxNarrowRanges - 1) / Self.maxNarrowRanges)
        var ranges = stride(from: 0, to: count, by: step).map { index in
            let lower = from + Tick(index) * spacing
            return Range(tickLower: lower, tickUpper: lower + spacing)
        }
        for width in Self.coveringWidths {
            ranges.append(
                zeroForOne
                    ? Range(tickLower: home + (1 - width) * spacing, tickUpper: home + spacing)
                    : Range(tickLower: home, tickUpper: home + width * spacing))
        }
        return ranges.filter {
            $0.tickLower >= max(TickMath.minTick, probe.pool.bandLower)
                && $0.tickUpper <= min(TickMath.maxTick, probe.pool.bandUpper)
        }
    }

    // MARK: The best liquidity of one range

    /// The root price as input token per output token, so that every swap moves it up.
    private func directed(_ sqrtPriceX96: UInt256) -> Double {
        let root = sqrtPriceX96.approximateDouble * 0x1p-96
        return zeroForOne ? 1 / root : root
    }

    private func bestLiquidity(of range: Range, path: [SwapSegment]) -> UInt128? {
        guard let sqrtLower = TickMath.sqrtPriceX96(atTick: range.tickLower),
            let sqrtUpper = TickMath.sqrtPriceX96(atTick: range.tickUpper)
        else { return nil }
        let near = zeroForOne ? sqrtUpper : sqrtLower
        let far = zeroForOne ? sqrtLower : sqrtUpper
        let entry = max(directed(near), directed(state.sqrtPriceX96))
        let exit = directed(far)
        guard entry < exit, let arrival = arrival(at: entry, path: path) else { return nil }

        let fee = Double(state.feePips) * 1e-6
        let denominator = state.slot0.protocolFeeDenominator(zeroForOne: zeroForOne)
        let closedForm = ClosedForm(
            fee: fee, protocolShare: denominator == 0 ? 0 : 1 / Double(denominator))
        // Our inventory ends with more of what came in: the fair price is worst where that is
        // cheap.
        let worst = zeroForOne ? fairPrice.lowSqrtPriceX96 : fairPrice.highSqrtPriceX96
        let fairRoot = directed(worst)
        let limit = mostLiquidity(sqrtLowerX96: sqrtLower, sqrtUpperX96: sqrtUpper)
        let holding = arrival.amountIn * (1 - fee) / (exit - entry) - arrival.passiveLiquidity
        let best: Double
        switch closedForm.optimum(
            amountIn: arrival.amountIn, sqrtPrice: entry,
            passiveLiquidity: arrival.passiveLiquidity, fairPrice: fairRoot * fairRoot)
        {
        case .none: return nil
        case .unbounded: best = limit
        case .at(let liquidity): best = min(max(liquidity, holding), limit)
        }
        // A hair less than the limit, so that rounding up stays within it.
        let liquidity = best * (1 - 0x1p-30)
        guard liquidity >= 1, liquidity < 0x1p127 else { return nil }
        return UInt128(liquidity)
    }

    /// Gross input that is left when the price gets to `entry`, and the passive liquidity there.
    private func arrival(
        at entry: Double, path: [SwapSegment]
    ) -> (amountIn: Double, passiveLiquidity: Double)? {
        var left = probe.amountIn.approximateDouble
        for segment in path {
            let end = directed(segment.sqrtPriceX96To)
            if end > entry {
                let start = directed(segment.sqrtPriceX96From)
                let gross = (segment.amountIn &+ segment.feeAmount).approximateDouble
                let before = start < entry ? gross * (entry - start) / (end - start) : 0
                return (left - before, Double(segment.liquidity))
            }
            left -= (segment.amountIn &+ segment.feeAmount).approximateDouble
        }
        return nil
    }

    /// The liquidity that what is available buys in this range at the pool's price.
    private func mostLiquidity(sqrtLowerX96: UInt256, sqrtUpperX96: UInt256) -> Double {
        let lower = sqrtLowerX96.approximateDouble * 0x1p-96
        let upper = sqrtUpperX96.approximateDouble * 0x1p-96
        let price = min(max(state.sqrtPriceX96.approximateDouble * 0x1p-96, lower), upper)
        let perUnit0 = 1 / price - 1 / upper
        let perUnit1 = price - lower
        let by0 = perUnit0 > 0 ? available0.approximateDouble / perUnit0 : .infinity
        let by1 = perUnit1 > 0 ? available1.approximateDouble / perUnit1 : .infinity
        return min(by0, by1)
    }

    // MARK: The exact value of a plan

    private func plan(_ range: Range, liquidity: UInt128) -> JitPlan? {
        let position = JitPosition(
            tickLower: range.tickLower, tickUpper: range.tickUpper, liquidity: liquidity)
        guard
            let outcome = try? state.swap(
                zeroForOne: zeroForOne, amountSpecified: amountSpecified,
                against: RangeLiquidity(
                    tickLower: position.tickLower, tickUpper: position.tickUpper,
                    liquidity: liquidity)),
            outcome.minted.amount0 <= available0, outcome.minted.amount1 <= available1
        else { return nil }
        let worst = zeroForOne ? fairPrice.lowSqrtPriceX96 : fairPrice.highSqrtPriceX96
        let valuation = WethValuation(wethIsToken0: wethIsToken0, sqrtPriceX96: worst)
        guard let profit = valuation.wei(amount0: outcome.net0, amount1: outcome.net1),
            profit > .zero
        else { return nil }
        return JitPlan(
            pool: probe.pool, position: position, sqrtPriceX96: state.sqrtPriceX96,
            poolLiquidity: state.liquidity, deposit0: outcome.minted.amount0,
            deposit1: outcome.minted.amount1, freshTicksCrossed: outcome.freshTicksCrossed,
            estimatedProfitWei: profit)
    }
}
