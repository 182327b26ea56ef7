import Contracts
import Ethereum
import UniswapV3

/// What positions come to around a recorded swap, by the exact pool model, the swap's own price
/// limit included.
struct PlanOutcome {
    var minted = TokenAmounts.zero
    var fees = TokenAmounts.zero
    /// The positions' change of each token, fees included.
    var change0 = Int256.zero
    var change1 = Int256.zero
    /// Bounds that only these positions use, at or below the price and above it, and how many of
    /// them the swap crosses.
    var freshTicksBelow = 0
    var freshTicksAbove = 0
    var freshTicksCrossed: Int
    /// What the swapper gives and takes.
    var amountIn: UInt256
    var amountOut: UInt256
    /// The price behind the swap.
    var sqrtPriceX96After: UInt256

    /// Positions minted, the swap performed, positions burned and collected; nil where the contract
    /// would revert, or a tick that is not known is needed.
    init?(_ positions: [JitPosition], around question: SwapQuestion) {
        let ranges = positions.map {
            RangeLiquidity(
                tickLower: $0.tickLower, tickUpper: $0.tickUpper, liquidity: $0.liquidity)
        }
        if let range = ranges.first, ranges.count == 1 {
            self.init(range, around: question)
        } else {
            self.init(all: ranges, around: question)
        }
        let state = question.state
        for bound in Set(ranges.flatMap { [$0.tickLower, $0.tickUpper] })
        where state.index(of: bound) == nil {
            if bound <= state.tick { freshTicksBelow += 1 } else { freshTicksAbove += 1 }
        }
    }

    /// One position: nothing is copied.
    private init?(_ range: RangeLiquidity, around question: SwapQuestion) {
        guard
            let outcome = try? question.state.swap(
                zeroForOne: question.zeroForOne, amountSpecified: question.swap.amountSpecified,
                sqrtPriceLimitX96: question.swap.sqrtPriceLimitX96, against: range)
        else { return nil }
        minted = outcome.minted
        fees = outcome.fees
        change0 = outcome.net0
        change1 = outcome.net1
        freshTicksCrossed = outcome.freshTicksCrossed
        amountIn = outcome.swap.amountIn
        amountOut = outcome.swap.amountOut
        sqrtPriceX96After = outcome.swap.sqrtPriceX96After
    }

    private init?(all ranges: [RangeLiquidity], around question: SwapQuestion) {
        var pool = question.state
        var positions = ranges.map { Position(tickLower: $0.tickLower, tickUpper: $0.tickUpper) }
        do {
            for index in ranges.indices {
                let paid = try pool.mint(ranges[index].liquidity, into: &positions[index])
                minted.amount0 = minted.amount0 &+ paid.amount0
                minted.amount1 = minted.amount1 &+ paid.amount1
            }
            let result = try pool.apply(
                zeroForOne: question.zeroForOne, amountSpecified: question.swap.amountSpecified,
                sqrtPriceLimitX96: question.swap.sqrtPriceLimitX96)
            amountIn = result.amountIn
            amountOut = result.amountOut
            sqrtPriceX96After = result.sqrtPriceX96After
            let (before, after) = (question.state.tick, pool.tick)
            let bounds = Set(ranges.flatMap { [$0.tickLower, $0.tickUpper] })
            let fresh = bounds.filter { question.state.index(of: $0) == nil }
            // A tick is crossed where the price comes to stand on its other side.
            freshTicksCrossed = fresh.count { ($0 <= before) != ($0 <= after) }
            var received = TokenAmounts.zero
            for index in ranges.indices {
                let principal = try pool.burn(ranges[index].liquidity, from: &positions[index])
                let owed = positions[index].collect()
                received.amount0 = received.amount0 &+ owed.amount0
                received.amount1 = received.amount1 &+ owed.amount1
                fees.amount0 = fees.amount0 &+ (owed.amount0 &- principal.amount0)
                fees.amount1 = fees.amount1 &+ (owed.amount1 &- principal.amount1)
            }
            change0 = Int256(from: minted.amount0, to: received.amount0)
            change1 = Int256(from: minted.amount1, to: received.amount1)
        } catch {
            return nil
        }
    }
}
