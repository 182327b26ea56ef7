import Contracts
import Ethereum
import UniswapV3

/// Chooses where to open and how much: every range on the swap's way, each with its best liquidity
/// in closed form, and pairs of ranges where capital is short; the best of them valued by the exact
/// pool model at the worst fair price.
///
/// One tick spacing is the narrowest that the pool allows and so the cheapest in capital; placed
/// ahead of the price it needs one token only. But the swap then crosses ticks that nobody else
/// uses, which its sender pays for; so the best ranges that cost him nothing are valued too.
public struct PositionOptimizer {
    /// Candidates that the exact model values: the best by the closed form, the best of those by
    /// which the swap crosses no tick anew, and the best in ranges that hold dust of ours.
    static let valued = 8
    static let valuedHarmless = 4
    static let valuedKept = 2
    /// Of a sequence of swaps, each of which is performed for each, fewer.
    static let valuedOfSequence = 6
    static let valuedHarmlessOfSequence = 3

    private let task: PlanningTask
    private let zeroForOne: Bool

    /// An optimiser for one question.
    public init(_ task: PlanningTask) {
        self.task = task
        zeroForOne = task.zeroForOne
    }

    /// An optimiser for a target's way through the pool, on the pool's state at the head.
    public init(
        probe: TargetWay, state: PoolState, fairPrice: FairPriceBand, wethIsToken0: Bool,
        available0: UInt256, available1: UInt256, terms: PlanningTerms = PlanningTerms()
    ) {
        self.init(
            PlanningTask(
                pool: probe.pool, state: state,
                swaps: probe.swaps,
                targetGas: TargetGas(used: probe.gasUsed, limit: probe.gasLimit),
                fairPrice: fairPrice, wethIsToken0: wethIsToken0, available0: available0,
                available1: available1, terms: terms))
    }

    /// Plans that earn something before gas and leave the swapper what the objective asks, the best
    /// after hedge and gas first; the others are the runners-up.
    public func rankedPlans(
        _ choice: PositionChoice = .any
    ) throws(Rejection) -> [JitPlan] {
        guard task.swaps.allSatisfy({ $0.zeroForOne == zeroForOne }) else {
            throw .swapsBothWays(pool: task.pool.address)
        }
        guard let alone = Alone(task) else { throw .noProfitableRange }
        let required = task.terms.objective.swapperGainPips
        let plans = plans(alone, swapperGainPips: required, choice)
        if plans.isEmpty, required > 0 {
            let free = self.plans(alone, swapperGainPips: 0, choice)
            if let most = free.map(\.swapperGainPips).max() {
                throw .swapperGainBelow(gainPips: most, requiredPips: required)
            }
        }
        guard !plans.isEmpty else { throw .noProfitableRange }
        return plans
    }

    private func plans(
        _ alone: Alone, swapperGainPips required: UInt64, _ choice: PositionChoice
    ) -> [JitPlan] {
        var plans: [JitPlan] = []
        for candidate in candidates(alone, swapperGainPips: required, choice) {
            guard let plan = plan(candidate, alone), plan.swapperGainPips >= required,
                plan.freshTicksCrossed == 0 || plan.swapperExtraGas <= task.targetGas.headroom
            else { continue }
            plans.append(plan)
        }
        plans.sort {
            if $0.estimatedNetWei != $1.estimatedNetWei {
                return $0.estimatedNetWei > $1.estimatedNetWei
            }
            return ($0.tickLower, $0.tickUpper, $0.positions.count)
                < ($1.tickLower, $1.tickUpper, $1.positions.count)
        }
        return plans
    }

    // MARK: The swap without us

    /// The swap on the pool without us.
    private struct Alone {
        var path: PassivePath
        /// The pool as far as the swap and ranges on its way reach: with us it goes no further.
        var state: PoolState
        var tickAfter: Tick
        /// Raw units that it gives, fee included, and takes.
        var amountIn = UInt256.zero
        var amountOut = UInt256.zero

        /// Ticks that are not worth leaving out.
        private static let fewTicks = 16

