import Ethereum

/// What was planned for an opportunity, as far as the pipeline came.
public struct PlannedPosition: Hashable, Sendable {
    public var tickLower: Int32
    public var tickUpper: Int32
    public var liquidity: UInt128
    /// Wei before gas and tip, at the worst fair price, by the pool model.
    public var estimatedProfitWei: Int256
    /// Raw units of the token bought that the swapper gets more than without us; nil before a
    /// proof.
    public var swapperGainRaw: Int256?

    public init(
        tickLower: Int32, tickUpper: Int32, liquidity: UInt128, estimatedProfitWei: Int256,
        swapperGainRaw: Int256?
    ) {
        self.tickLower = tickLower
        self.tickUpper = tickUpper
        self.liquidity = liquidity
        self.estimatedProfitWei = estimatedProfitWei
        self.swapperGainRaw = swapperGainRaw
    }
}

/// One pending transaction that the bot judged for one block, and what came of it.
public struct OpportunityRecord: Hashable, Sendable {
    public var targetBlock: UInt64
    /// The pending transaction.
    public var transactionHash: Hash32
    /// Nil when it swaps on no pool that is followed.
    public var pool: Address?
    /// Raw units of the token sold; nil before the swap is known.
    public var amountInRaw: UInt256?
    /// The rejection's label or the bundle's name for success: lower-case letters, digits and `_`.
    public var outcomeLabel: String
    /// What an operator reads: which value, which limit.
    public var reason: String
    /// Nil when it was rejected before a plan.
    public var plan: PlannedPosition?
    /// Milliseconds since 1970 by the caller's clock, when its bytes arrived.
    public var seenAtUnixMs: Int64
    /// Milliseconds since 1970 by the caller's clock, when the outcome was known.
    public var decidedAtUnixMs: Int64

    public init(
        targetBlock: UInt64, transactionHash: Hash32, pool: Address?, amountInRaw: UInt256?,
        outcomeLabel: String, reason: String, plan: PlannedPosition?, seenAtUnixMs: Int64,
        decidedAtUnixMs: Int64
    ) {
        self.targetBlock = targetBlock
        self.transactionHash = transactionHash
        self.pool = pool
        self.amountInRaw = amountInRaw
        self.outcomeLabel = outcomeLabel
        self.reason = reason
        self.plan = plan
        self.seenAtUnixMs = seenAtUnixMs
        self.decidedAtUnixMs = decidedAtUnixMs
    }
}
