import Ethereum

/// What a swap does to the pool and to whoever swaps.
public struct SwapResult: Equatable, Sendable {
    /// Whether token0 went in and token1 out.
    public var zeroForOne: Bool
    /// The pool's change of token0: above 0 is paid to the pool, fee included.
    public var amount0: Int256
    /// The pool's change of token1.
    public var amount1: Int256
    /// The square-root price after the swap.
    public var sqrtPriceX96After: SqrtPriceX96
    /// The tick after the swap.
    public var tickAfter: Tick
    /// The liquidity in range after the swap.
    public var liquidityAfter: UInt128
    /// All fees, in the token that went in, the protocol's part included.
    public var feeAmountTotal: UInt256
    /// The protocol's part of the fees.
    public var protocolFee: UInt128
    /// The fee growth of the token that went in, after the swap.
    public var feeGrowthGlobalX128After: UInt256
    /// The number of steps: pieces of constant liquidity within one word of the bitmap.
    public var stepCount: Int
    /// The number of initialised ticks crossed.
    public var ticksCrossed: Int

    /// What the swapper pays in, fee included.
    public var amountIn: UInt256 { (zeroForOne ? amount0 : amount1).bitPattern }
    /// What the swapper gets out.
    public var amountOut: UInt256 { (zeroForOne ? amount1 : amount0).magnitude }
}

/// A piece of a swap along constant liquidity.
public struct SwapSegment: Equatable, Sendable {
    /// The liquidity in range, hypothetical position included.
    public var liquidity: UInt128
    /// The price where the piece begins.
    public var sqrtPriceX96From: SqrtPriceX96
    /// The price where it ends.
    public var sqrtPriceX96To: SqrtPriceX96
    /// What comes in, without the fee.
    public var amountIn: UInt256
    /// What goes out.
    public var amountOut: UInt256
    /// The fee, the protocol's part included.
    public var feeAmount: UInt256
    /// The initialised tick that is crossed at the end, if one is.
    public var crossedTick: Tick?
}