        init?(_ task: PlanningTask) {
            var pool = task.state
            var segments: [[SwapSegment]] = []
            tickAfter = pool.tick
            for swap in task.swaps {
                guard
                    let alone = try? pool.segments(
                        zeroForOne: swap.zeroForOne, amountSpecified: swap.amountSpecified)
                else { return nil }
                segments.append(alone.segments)
                tickAfter = alone.result.tickAfter
                amountIn = amountIn &+ alone.result.amountIn
                amountOut = amountOut &+ alone.result.amountOut
                // Where the next one begins; the growth of fees is not asked for.
                pool.slot0.sqrtPriceX96 = alone.result.sqrtPriceX96After
                pool.slot0.tick = alone.result.tickAfter
                pool.liquidity = alone.result.liquidityAfter
            }
            path = PassivePath(
                segments, zeroForOne: task.zeroForOne, start: task.state.sqrtPriceX96)
            let margin = 2 * task.state.tickSpacing
            state = task.state
            if state.ticks.count > Self.fewTicks {
                state = state.trimmed(
                    to: min(state.tick, tickAfter) - margin...max(state.tick, tickAfter) + margin)
            }
        }
    }

    // MARK: Candidates by the closed form

    /// A range and a liquidity.
    private struct Part {
        var range: CandidateRanges.Range
        var liquidity: Double
    }

    /// Positions that may be worth opening.
    private struct Candidate {
        var part: Part
        var second: Part?
        /// Raw units of the input token after hedge and gas by the model.
        var net: Double
        /// Ticks that only these positions would use and that the swap crosses.
        var freshTicksCrossed: Int
        var keptPositions: Int
    }

    /// What may be worth valuing. Of swaps that fix now the input and now the output the closed
    /// form takes the input, which is less with us than without: it is asked again with that of
    /// the best candidate.
    private func candidates(
        _ alone: Alone, swapperGainPips: UInt64, _ choice: PositionChoice
    ) -> [Candidate] {
        let first = candidates(
            on: alone.path, alone, swapperGainPips: swapperGainPips, choice)
        guard task.swaps.mixesKinds, let best = first.first, !alone.amountIn.isZero,
            let value = PlanValuation(positions(best), swaps: task.swaps, on: alone.state)
        else { return first }
        let part = value.amountIn.approximateDouble / alone.amountIn.approximateDouble
        let again = candidates(
            on: alone.path.taking(part: part), alone, swapperGainPips: swapperGainPips, choice)
        return Array(first.prefix(1)) + again
    }

    private func candidates(
        on path: PassivePath, _ alone: Alone, swapperGainPips: UInt64, _ choice: PositionChoice
    ) -> [Candidate] {
        let band = task.pool.bandLower...max(task.pool.bandLower, task.pool.bandUpper)
        guard task.pool.bandLower <= task.pool.bandUpper else { return [] }
        var terms = terms(alone, swapperGainPips: swapperGainPips)
        if terms.swapperGain > 0 {
            // What he need not put in any more he has gained already.
            let saved = max(0, alone.path.netInput - path.netInput)
            terms.swapperGain = max(
                .leastNonzeroMagnitude, terms.swapperGain - saved / terms.fairPrice)
        }
        let ranges = CandidateRanges(
            state: task.state, tickAfter: alone.tickAfter, zeroForOne: zeroForOne, band: band)
        let gasUnit = gasUnit(terms)
        let capital =
            zeroForOne
            ? LadderOptimum.Capital(
                input: task.available0.approximateDouble, output: task.available1.approximateDouble)
            : LadderOptimum.Capital(
                input: task.available1.approximateDouble, output: task.available0.approximateDouble)
        var candidates: [Candidate] = []
        candidates.reserveCapacity(ranges.ranges.count)
        var bestNet = -Double.infinity
        var bestHarmlessNet = -Double.infinity
        for range in ranges.ranges {
            guard let found = single(range, path, terms, capital, gasUnit),
                choice.admits(keptPositions: found.keptPositions)
            else { continue }
            candidates.append(found)
            bestNet = max(bestNet, found.net)
            if found.freshTicksCrossed == 0 { bestHarmlessNet = max(bestHarmlessNet, found.net) }
        }
        if task.terms.maximumPositions > 1 {
            for pair in ranges.ladders {
                // Only where it beats one position: of all, or of those without fresh ticks.
                let isHarmless = pair.far.nearIsInitialized && pair.near.nearIsHarmless(path)
                let least = isHarmless ? bestHarmlessNet : bestNet
                let found = ladder(
                    pair, path, terms, capital, gasUnit, moreThan: max(0, least))
                if let found, found.net > least,
                    choice.admits(keptPositions: found.keptPositions)
                {
                    candidates.append(found)
                }
            }
        }
        return chosen(of: candidates)
    }

