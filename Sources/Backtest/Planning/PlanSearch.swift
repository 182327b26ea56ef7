import Contracts
import Ethereum
import Strategy
import UniswapV3

/// The planner's ranked plans for a recorded swap, under a fair-price band and an inventory.
struct PlanSearch {
    let question: SwapQuestion
    let wethIsToken0: Bool
    /// Raw units that may be deposited.
    let available: TokenAmounts

    /// With inventory of the same worth in both tokens at the pool's price.
    init(_ question: SwapQuestion, wethIsToken0: Bool, inventoryWei: UInt256) {
        self.question = question
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
        guard let event = recordedEvent() else { return [] }
        let state = question.state
        let pool = FollowedPool(
            key: state.key, address: Address(word: 1), bandLower: TickMath.minTick,
            bandUpper: TickMath.maxTick, maxDeposit0: available.amount0,
            maxDeposit1: available.amount1, fairPrice: band)
        let probe = SwapProbe(
            pool: pool, swap: event, gasUsed: 0, gasLimit: 60_000_000,
            isExactOutput: question.isExactOutput)
        let optimizer = PositionOptimizer(
            probe: probe, state: state, fairPrice: band, wethIsToken0: wethIsToken0,
            available0: available.amount0, available1: available.amount1)
        return (try? optimizer.rankedPlans()) ?? []
    }

    /// The event that the pool wrote for the swap.
    private func recordedEvent() -> UniswapV3PoolContract.Swap? {
        let swap = question.swap
        let words = [
            swap.amount0.bitPattern, swap.amount1.bitPattern, swap.sqrtPriceX96After,
            UInt256(swap.liquidityAfter), Int256(Int(swap.tickAfter)).bitPattern,
        ]
        return UniswapV3PoolContract.Swap(
            Log(
                address: Address(word: 1), topics: [UniswapV3PoolContract.swapTopic],
                data: words.flatMap(\.bigEndianBytes)))
    }
}
