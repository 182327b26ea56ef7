import Contracts
import Ethereum
import UniswapV3

/// What positions come to against a swap, or several, by the exact pool model.
struct PlanValuation {
    var minted = TokenAmounts.zero
    var received = TokenAmounts.zero
    var fees = TokenAmounts.zero
    /// Bounds that only these positions use, at or below the price and above it.
    var freshTicksBelow: Int
    var freshTicksAbove: Int
    var freshTicksCrossed: Int
    /// What the swapper gives and takes in all, in raw units.
    var amountIn = UInt256.zero
    var amountOut = UInt256.zero

    var net0: Int256 { Int256(from: minted.amount0, to: received.amount0) }
    var net1: Int256 { Int256(from: minted.amount1, to: received.amount1) }

    /// The positions minted, the swaps performed, the positions burned and collected; nil where the
    /// contract would revert, or a tick that was not read is needed.
    init?(_ positions: [JitPosition], swaps: [PoolSwap], on state: PoolState) {
        // One of each is what the search asks most often: nothing is copied.
        if let position = positions.first, positions.count == 1, let swap = swaps.first,
            swaps.count == 1
        {
            self.init(position, swap, on: state)
        } else {
            self.init(all: positions, swaps: swaps, on: state)
        }
    }

    private init?(_ position: JitPosition, _ swap: PoolSwap, on state: PoolState) {
        guard
            let outcome = try? state.swap(
                zeroForOne: swap.zeroForOne, amountSpecified: swap.amountSpecified,
                against: RangeLiquidity(
                    tickLower: position.tickLower, tickUpper: position.tickUpper,
                    liquidity: position.liquidity))
        else { return nil }
        minted = outcome.minted
        fees = outcome.fees
        received = TokenAmounts(
            amount0: outcome.burned.amount0 &+ fees.amount0,
            amount1: outcome.burned.amount1 &+ fees.amount1)
        let bounds = [position.tickLower, position.tickUpper]
        let fresh = outcome.freshTicks == 0 ? [] : bounds.filter { state.index(of: $0) == nil }
        freshTicksBelow = fresh.count { $0 <= state.tick }
        freshTicksAbove = fresh.count - freshTicksBelow
        freshTicksCrossed = outcome.freshTicksCrossed
        amountIn = outcome.swap.amountIn
        amountOut = outcome.swap.amountOut
    }

    private init?(all positions: [JitPosition], swaps: [PoolSwap], on state: PoolState) {
        var pool = state
        var opened = positions.map { Position(tickLower: $0.tickLower, tickUpper: $0.tickUpper) }
        let tickBefore = state.tick
        do {
            for index in positions.indices {
                let paid = try pool.mint(positions[index].liquidity, into: &opened[index])
                minted.amount0 = minted.amount0 &+ paid.amount0
                minted.amount1 = minted.amount1 &+ paid.amount1
            }
            for swap in swaps {
                let result = try pool.apply(
                    zeroForOne: swap.zeroForOne, amountSpecified: swap.amountSpecified)
                amountIn = amountIn &+ result.amountIn
                amountOut = amountOut &+ result.amountOut
            }
            let tickAfter = pool.tick
            let bounds = Set(positions.flatMap { [$0.tickLower, $0.tickUpper] })
            let fresh = bounds.filter { state.index(of: $0) == nil }
            freshTicksBelow = fresh.count { $0 <= tickBefore }
            freshTicksAbove = fresh.count - freshTicksBelow
            // A tick is crossed where the price comes to stand on its other side.
            freshTicksCrossed = fresh.count { ($0 <= tickBefore) != ($0 <= tickAfter) }
            for index in positions.indices {
                let principal = try pool.burn(positions[index].liquidity, from: &opened[index])
                let owed = (
                    UInt256(opened[index].tokensOwed0), UInt256(opened[index].tokensOwed1)
                )
                received.amount0 = received.amount0 &+ owed.0
                received.amount1 = received.amount1 &+ owed.1
                fees.amount0 = fees.amount0 &+ (owed.0 &- principal.amount0)
                fees.amount1 = fees.amount1 &+ (owed.1 &- principal.amount1)
            }
        } catch {
            return nil
        }
    }
}