    /// The best of all, of the rest the best by which no tick is crossed anew, and of what is left
    /// the best in ranges that hold dust; equals in the order in which they were found.
    private func chosen(of candidates: [Candidate]) -> [Candidate] {
        let nets = candidates.map(\.net)
        let isOne = task.swaps.count == 1
        let valued = isOne ? Self.valued : Self.valuedOfSequence
        let valuedHarmless = isOne ? Self.valuedHarmless : Self.valuedHarmlessOfSequence
        var best = BestIndices(limit: valued)
        // Those that are among the best of all leave their places to others.
        var harmless = BestIndices(limit: valued + valuedHarmless)
        var kept = BestIndices(limit: valued + Self.valuedKept)
        for index in candidates.indices {
            best.insert(index, nets)
            if candidates[index].freshTicksCrossed == 0 {
                harmless.insert(index, nets)
            } else if candidates[index].keptPositions > 0 {
                kept.insert(index, nets)
            }
        }
        var chosen = best.indices
        for (others, limit) in [(harmless, valuedHarmless), (kept, Self.valuedKept)] {
            chosen += others.indices.filter { !best.indices.contains($0) }.prefix(limit)
        }
        return chosen.map { candidates[$0] }
    }

    /// Indices of the highest values, the highest first; of equals the first.
    private struct BestIndices {
        let limit: Int
        private(set) var indices: [Int] = []

        init(limit: Int) { self.limit = limit }

        mutating func insert(_ index: Int, _ values: [Double]) {
            var place = indices.count
            while place > 0, values[indices[place - 1]] < values[index] { place -= 1 }
            guard place < limit else { return }
            if indices.count == limit { indices.removeLast() }
            indices.insert(index, at: place)
        }
    }

    private func terms(_ alone: Alone, swapperGainPips: UInt64) -> RangeOptimum.Terms {
        let root = PassivePath.directed(task.worstSqrtPriceX96, zeroForOne: zeroForOne)
        let denominator = task.state.slot0.protocolFeeDenominator(zeroForOne: zeroForOne)
        let fee = Double(task.state.feePips) * 1e-6
        let isExactOutput = task.swaps.allSatisfy(\.isExactOutput)
        var terms = RangeOptimum.Terms(
            fee: fee, protocolShare: denominator == 0 ? 0 : 1 / Double(denominator),
            // Trading the inventory back costs as much as a worse price.
            fairPrice: root * root * (1 + Double(task.terms.hedge.costPips) * 1e-6),
            isExactOutput: isExactOutput)
        if swapperGainPips > 0 {
            // A hair more, so that the exact model finds what is asked.
            let share = (Double(swapperGainPips) + 0.02) * 1e-6
            let given = share * alone.amountIn.approximateDouble
            terms.swapperGain = isExactOutput ? given * (1 - fee) : given / (root * root)
        }
        return terms
    }

    /// Raw units of the input token that one unit of gas of ours costs.
    private func gasUnit(_ terms: RangeOptimum.Terms) -> Double {
        let wei = task.terms.gasPriceWei.approximateDouble
        return zeroForOne == task.wethIsToken0 ? wei : wei * terms.fairPrice
    }

