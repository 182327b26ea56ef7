import Ethereum

/// What becomes of a position that is minted, swapped against once, and burned.
public struct PositionOutcome: Equatable, Sendable {
    /// What the mint takes, rounded up.
    public var minted: TokenAmounts
    /// What the burn gives back, rounded down, without the fees.
    public var burned: TokenAmounts
    /// The fees that the position has earned, rounded down. All are in the token that went in.
    public var fees: TokenAmounts
    /// What the swapper sees with the position in the pool.
    public var swap: SwapResult
    /// Of the position's bounds, how many no other position uses: the ticks that the mint pays gas
    /// to initialise.
    public var freshTicks: Int
    /// Of these, how many the swap crosses, at the swapper's expense.
    public var freshTicksCrossed: Int

    /// The position's change of token0 from before the mint to after the burn.
    public var net0: Int256 {
        Int256(from: minted.amount0, to: burned.amount0 &+ fees.amount0)
    }

    /// The position's change of token1.
    public var net1: Int256 {
        Int256(from: minted.amount1, to: burned.amount1 &+ fees.amount1)
    }
}

extension PoolState {
    /// What the contract would do in mint, swap, burn and collect of a position that does not exist
    /// yet, by an owner without another one over the same range.
    ///
    /// The ticks are neither copied nor changed, nothing is allocated: made to be asked for many
    /// ranges and sizes. The fees are growth · liquidity / 2^128 over the growth of the steps
    /// during which the position was in range; that sum is, modulo 2^256, the difference of the
    /// growth inside the range which the contract takes.
    public func swap(
        zeroForOne: Bool, amountSpecified: Int256, sqrtPriceLimitX96: SqrtPriceX96? = nil,
        against position: RangeLiquidity
    ) throws(PoolError) -> PositionOutcome {
        try checkMint(position)
        guard let lower = TickMath.sqrtPriceX96(atTick: position.tickLower),
            let upper = TickMath.sqrtPriceX96(atTick: position.tickUpper)
        else { throw .invalidRange(tickLower: position.tickLower, tickUpper: position.tickUpper) }
        let minted = try Self.amounts(
            of: position, lower, upper, sqrtPriceX96: slot0.sqrtPriceX96, tick: slot0.tick,
            rounding: .up)
        var engine = try SwapEngine(
            self, zeroForOne: zeroForOne, amountSpecified: amountSpecified,
            sqrtPriceLimitX96: sqrtPriceLimitX96, extra: position)
        while engine.isUnfinished { _ = try engine.advance(self) }
        let burned = try Self.amounts(
            of: position, lower, upper, sqrtPriceX96: engine.sqrtPriceX96, tick: engine.tick,
            rounding: .down)
        let fees = UInt256(
            Position.fees(
                growthX128: engine.extraFeeGrowthX128, liquidity: position.liquidity))
        return PositionOutcome(
            minted: minted, burned: burned,
            fees: zeroForOne
                ? TokenAmounts(amount0: fees, amount1: .zero)
                : TokenAmounts(amount0: .zero, amount1: fees),
            swap: engine.result,
            freshTicks: (index(of: position.tickLower) == nil ? 1 : 0)
                + (index(of: position.tickUpper) == nil ? 1 : 0),
            freshTicksCrossed: engine.freshTicksCrossed)
    }
}
