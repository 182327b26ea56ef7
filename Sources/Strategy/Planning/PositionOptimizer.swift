import Contracts
import Ethereum
import UniswapV3

/// Chooses where to open and how much: every range on the swap's way, each with its best liquidity
/// in closed form, the best of them valued by the exact pool model at the worst fair price.
///
/// One tick spacing is the narrowest that the pool allows and so the cheapest in capital; placed
/// ahead of the price it needs one token only. But the swap then crosses ticks that nobody else
/// uses, which its sender pays for; so the best ranges that cost him nothing are valued too.
public struct PositionOptimizer {
    /// Candidates that the exact model values: the best by the closed form, and the best of those
    /// by which the swap crosses no tick anew.
    static let valued = 8
    static let valuedHarmless = 4
    /// Gas that crossing a tick costs which no position used before: four words written for the
    /// first time, and the work around them.
    static let freshTickGas: UInt64 = 50_000

    private let probe: TargetWay
    private let state: PoolState
    private let fairPrice: FairPriceBand
    private let wethIsToken0: Bool
    /// Raw units that may be deposited.
    private let available0: UInt256
    private let available1: UInt256

    /// An optimiser for one swap on the pool's state at the head.
    public init(
        probe: TargetWay, state: PoolState, fairPrice: FairPriceBand, wethIsToken0: Bool,
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
        var plans: [JitPlan] = []
        for candidate in candidates() {
            guard let plan = plan(candidate), leavesGas(plan) else { continue }
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

    // MARK: Candidates by the closed form

    /// A range and a liquidity that may be worth opening.
    private struct Candidate {
        var position: JitPosition
        /// Raw units of the input token.
        var profit: Double
        /// Ticks that only this position would use and that the swap crosses.
        var freshTicksCrossed: Int
    }

    private func candidates() -> [Candidate] {
        guard
            let passive = try? state.segments(
                zeroForOne: zeroForOne, amountSpecified: probe.amountSpecified,
                sqrtPriceLimitX96: nil)
        else { return [] }
        let path = PassivePath(
            passive.segments, zeroForOne: zeroForOne, start: state.sqrtPriceX96)
        // Our inventory ends with more of what came in: the fair price is worst where that is
        // cheap.
        let worst = zeroForOne ? fairPrice.lowSqrtPriceX96 : fairPrice.highSqrtPriceX96
        let fairRoot = PassivePath.directed(worst, zeroForOne: zeroForOne)
        let denominator = state.slot0.protocolFeeDenominator(zeroForOne: zeroForOne)
        let terms = RangeOptimum.Terms(
            fee: Double(state.feePips) * 1e-6,
            protocolShare: denominator == 0 ? 0 : 1 / Double(denominator),
            fairPrice: fairRoot * fairRoot, isExactOutput: probe.isExactOutput)
        guard probe.pool.bandLower <= probe.pool.bandUpper else { return [] }
        let ranges = CandidateRanges(
            state: state, tickAfter: passive.result.tickAfter, zeroForOne: zeroForOne,
            band: probe.pool.bandLower...probe.pool.bandUpper
        ).ranges
        let candidates = ranges.compactMap { candidate($0, path, terms) }
            .sorted { $0.profit > $1.profit }
        let harmless = candidates.dropFirst(Self.valued).filter { $0.freshTicksCrossed == 0 }
        return Array(candidates.prefix(Self.valued) + harmless.prefix(Self.valuedHarmless))
    }

    private func candidate(
        _ range: CandidateRanges.Range, _ path: PassivePath, _ terms: RangeOptimum.Terms
    ) -> Candidate? {
        let limit = mostLiquidity(range, start: path.start)
        guard
            let best = RangeOptimum(
                near: range.near, far: range.far, on: path, terms, mostLiquidity: limit)
        else { return nil }
        // A hair less, so that rounding up stays within what is there.
        let liquidity = best.liquidity * (1 - 0x1p-30)
        guard liquidity >= 1, liquidity < 0x1p127 else { return nil }
        var fresh = 0
        if range.near > path.start, !isInitialized(range.nearTick) { fresh += 1 }
        if best.endSqrtPrice >= range.far, !isInitialized(range.farTick) { fresh += 1 }
        return Candidate(
            position: JitPosition(
                tickLower: range.tickLower, tickUpper: range.tickUpper,
                liquidity: UInt128(liquidity)),
            profit: best.profit, freshTicksCrossed: fresh)
    }

    private func isInitialized(_ tick: Tick) -> Bool {
        var (low, high) = (0, state.ticks.count)
        while low < high {
            let middle = (low + high) / 2
            if state.ticks[middle].tick < tick { low = middle + 1 } else { high = middle }
        }
        return low < state.ticks.count && state.ticks[low].tick == tick
    }

    /// The liquidity that what is available buys in this range at the pool's price.
    private func mostLiquidity(_ range: CandidateRanges.Range, start: Double) -> Double {
        let (availableIn, availableOut) =
            zeroForOne ? (available0, available1) : (available1, available0)
        let entry = max(range.near, start)
        let outPerUnit = (range.far - entry) / (entry * range.far)
        let inPerUnit = start - range.near
        let byOut = outPerUnit > 0 ? availableOut.approximateDouble / outPerUnit : .infinity
        let byIn = inPerUnit > 0 ? availableIn.approximateDouble / inPerUnit : .infinity
        return min(byOut, byIn)
    }

    // MARK: The exact value of a plan

    private func plan(_ candidate: Candidate) -> JitPlan? {
        let position = candidate.position
        guard
            let outcome = try? state.swap(
                zeroForOne: zeroForOne, amountSpecified: probe.amountSpecified,
                against: RangeLiquidity(
                    tickLower: position.tickLower, tickUpper: position.tickUpper,
                    liquidity: position.liquidity)),
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