    private func single(
        _ range: CandidateRanges.Range, _ path: PassivePath, _ terms: RangeOptimum.Terms,
        _ capital: LadderOptimum.Capital, _ gasUnit: Double
    ) -> Candidate? {
        let rung = LadderOptimum.Rung(near: range.near, far: range.far, start: path.start)
        let byOutput = rung.output > 0 ? capital.output / rung.output : .infinity
        let byInput = rung.input > 0 ? capital.input / rung.input : .infinity
        guard
            let best = RangeOptimum(
                near: range.near, far: range.far, on: path, terms,
                mostLiquidity: min(byOutput, byInput))
        else { return nil }
        var fresh = 0
        if range.near > path.start, !range.nearIsInitialized { fresh += 1 }
        if best.endSqrtPrice >= range.far, !range.farIsInitialized { fresh += 1 }
        let kept = isKept(range) ? 1 : 0
        let gas = gas(
            positions: 1, kept: kept,
            fresh: [
                (range.nearTick, range.nearIsInitialized), (range.farTick, range.farIsInitialized),
            ])
        return candidate(
            Part(range: range, liquidity: best.liquidity), nil,
            net: best.profit - Double(gas) * gasUnit, freshTicksCrossed: fresh, kept: kept)
    }

    private func ladder(
        _ pair: (near: CandidateRanges.Range, far: CandidateRanges.Range), _ path: PassivePath,
        _ terms: RangeOptimum.Terms, _ capital: LadderOptimum.Capital, _ gasUnit: Double,
        moreThan least: Double
    ) -> Candidate? {
        // Without a limit on capital the far range alone earns at least as much as any pair.
        let far = LadderOptimum.Rung(
            near: pair.far.near, far: pair.far.far, start: path.start)
        guard far.output > 0,
            let unlimited = RangeOptimum(
                near: pair.far.near, far: pair.far.far, on: path, terms,
                mostLiquidity: .infinity),
            unlimited.profit > least,
            unlimited.liquidity * far.output > capital.output,
            let best = LadderOptimum(
                near: .init(near: pair.near.near, far: pair.near.far, start: path.start),
                far: far, on: path, terms, capital: capital)
        else { return nil }
        let bounds = [
            (pair.near.near, pair.near.nearTick, pair.near.nearIsInitialized),
            (pair.far.near, pair.far.nearTick, pair.far.nearIsInitialized),
            (pair.far.far, pair.far.farTick, pair.far.farIsInitialized),
        ]
        let kept = (isKept(pair.near) ? 1 : 0) + (isKept(pair.far) ? 1 : 0)
        let gas = gas(positions: 2, kept: kept, fresh: bounds.map { ($0.1, $0.2) })
        return candidate(
            Part(range: pair.near, liquidity: best.nearLiquidity),
            Part(range: pair.far, liquidity: best.farLiquidity),
            net: best.profit - Double(gas) * gasUnit,
            freshTicksCrossed: bounds.count {
                !$0.2 && $0.0 > path.start && $0.0 <= best.endSqrtPrice
            }, kept: kept)
    }

    /// Gas by the model for positions with these bounds, each with whether it is initialised.
    private func gas(positions: Int, kept: Int, fresh bounds: [(Tick, Bool)]) -> UInt64 {
        var (below, above) = (0, 0)
        for (tick, isInitialized) in bounds where !isInitialized {
            if tick <= task.state.tick { below += 1 } else { above += 1 }
        }
        return task.terms.gas.gas(
            newPositions: positions - kept, keptPositions: kept, freshTicksBelow: below,
            freshTicksAbove: above)
    }

    private func candidate(
        _ part: Part, _ second: Part?, net: Double, freshTicksCrossed: Int, kept: Int
    ) -> Candidate? {
        let most = max(part.liquidity, second?.liquidity ?? 0)
        let least = min(part.liquidity, second?.liquidity ?? .infinity)
        guard least >= 1, most < 0x1p127 else { return nil }
        return Candidate(
            part: part, second: second, net: net, freshTicksCrossed: freshTicksCrossed,
            keptPositions: kept)
    }

    private func isKept(_ range: CandidateRanges.Range) -> Bool {
        task.pool.keptRanges.contains {
            $0.tickLower == range.tickLower && $0.tickUpper == range.tickUpper
        }
    }

    // MARK: The exact value of a plan

    private func plan(_ candidate: Candidate, _ alone: Alone) -> JitPlan? {
        plan(positions(candidate), alone, on: alone.state)
    }

