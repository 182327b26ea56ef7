import Contracts
import Ethereum
import UniswapV3

/// Chooses where to open and how much: every range one tick spacing wide that the swap touches, each
/// with its best liquidity by the closed form, valued by the exact pool model at the worst fair
/// price.
///
/// One spacing is the narrowest that the pool allows and so the cheapest in capital; placed ahead of
/// the price it needs one token only. The closed form knows one stretch of constant liquidity; where
/// the best liquidity would let the swap run out of the range, the least that holds it is better,
/// because up to there profit is proportional to liquidity.
public struct PositionOptimizer {
    /// Ranges that are looked at; of a longer way these many, evenly spread.
    static let maxRanges = 48

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
        for tickLower in rangeStarts(tickAfter: passive.tickAfter) {
            guard let liquidity = bestLiquidity(tickLower: tickLower, path: passive.segments),
                let plan = plan(tickLower: tickLower, liquidity: liquidity)
            else { continue }
            plans.append(plan)
        }
        guard !plans.isEmpty else { throw .noProfitableRange }
        plans.sort {
            $0.estimatedProfitWei != $1.estimatedProfitWei
                ? $0.estimatedProfitWei > $1.estimatedProfitWei
                : $0.position.tickLower < $1.position.tickLower
        }
        return plans
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

    /// Lower ticks of the ranges between the price before and after, and one beyond.
    private func rangeStarts(tickAfter: Tick) -> [Tick] {
        let spacing = state.tickSpacing
        func floorToSpacing(_ tick: Tick) -> Tick {
            let quotient = tick / spacing
            return (tick % spacing < 0 ? quotient - 1 : quotient) * spacing
        }
        let from = floorToSpacing(min(state.tick, tickAfter))
        let to = floorToSpacing(max(state.tick, tickAfter))
        let count = Int((to - from) / spacing) + 1
        let step = max(1, (count + Self.maxRanges - 1) / Self.maxRanges)
        let usable = TickMath.minTick...(TickMath.maxTick - spacing)
        return stride(from: 0, to: count, by: step)
            .map { from + Tick($0) * spacing }
            .filter { usable.contains($0) }
    }

    // MARK: The best liquidity of one range

    /// The root price as input token per output token, so that every swap moves it up.
    private func directed(_ sqrtPriceX96: UInt256) -> Double {
        let root = sqrtPriceX96.approximateDouble * 0x1p-96
        return zeroForOne ? 1 / root : root
    }

    private func bestLiquidity(tickLower: Tick, path: [SwapSegment]) -> UInt128? {
        guard let sqrtLower = TickMath.sqrtPriceX96(atTick: tickLower),
            let sqrtUpper = TickMath.sqrtPriceX96(atTick: tickLower + state.tickSpacing)
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
        // Our inventory ends with more of what came in: the fair price is worst where that is cheap.
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

    private func plan(tickLower: Tick, liquidity: UInt128) -> JitPlan? {
        let position = JitPosition(
            tickLower: tickLower, tickUpper: tickLower + state.tickSpacing, liquidity: liquidity)
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
            deposit1: outcome.minted.amount1, estimatedProfitWei: profit)
    }
}
