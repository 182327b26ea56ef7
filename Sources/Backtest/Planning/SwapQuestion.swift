import Ethereum
import Recordings
import UniswapV3

/// A real swap and the pool right before it: what would just-in-time liquidity have done here?
public struct SwapQuestion: Sendable {
    /// The pool as others left it, without us.
    public var state: PoolState
    /// What the swap asked for and did.
    public var swap: PoolEvents.Swap
    /// Nil where neither token is WETH.
    public var wethIsToken0: Bool?
    /// Wei per gas.
    public var baseFeeWei: UInt256

    public init(
        state: PoolState, swap: PoolEvents.Swap, wethIsToken0: Bool?, baseFeeWei: UInt256
    ) {
        self.state = state
        self.swap = swap
        self.wethIsToken0 = wethIsToken0
        self.baseFeeWei = baseFeeWei
    }

    var zeroForOne: Bool { swap.zeroForOne }
    /// Whether what comes out was fixed, and not what goes in.
    var isExactOutput: Bool { swap.amountSpecified.isNegative }
    /// Raw units that went in, fee included.
    var amountIn: UInt256 { (zeroForOne ? swap.amount0 : swap.amount1).magnitude }
    /// Raw units that came out.
    var amountOut: UInt256 { (zeroForOne ? swap.amount1 : swap.amount0).magnitude }
}