    private func positions(_ candidate: Candidate) -> [JitPosition] {
        // A hair less, so that rounding up stays within what is there.
        [candidate.part, candidate.second].compactMap(\.self).map {
            JitPosition(
                tickLower: $0.range.tickLower, tickUpper: $0.range.tickUpper,
                liquidity: UInt128(max(1, $0.liquidity * (1 - 0x1p-30))))
        }.sorted { $0.tickLower < $1.tickLower }
    }

    /// A plan of given positions, whatever they earn; nil where they cannot be opened with what is
    /// there, or the pool model does not reach.
    public func plan(_ positions: [JitPosition]) -> JitPlan? {
        guard (1...4).contains(positions.count), let alone = Alone(task) else { return nil }
        return plan(positions, alone, on: task.state, earning: false)
    }

    private func plan(
        _ positions: [JitPosition], _ alone: Alone, on state: PoolState, earning: Bool = true
    ) -> JitPlan? {
        let valuation = task.valuation
        guard let value = PlanValuation(positions, swaps: task.swaps, on: state),
            value.minted.amount0 <= task.available0, value.minted.amount1 <= task.available1,
            let profit = valuation.wei(amount0: value.net0, amount1: value.net1),
            !earning || profit > .zero,
            let hedge = task.terms.hedge.hedge(
                ofOther: task.wethIsToken0 ? value.net1 : value.net0, valuation)
        else { return nil }
        let kept = positions.count { position in
            task.pool.keptRanges.contains {
                $0.tickLower == position.tickLower && $0.tickUpper == position.tickUpper
            }
        }
        let gas = task.terms.gas.gas(
            newPositions: positions.count - kept, keptPositions: kept,
            freshTicksBelow: value.freshTicksBelow, freshTicksAbove: value.freshTicksAbove)
        let net =
            profit
            &- Int256(bitPattern: hedge.costWei &+ UInt256(gas) &* task.terms.gasPriceWei)
        let tip =
            net.isNegative
            ? .zero
            : UInt256.mulDiv(net.magnitude, UInt256(task.terms.bidShareBps), 10_000) ?? .zero
        let gain = swapperGain(value, alone, valuation)
        return JitPlan(
            pool: task.pool, positions: positions, sqrtPriceX96: task.state.sqrtPriceX96,
            poolLiquidity: task.state.liquidity, deposit0: value.minted.amount0,
            deposit1: value.minted.amount1, fees: value.fees, inventoryDelta0: value.net0,
            inventoryDelta1: value.net1, hedge: hedge,
            freshTicks: value.freshTicksBelow + value.freshTicksAbove,
            freshTicksCrossed: value.freshTicksCrossed, keptPositions: kept, estimatedGas: gas,
            estimatedProfitWei: profit, estimatedNetWei: net, estimatedTipWei: tip,
            swapperGainPips: gain.pips, swapperGainWei: gain.wei,
            swapperExtraGas: task.terms.gas.crossing(
                value.freshTicksCrossed, zeroForOne: zeroForOne))
    }

    /// What the swapper saves of what he gives and receives more, as the proof values it; 0 where
    /// he gains nothing.
    private func swapperGain(
        _ value: PlanValuation, _ alone: Alone, _ valuation: WethValuation
    ) -> (pips: UInt64, wei: UInt256) {
        let saved = Int256(from: value.amountIn, to: alone.amountIn)
        let received = Int256(from: alone.amountOut, to: value.amountOut)
        let gain =
            zeroForOne
            ? valuation.wei(amount0: saved, amount1: received)
            : valuation.wei(amount0: received, amount1: saved)
        let input = Int256(bitPattern: alone.amountIn)
        let given =
            zeroForOne
            ? valuation.wei(amount0: input, amount1: .zero)
            : valuation.wei(amount0: .zero, amount1: input)
        guard let gain, let given, !gain.isNegative else { return (0, .zero) }
        let pips = UInt256.mulDiv(gain.magnitude, 1_000_000, given.magnitude) ?? .zero
        return (pips.asUInt64 ?? .max, gain.magnitude)
    }
}
