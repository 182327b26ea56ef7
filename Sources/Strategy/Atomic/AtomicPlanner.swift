import Contracts
import Ethereum
import UniswapV3

/// An order's one swap on a pool that we may serve, as it was executed alone.
struct OrderSwap {
    var pool: FollowedPool
    var swap: UniswapV3PoolContract.Swap

    /// Whether token0 comes in and the price goes down.
    var zeroForOne: Bool { swap.zeroForOne }

    /// What comes in, as the pool's own function takes it.
    var amountSpecified: Int256 {
        Int256(bitPattern: (zeroForOne ? swap.amount0 : swap.amount1).magnitude)
    }

    /// What the swap takes out, and so what a range ahead of it deposits.
    var tokenOut: Address { zeroForOne ? pool.key.token1 : pool.key.token0 }
}

/// Searches the range, its liquidity and the loan for one order's swap.
///
/// Nothing is valued at a price: the pools' exact models tell what the swap leaves in the range,
/// what the lender asks for the loan, and what the other pool gives or takes for the change, so
/// that what is left is WETH. A lender's fee makes small liquidity best where the swap is small
/// (docs/STRATEGY.md has the condition); so the liquidity is searched with the fee in it.
struct AtomicPlanner {
    /// Liquidities that are tried for a range: a geometric row, then halvings around its best.
    private static let row = 10
    private static let refinements = 8
    /// The widest range, in spacings, and the ranges that are looked at.
    private static let widths = [1, 2, 3, 4, 6, 8, 12, 16]
    private static let startLimit = 24

    let probe: OrderSwap
    let state: PoolState
    let weth: Address
    let hedges: [(pool: AtomicTerms.HedgePool, state: PoolState)]
    let orchestrator: FlashLoanOrchestrator

    private var key: PoolKey { probe.pool.key }
    private var wethIsToken0: Bool { key.token0 == weth }

    /// Plans that leave something before gas, the best first, one of each range and hedge pool; and
    /// what lenders refused where there is none.
    func rankedPlans() -> (plans: [AtomicPlan], refusals: [FlashLoanOrchestrator.Refused]) {
        var plans: [AtomicPlan] = []
        var refusals: [FlashLoanOrchestrator.Refused] = []
        for hedge in hedges where hedge.pool.address != probe.pool.address {
            for range in ranges() {
                guard let liquidity = bestLiquidity(range, hedge.state, hedge.pool) else {
                    continue
                }
                do throws(NoLender) {
                    if let plan = try plan(range, liquidity: liquidity, hedge.state, hedge.pool),
                        plan.estimatedProfitWei > .zero
                    {
                        plans.append(plan)
                    }
                } catch {
                    refusals = error.refusals
                }
            }
        }
        if plans.isEmpty, refusals.isEmpty { refusals = refusalsOfEverything() }
        plans.sort {
            $0.estimatedProfitWei != $1.estimatedProfitWei
                ? $0.estimatedProfitWei > $1.estimatedProfitWei
                : ($0.position.tickLower, $0.position.tickUpper)
                    < ($1.position.tickLower, $1.position.tickUpper)
        }
        return (plans, refusals)
    }

    /// Why nobody lends a single unit of what any range takes; empty where somebody does, so that
    /// it is for the ranges that there is no plan.
    private func refusalsOfEverything() -> [FlashLoanOrchestrator.Refused] {
        for hedge in hedges where hedge.pool.address != probe.pool.address {
            let choice = orchestrator.choose(
                token: probe.tokenOut, amount: .one,
                beside: .init(jitPool: probe.pool.address, hedgePool: hedge.pool.address))
            return choice.loans.isEmpty ? choice.refusals : []
        }
        return []
    }

    // MARK: Ranges

    private struct Range {
        var lower: Tick
        var upper: Tick
    }

    /// Ranges strictly ahead of the price, where one token alone is deposited: the one that the
    /// swap takes out.
    private func ranges() -> [Range] {
        guard
            let alone = try? state.swap(
                zeroForOne: probe.zeroForOne, amountSpecified: probe.amountSpecified)
        else { return [] }
        let spacing = state.tickSpacing
        let home = TickSpacing.floor(state.tick, spacing)
        let end = TickSpacing.floor(alone.tickAfter, spacing)
        let down = probe.zeroForOne
        // Downwards a range may end at the tick that the price stands in or above.
        let first = down ? home : home + spacing
        let last = down ? end : end + spacing
        let count = min(Int((down ? first - last : last - first) / spacing) + 1, Self.startLimit)
        guard count > 0 else { return [] }
        var ranges: [Range] = []
        for index in 0..<count {
            let near = first + (down ? -1 : 1) * Tick(index) * spacing
            for width in Self.widths where index + width <= count + 1 {
                let far = near + (down ? -1 : 1) * Tick(width) * spacing
                let (lower, upper) = (min(near, far), max(near, far))
                guard probe.pool.bandLower <= lower, upper <= probe.pool.bandUpper,
                    lower >= TickMath.minTick, upper <= TickMath.maxTick
                else { continue }
                ranges.append(Range(lower: lower, upper: upper))
            }
        }
        return ranges
    }

