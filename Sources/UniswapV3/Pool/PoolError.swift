import Ethereum

/// Why an operation on a pool has no result: the contract would revert, or the state at hand does
/// not reach far enough to tell.
public enum PoolError: Error, Equatable, Sendable {
    /// The pool is not initialised, or it is inside a call already.
    case locked
    /// A swap of nothing.
    case amountSpecifiedZero
    /// The price limit is not strictly between the price and the protocol's bound on that side.
    case priceLimitOutOfBounds(limit: SqrtPriceX96, current: SqrtPriceX96)
    /// The range is empty, or reaches beyond the protocol's bounds.
    case invalidRange(tickLower: Tick, tickUpper: Tick)
    /// A bound that is not on the pool's grid.
    case tickOffGrid(tick: Tick, tickSpacing: Tick)
    /// A mint of nothing.
    case liquidityZero
    /// More liquidity would refer to this tick than the pool allows.
    case liquidityPerTickExceeded(tick: Tick, limit: UInt128)
    /// A burn of more than the position, or the tick, has.
    case liquidityInsufficient
    /// The protocol's part must be 0, or one in 4 to 10.
    case feeProtocolInvalid(UInt8)
    /// A flash loan was paid back with less than its fees on top.
    case flashUnderpaid(fees: TokenAmounts)
    /// An amount, a price or a sum that the contract's types do not hold.
    case overflow
    /// The ticks from here on were not read: widen the state and try again.
    case tickNotLoaded(tick: Tick)
    /// No tick spacing was given and the fee has none on mainnet.
    case unknownFee(feePips: UInt32)
}
