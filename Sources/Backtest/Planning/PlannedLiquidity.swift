import Ethereum
import UniswapV3

/// What would have been opened for a swap, and what would have come of it. Wei are of WETH.
public struct PlannedLiquidity: Equatable, Sendable {
    public var ranges: [RangeLiquidity]
    /// Raw units that opening takes.
    public var deposits: TokenAmounts
    /// What the deposits are worth at the pool's price before the swap.
    public var capitalWei: UInt256
    /// Raw units of fees earned.
    public var fees: TokenAmounts
    /// The fees' worth at the pool's price before the swap.
    public var feeWei: UInt256
    /// Raw units that the inventory has changed by in the end.
    public var change0: Int256
    public var change1: Int256
    public var gas: UInt64
    public var gasWei: UInt256
    public var hedgeWei: UInt256
    public var tipWei: UInt256
    /// At the worse end of the fair price's band: before gas, hedge and tip, and after them.
    public var grossWei: Int256
    public var netWei: Int256
    /// Raw units that the swapper gets more, or pays less.
    public var swapperGain: UInt256
    /// The same in millionths of what he gets, or pays, without us; rounded down.
    public var swapperGainPips: UInt64
    /// Fresh ticks that the swap crosses, at the swapper's expense of gas.
    public var freshTicksCrossed: Int
    /// What a back-runner would earn behind the swap alone less what is left to him behind ours,
    /// in wei after his gas: more than this a builder gets without us.
    public var backrunLossWei: UInt256

    /// Net of gas, hedge and tip as decided, with what is left valued at another price.
    func netWei(grossWei: Int256) -> Int256 {
        netWei &- self.grossWei &+ grossWei
    }
}
