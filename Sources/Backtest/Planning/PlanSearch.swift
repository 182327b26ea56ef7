import Ethereum
import Strategy
import UniswapV3

/// The planner's ranked plans for a recorded swap, under a fair-price band and an inventory.
struct PlanSearch {
    let question: SwapQuestion
    let wethIsToken0: Bool
    /// Raw units that may be deposited.
    let available: TokenAmounts

    let costs: Costs

    /// With inventory of the same worth in both tokens at the pool's price.
    init(_ question: SwapQuestion, wethIsToken0: Bool, costs: Costs) {
        self.question = question
        self.costs = costs
        let inventoryWei = costs.settings[.inventoryWei]
        self.wethIsToken0 = wethIsToken0
        let price = question.state.sqrtPriceX96
        let q96 = UInt256.one << 96
        let (factor, divisor) = wethIsToken0 ? (price, q96) : (q96, price)
        let other = UInt256.mulDiv(inventoryWei, factor, divisor)
            .flatMap { UInt256.mulDiv($0, factor, divisor) }
        let cap = UInt256.one << 126
        let amount = min(other ?? cap, cap)
        available =
            wethIsToken0
            ? TokenAmounts(amount0: inventoryWei, amount1: amount)
            : TokenAmounts(amount0: amount, amount1: inventoryWei)
    }

    /// Plans that earn something before gas, the best first; none is no error.
    ///
    /// The swap's own gas limit is not recorded in a pool's history: it is taken to suffice.
    func plans(in band: FairPriceBand) -> [JitPlan] {
        let state = question.state
        let pool = FollowedPool(
            key: state.key, address: Address(word: 1), bandLower: TickMath.minTick,
            bandUpper: TickMath.maxTick, maxDeposit0: available.amount0,
            maxDeposit1: available.amount1, fairPrice: band)
        let task = PlanningTask(
            pool: pool, state: state,
            swaps: [
                PoolSwap(
                    zeroForOne: question.zeroForOne,
                    amountSpecified: question.isExactOutput
                        ? -Int256(bitPattern: question.amountOut)
                        : Int256(bitPattern: question.amountIn))
            ],
            targetGas: TargetGas(used: 0, limit: 60_000_000), fairPrice: band,
            wethIsToken0: wethIsToken0, available0: available.amount0,
            available1: available.amount1, terms: costs.terms)
        return (try? PositionOptimizer(task).rankedPlans()) ?? []
    }
}
