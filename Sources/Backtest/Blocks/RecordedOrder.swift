import Contracts
import Ethereum
import Recordings
import UniswapV3

/// What a swap had asked for, found from what it did: an event does not tell.
enum RecordedOrder {
    /// The order that makes the pool write exactly this event: a fixed input, else a fixed output,
    /// else one that ran into its price limit. Nil where none of them does: the pool is not as the
    /// state says.
    static func find(
        _ swap: UniswapV3PoolContract.Swap, on state: PoolState
    ) -> PoolEvents.Swap? {
        // Of a swap so small that nothing came out the sign of the other amount says nothing.
        let zeroForOne =
            swap.amount0.isNegative
            ? false : swap.amount1.isNegative ? true : !swap.amount0.bitPattern.isZero
        let (paid, got) = zeroForOne ? (swap.amount0, swap.amount1) : (swap.amount1, swap.amount0)
        let unlimited = PoolState.outermostPrice(zeroForOne: zeroForOne)
        let orders = [
            (paid, unlimited), (got, unlimited), (paid &+ paid &+ 1, swap.sqrtPriceX96),
        ]
        for (amount, limit) in orders {
            guard
                let result = try? state.swap(
                    zeroForOne: zeroForOne, amountSpecified: amount, sqrtPriceLimitX96: limit),
                result.amount0 == swap.amount0, result.amount1 == swap.amount1,
                result.sqrtPriceX96After == swap.sqrtPriceX96,
                result.liquidityAfter == swap.liquidity, result.tickAfter == swap.tick
            else { continue }
            return PoolEvents.Swap(
                zeroForOne: zeroForOne, amountSpecified: amount, sqrtPriceLimitX96: limit,
                amount0: swap.amount0, amount1: swap.amount1,
                sqrtPriceX96After: swap.sqrtPriceX96, liquidityAfter: swap.liquidity,
                tickAfter: swap.tick)
        }
        return nil
    }
}
