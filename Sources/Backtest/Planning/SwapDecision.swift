import Ethereum
import Strategy
import UniswapV3

/// What the bot would have decided in front of a recorded swap, by the pool model alone: which
/// ranges, what they would have left at the worse end of the fair price, and whether the swapper is
/// better off.
///
/// Gas is the planner's model; nothing is executed in the EVM, and no account but the swapper is
/// looked at. A bundle on a live network has to pass the whole proof besides.
public struct SwapDecision: Sendable {
    /// `served`, `below_size_filter`, or why not: the labels of `Rejection`.
    public var outcome: String
    /// The best plan, served or not; nil where there is none.
    public var plan: PlannedLiquidity?

    /// The label of a swap that would have been served.
    public static let served = "served"

    /// Whether it would have been served.
    public var isServed: Bool { outcome == Self.served }

    /// Decides with the fair price in a band around a middle, which is the pool's own price before
    /// the swap unless another is given.
    public init(
        _ question: SwapQuestion, settings: BacktestSettings, fairSqrtPriceX96: UInt256? = nil
    ) {
        guard let wethIsToken0 = question.wethIsToken0 else {
            self.init(.poolWithoutWeth(pool: Address(word: 0)))
            return
        }
        let state = question.state
        let middle = fairSqrtPriceX96 ?? state.sqrtPriceX96
        let band = FairPriceBand(
            midSqrtPriceX96: middle,
            halfWidthPips: UInt64(state.feePips) * settings.small(.fairBandPercentOfFee) / 100)
        let costs = Costs(settings: settings, baseFeeWei: question.baseFeeWei)
        let search = PlanSearch(question, wethIsToken0: wethIsToken0, costs: costs)
        let judge = PlanJudge(
            question: question, costs: costs, band: band, wethIsToken0: wethIsToken0)
        var best: PlannedLiquidity?
        var rejection: Rejection?
        for plan in search.plans(in: band) {
            do throws(Rejection) {
                let planned = try judge.judge(plan)
                if planned.netWei > best?.netWei ?? planned.netWei &- 1 { best = planned }
            } catch {
                rejection = rejection ?? error
            }
        }
        guard let best else {
            self.init(rejection ?? .noProfitableRange)
            return
        }
        let tooLittle = Rejection.belowMinimumProfit(
            netProfitWei: best.netWei, floorWei: settings[.minimumProfitWei])
        self.init(
            outcome: best.netWei >= judge.costs.minimumWei ? Self.served : tooLittle.label,
            plan: best)
    }

    init(outcome: String, plan: PlannedLiquidity?) {
        self.outcome = outcome
        self.plan = plan
    }

    private init(_ rejection: Rejection) { self.init(outcome: rejection.label, plan: nil) }
}

/// Values one plan exactly, and holds it against what the swapper is promised.
struct PlanJudge {
    let question: SwapQuestion
    let costs: Costs
    let band: FairPriceBand
    let wethIsToken0: Bool

    func judge(_ plan: JitPlan) throws(Rejection) -> PlannedLiquidity {
        guard let outcome = PlanOutcome(plan.positions, around: question) else {
            throw .noProfitableRange
        }
        let gain = try swapperGain(outcome)
        let own = WethValuation(
            wethIsToken0: wethIsToken0, sqrtPriceX96: question.state.sqrtPriceX96)
        guard let gross = worst(outcome.change0, outcome.change1),
            let capital = Self.worth(outcome.minted, own),
            let fees = Self.worth(outcome.fees, own),
            let hedged = own.weiOfOther(
                (wethIsToken0 ? outcome.change1 : outcome.change0).magnitude, roundingUp: true)
        else { throw .noProfitableRange }
        try checkGas(of: outcome, gain: gain.raw)
        let gas = costs.gas(
            positions: plan.positions.count, freshTicksBelow: outcome.freshTicksBelow,
            freshTicksAbove: outcome.freshTicksAbove)
        let net = costs.net(grossWei: gross, gas: gas, hedgedWei: hedged)
        return PlannedLiquidity(
            ranges: plan.positions.map {
                RangeLiquidity(
                    tickLower: $0.tickLower, tickUpper: $0.tickUpper, liquidity: $0.liquidity)
            },
            deposits: outcome.minted, capitalWei: capital, fees: outcome.fees, feeWei: fees,
            change0: outcome.change0, change1: outcome.change1, gas: gas, gasWei: net.gasWei,
            hedgeWei: net.hedgeWei, tipWei: net.tipWei, grossWei: gross, netWei: net.netWei,
            swapperGain: gain.raw, swapperGainPips: gain.pips,
            freshTicksCrossed: outcome.freshTicksCrossed,
            backrunLossWei: backrunLoss(outcome))
    }

