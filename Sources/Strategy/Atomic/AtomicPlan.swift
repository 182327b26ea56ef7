import Contracts
import Ethereum
import UniswapV3

/// A range, the loan that fills it and the pool on which the change is traded back.
public struct AtomicPlan: Equatable, Sendable {
    public var pool: FollowedPool
    public var position: JitPosition
    /// The pool's price and liquidity that the plan rests on; the guard asks for exactly these.
    public var sqrtPriceX96: UInt256
    public var poolLiquidity: UInt128
    /// Raw units that opening takes.
    public var deposit0: UInt256
    public var deposit1: UInt256
    public var hedge: AtomicTerms.HedgePool
    /// One for each token that the range takes.
    public var loans: [FlashLoan]
    /// Raw units that the hedge pays, by the model.
    public var hedgeIn: UInt256
    /// Wei of WETH that are left after the loan and the hedge, before gas and tip, by the model.
    public var estimatedProfitWei: Int256
    /// Lenders that were passed over for these loans, and why.
    public var refusals: [FlashLoanOrchestrator.Refused]
}
