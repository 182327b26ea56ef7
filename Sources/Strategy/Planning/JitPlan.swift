import Contracts
import Ethereum

/// A range and a liquidity to open in front of a swap, with what the pool model expects of it.
public struct JitPlan: Equatable, Sendable {
    public var pool: FollowedPool
    public var position: JitPosition
    /// The pool's price and liquidity that the plan rests on; the guard asks for exactly these.
    public var sqrtPriceX96: UInt256
    public var poolLiquidity: UInt128
    /// Raw units that opening takes.
    public var deposit0: UInt256
    public var deposit1: UInt256
    /// Ticks that only our position uses and that the swap crosses, at the swapper's expense of
    /// gas.
    public var freshTicksCrossed: Int
    /// Wei of WETH before gas and tip, at the worst fair price, by the pool model.
    public var estimatedProfitWei: Int256

    public init(
        pool: FollowedPool, position: JitPosition, sqrtPriceX96: UInt256, poolLiquidity: UInt128,
        deposit0: UInt256, deposit1: UInt256, freshTicksCrossed: Int, estimatedProfitWei: Int256
    ) {
        self.pool = pool
        self.position = position
        self.sqrtPriceX96 = sqrtPriceX96
        self.poolLiquidity = poolLiquidity
        self.deposit0 = deposit0
        self.deposit1 = deposit1
        self.freshTicksCrossed = freshTicksCrossed
        self.estimatedProfitWei = estimatedProfitWei
    }
}
