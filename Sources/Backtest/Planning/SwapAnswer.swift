import Ethereum
import Strategy
import UniswapV3

/// A swap's question with its place, answered in full: the decision, and the same under other fair
/// prices.
struct SwapAnswer {
    let question: SwapQuestion
    let settings: BacktestSettings

    /// The row; nil where the size filter drops it.
    func opportunity(
        source: Opportunity.Source, block: UInt64, timestamp: UInt64, pool: String,
        hadRealJit: Bool
    ) -> Opportunity? {
        if settings[.sizeFilter] == 1,
            SizeFilter(
                settings: settings, feePips: question.state.feePips,
                baseFeeWei: question.baseFeeWei
            ).drops(question)
        {
            return nil
        }
        let decision = SwapDecision(question, settings: settings)
        var row = Opportunity(
            source: source, block: block, timestamp: timestamp, pool: pool,
            feePips: question.state.feePips, zeroForOne: question.zeroForOne,
            isExactOutput: question.isExactOutput, amountIn: question.amountIn,
            amountOut: question.amountOut, amountInWei: amountInWei,
            sqrtPriceX96Before: question.state.sqrtPriceX96,
            sqrtPriceX96After: question.swap.sqrtPriceX96After, tickBefore: question.state.tick,
            tickAfter: question.swap.tickAfter, baseFeeWei: question.baseFeeWei,
            outcome: decision.outcome, plan: decision.plan)
        row.hadRealJit = hadRealJit
        row.markOutsWei =
            decision.plan.map { [markOut($0, at: row.sqrtPriceX96After), nil, nil] } ?? []
        fillScenarios(&row)
        return row
    }

    private var amountInWei: UInt256? {
        guard let wethIsToken0 = question.wethIsToken0 else { return nil }
        if question.zeroForOne == wethIsToken0 { return question.amountIn }
        return WethValuation(
            wethIsToken0: wethIsToken0, sqrtPriceX96: question.state.sqrtPriceX96
        ).weiOfOther(question.amountIn, roundingUp: false)
    }

    private func fillScenarios(_ row: inout Opportunity) {
        guard question.wethIsToken0 != nil else { return }
        for scenario in FairPriceScenario.allCases {
            let price = scenario.sqrtPriceX96(question)
            if let plan = row.plan { row.heldWei.append(markOut(plan, at: price)) }
            let known =
                scenario == .unmoved
                ? SwapDecision(outcome: row.outcome, plan: row.plan)
                : SwapDecision(question, settings: settings, fairSqrtPriceX96: price)
            row.replannedWei.append(known.isServed ? known.plan?.netWei : nil)
        }
    }

    private func markOut(_ plan: PlannedLiquidity, at sqrtPriceX96: UInt256) -> Int256? {
        plan.markOut(at: sqrtPriceX96, wethIsToken0: question.wethIsToken0)
    }
}

extension PlannedLiquidity {
    /// Net of gas, hedge and tip with the inventory's change valued at a price.
    func markOut(at sqrtPriceX96: UInt256, wethIsToken0: Bool?) -> Int256? {
        guard let wethIsToken0 else { return nil }
        return WethValuation(wethIsToken0: wethIsToken0, sqrtPriceX96: sqrtPriceX96)
            .wei(amount0: change0, amount1: change1).map { netWei(grossWei: $0) }
    }
}
