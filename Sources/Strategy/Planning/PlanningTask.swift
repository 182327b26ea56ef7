import Ethereum
import UniswapV3

/// What a plan is made from, besides the pool: the same for every target of a head.
public struct PlanningTerms: Equatable, Sendable {
    /// What it costs to trade the inventory back.
    public var hedge: HedgeCost
    public var objective: Objective
    /// The share of the profit after gas that is bid to the block's builder, in basis points.
    public var bidShareBps: UInt64
    /// Positions of one bundle at most. The contract takes four; more than two never earn more:
    /// docs/STRATEGY.md.
    public var maximumPositions: Int
    /// What our two transactions use, by the fork's rules, until they are executed.
    public var gas: GasModel
    /// Wei per gas that our transactions pay.
    public var gasPriceWei: UInt256

    /// Terms by which plans are ranked before gas and hedge, unless these are named.
    public init(
        hedge: HedgeCost = .none, objective: Objective = .maxProfit, bidShareBps: UInt64 = 0,
        maximumPositions: Int = 4, gas: GasModel = .osaka, gasPriceWei: UInt256 = .zero
    ) {
        self.hedge = hedge
        self.objective = objective
        self.bidShareBps = bidShareBps
        self.maximumPositions = maximumPositions
        self.gas = gas
        self.gasPriceWei = gasPriceWei
    }
}

/// Gas of the target when it is alone.
public struct TargetGas: Equatable, Sendable {
    /// At its peak, before the refund.
    public var used: UInt64
    /// What the sender allows.
    public var limit: UInt64

    public init(used: UInt64, limit: UInt64) {
        self.used = used
        self.limit = limit
    }

    /// Gas that ticks crossed anew may add: a twentieth of the limit stays free.
    var headroom: UInt64 {
        let allowed = limit - limit / 20
        return allowed > used ? allowed - used : 0
    }
}

/// One question to the planner: a pool as it is, swaps on it in one direction, what we have and
/// what it is worth. A value without the chain, so that histories are planned like pending swaps.
public struct PlanningTask: Sendable {
    public var pool: FollowedPool
    public var state: PoolState
    /// One after the other, all in one direction.
    public var swaps: [PoolSwap]
    public var targetGas: TargetGas
    public var fairPrice: FairPriceBand
    public var wethIsToken0: Bool
    /// Raw units that may be deposited.
    public var available0: UInt256
    public var available1: UInt256
    public var terms: PlanningTerms

    public init(
        pool: FollowedPool, state: PoolState, swaps: [PoolSwap], targetGas: TargetGas,
        fairPrice: FairPriceBand, wethIsToken0: Bool, available0: UInt256, available1: UInt256,
        terms: PlanningTerms = PlanningTerms()
    ) {
        self.pool = pool
        self.state = state
        self.swaps = swaps
        self.targetGas = targetGas
        self.fairPrice = fairPrice
        self.wethIsToken0 = wethIsToken0
        self.available0 = available0
        self.available1 = available1
        self.terms = terms
    }

    /// Whether token0 comes in. Without one it does not matter.
    var zeroForOne: Bool { swaps.first?.zeroForOne ?? false }

    /// The worse end of the band. Our inventory ends with more of what came in: the fair price is
    /// worst where that is cheap.
    public var worstSqrtPriceX96: UInt256 {
        zeroForOne ? fairPrice.lowSqrtPriceX96 : fairPrice.highSqrtPriceX96
    }

    var valuation: WethValuation {
        WethValuation(wethIsToken0: wethIsToken0, sqrtPriceX96: worstSqrtPriceX96)
    }
}