    /// By the strategy's own valuation of rivals, at the middle of the band. A sandwich's bound is
    /// in the calldata, which is not recorded: none is counted.
    private func backrunLoss(_ outcome: PlanOutcome) -> UInt256 {
        let pool = FollowedPool(
            key: question.state.key, address: Address(word: 1), bandLower: TickMath.minTick,
            bandUpper: TickMath.maxTick, maxDeposit0: .zero, maxDeposit1: .zero, fairPrice: band)
        return RivalBids(
            state: question.state,
            way: TargetWay(
                pool: pool, zeroForOne: question.zeroForOne, amountIn: question.amountIn,
                amountOut: question.amountOut, gasUsed: 0, gasLimit: 0,
                isExactOutput: question.isExactOutput),
            bound: nil,
            valuation: WethValuation(
                wethIsToken0: wethIsToken0, sqrtPriceX96: band.midSqrtPriceX96),
            parameters: RivalParameters(bidShareBps: 10_000),
            baseFeePerGas: costs.baseFeeWei
        ).needed(sqrtPriceX96After: outcome.sqrtPriceX96After).wei
    }

    /// What the inventory's change is worth at the worse end of the band.
    private func worst(_ change0: Int256, _ change1: Int256) -> Int256? {
        let ends = [band.lowSqrtPriceX96, band.highSqrtPriceX96].map {
            WethValuation(wethIsToken0: wethIsToken0, sqrtPriceX96: $0)
                .wei(amount0: change0, amount1: change1)
        }
        guard let low = ends[0], let high = ends[1] else { return nil }
        return min(low, high)
    }

    /// Both amounts in wei, rounded down.
    private static func worth(_ amounts: TokenAmounts, _ valuation: WethValuation) -> UInt256? {
        valuation.wei(
            amount0: Int256(bitPattern: amounts.amount0),
            amount1: Int256(bitPattern: amounts.amount1)
        ).flatMap { $0.isNegative ? nil : $0.magnitude }
    }

    /// What the swapper gets more or pays less: the same fill, and not a unit worse.
    private func swapperGain(_ with: PlanOutcome) throws(Rejection) -> (raw: UInt256, pips: UInt64)
    {
        let (fixed, fixedWith, before, after) =
            question.isExactOutput
            ? (question.amountOut, with.amountOut, with.amountIn, question.amountIn)
            : (question.amountIn, with.amountIn, question.amountOut, with.amountOut)
        guard fixed == fixedWith else { throw .partialFillChanged }
        guard let gain = after.subtractingChecked(before) else {
            throw .swapperWorseOff(
                account: Address(word: 0), token: nil, lossRaw: before &- after)
        }
        let without = question.isExactOutput ? question.amountIn : question.amountOut
        return (gain, UInt256.mulDiv(gain, 1_000_000, without)?.asUInt64 ?? 0)
    }

    /// That the gas of fresh ticks takes at most half of the swapper's gain.
    private func checkGas(of outcome: PlanOutcome, gain: UInt256) throws(Rejection) {
        guard outcome.freshTicksCrossed > 0 else { return }
        let gas = costs.crossingGas(
            outcome.freshTicksCrossed, zeroForOne: question.zeroForOne)
        let cost = UInt256(gas) &* costs.baseFeeWei
        // The gain is in the output token, or, of an exact output, in the input token.
        let isToken0 = question.zeroForOne == question.isExactOutput
        var gainWei = gain
        if isToken0 != wethIsToken0 {
            let worths = [band.lowSqrtPriceX96, band.highSqrtPriceX96].compactMap {
                WethValuation(wethIsToken0: wethIsToken0, sqrtPriceX96: $0)
                    .weiOfOther(gain, roundingUp: false)
            }
            gainWei = worths.min() ?? .zero
        }
        guard cost &+ cost <= gainWei else {
            throw .gasShareOfGain(gasCostWei: cost, gainWei: gainWei)
        }
    }
}