    // MARK: Liquidity

    /// The liquidity that leaves the most after the cheapest loan's fee and the hedge.
    private func bestLiquidity(
        _ range: Range, _ hedge: PoolState, _ pool: AtomicTerms.HedgePool
    ) -> UInt128? {
        let most = mostLiquidity(range, pool)
        guard most > 0 else { return nil }
        func profit(_ liquidity: Double) -> Int256? {
            guard liquidity >= 1, liquidity < 0x1p127 else { return nil }
            return try? plan(range, liquidity: UInt128(liquidity), hedge, pool)?
                .estimatedProfitWei
        }
        var best: (liquidity: Double, profit: Int256)?
        func consider(_ liquidity: Double) {
            guard let value = profit(liquidity) else { return }
            if value > best?.profit ?? .zero { best = (liquidity, value) }
        }
        for step in 0..<Self.row { consider(most * Self.power(0.5, step)) }
        guard var centre = best?.liquidity else { return nil }
        var factor = 1.4
        for _ in 0..<Self.refinements {
            consider(min(centre * factor, most))
            consider(centre / factor)
            centre = best?.liquidity ?? centre
            factor = 1 + (factor - 1) * 0.6
        }
        return best.map { UInt128($0.liquidity) }
    }

    private static func power(_ base: Double, _ exponent: Int) -> Double {
        (0..<exponent).reduce(1) { result, _ in result * base }
    }

    /// What the largest loan and the owner's cap buy in this range: it takes one token.
    private func mostLiquidity(_ range: Range, _ pool: AtomicTerms.HedgePool) -> Double {
        guard let low = TickMath.sqrtPriceX96(atTick: range.lower)?.approximateDouble,
            let high = TickMath.sqrtPriceX96(atTick: range.upper)?.approximateDouble
        else { return 0 }
        let cap = probe.zeroForOne ? probe.pool.maxDeposit1 : probe.pool.maxDeposit0
        let lent = orchestrator.most(
            of: probe.tokenOut,
            beside: .init(jitPool: probe.pool.address, hedgePool: pool.address))
        let amount = min(lent, cap).approximateDouble
        let perUnit =
            probe.zeroForOne
            ? (high - low) * 0x1p-96 : (high - low) / (low * high) * 0x1p96
        // A hair less, so that rounding up stays within what is there.
        return amount / perUnit * (1 - 0x1p-30)
    }

    // MARK: One plan

    /// Nobody lends what a range needs.
    private struct NoLender: Error {
        var refusals: [FlashLoanOrchestrator.Refused]
    }

    /// What a range and a liquidity leave; nil where the models say that it cannot be done.
    private func plan(
        _ range: Range, liquidity: UInt128, _ hedge: PoolState, _ pool: AtomicTerms.HedgePool
    ) throws(NoLender) -> AtomicPlan? {
        guard
            let outcome = try? state.swap(
                zeroForOne: probe.zeroForOne, amountSpecified: probe.amountSpecified,
                against: RangeLiquidity(
                    tickLower: range.lower, tickUpper: range.upper, liquidity: liquidity))
        else { return nil }
        var loans: [FlashLoan] = []
        var refusals: [FlashLoanOrchestrator.Refused] = []
        var change0 = outcome.net0
        var change1 = outcome.net1
        for (token, amount) in [
            (key.token0, outcome.minted.amount0), (key.token1, outcome.minted.amount1),
        ] where !amount.isZero {
            let choice = orchestrator.choose(
                token: token, amount: amount,
                beside: .init(
                    jitPool: probe.pool.address, hedgePool: pool.address,
                    lending: Set(loans.map(\.lender.address))))
            refusals += choice.refusals
            guard let loan = choice.loans.first else { throw NoLender(refusals: refusals) }
            loans.append(loan)
            let fee = Int256(bitPattern: loan.fee)
            if token == key.token0 { change0 &-= fee } else { change1 &-= fee }
        }
        // What was gained of the token that is not WETH is sold, what is lacking is bought.
        let other = wethIsToken0 ? change1 : change0
        var gain = wethIsToken0 ? change0 : change1
        var hedgeIn = UInt256.zero
        if other != .zero {
            guard
                let trade = try? hedge.swap(
                    zeroForOne: wethIsToken0 == other.isNegative, amountSpecified: other)
            else { return nil }
            guard (wethIsToken0 ? trade.amount1 : trade.amount0) == other else { return nil }
            gain &-= wethIsToken0 ? trade.amount0 : trade.amount1
            hedgeIn = trade.amountIn
        }
        return AtomicPlan(
            pool: probe.pool,
            position: JitPosition(
                tickLower: range.lower, tickUpper: range.upper, liquidity: liquidity),
            sqrtPriceX96: state.sqrtPriceX96, poolLiquidity: state.liquidity,
            deposit0: outcome.minted.amount0, deposit1: outcome.minted.amount1, hedge: pool,
            loans: loans, hedgeIn: hedgeIn, estimatedProfitWei: gain, refusals: refusals)
    }
}
