import Contracts
import EVM
import Ethereum
import UniswapV3

/// A pool that the owner has allowed, with his limits.
public struct FollowedPool: Equatable, Sendable {
    public var key: PoolKey
    public var address: Address
    /// The owner's band of ticks, and his caps in raw units for one opening.
    public var bandLower: Int32
    public var bandUpper: Int32
    public var maxDeposit0: UInt256
    public var maxDeposit1: UInt256
    /// Nil where nobody quotes the pair.
    public var fairPrice: FairPriceBand?
    /// Ranges in which dust of the executor's may stand: `DustGrid`. What really stands there is
    /// read from the state.
    public var keptRanges: [KeptRange]

    public init(
        key: PoolKey, address: Address, bandLower: Int32, bandUpper: Int32, maxDeposit0: UInt256,
        maxDeposit1: UInt256, fairPrice: FairPriceBand?, keptRanges: [KeptRange] = []
    ) {
        self.key = key
        self.address = address
        self.bandLower = bandLower
        self.bandUpper = bandUpper
        self.maxDeposit0 = maxDeposit0
        self.maxDeposit1 = maxDeposit1
        self.fairPrice = fairPrice
        self.keptRanges = keptRanges
    }
}

/// An account that signs our two transactions, and the nonce that the chain expects of it.
public struct OperatorAccount: Equatable, Sendable {
    public var address: Address
    public var nonce: UInt64

    public init(address: Address, nonce: UInt64) {
        self.address = address
        self.nonce = nonce
    }
}

/// All that a decision depends on besides the pending transaction: the chain's head and what is
/// ours on it.
public struct HeadState: Sendable {
    /// The head block.
    public var hash: Hash32
    /// What the next block gives to its transactions.
    public var nextBlock: BlockEnvironment
    public var state: any StateReader
    public var pools: [FollowedPool]
    /// Factories whose pools are recognised.
    public var venues: [PoolVenue]
    public var weth: Address
    /// The contract that holds the inventory.
    public var executor: Address
    /// Accounts of ours besides the executor and the operators: they gain or lose by our own doing.
    public var ownAccounts: Set<Address>

    public init(
        hash: Hash32, nextBlock: BlockEnvironment, state: any StateReader, pools: [FollowedPool],
        venues: [PoolVenue] = PoolVenue.mainnet, weth: Address, executor: Address,
        ownAccounts: Set<Address>
    ) {
        self.hash = hash
        self.nextBlock = nextBlock
        self.state = state
        self.pools = pools
        self.venues = venues
        self.weth = weth
        self.executor = executor
        self.ownAccounts = ownAccounts
    }
}

/// What the operator sets: how much a bundle must earn and how much of it goes to the builder.
public struct StrategyParameters: Sendable {
    /// Wei that a bundle must leave after gas and tip, at the worst fair price.
    public var minimumProfitWei: UInt256
    /// The share of the profit after gas that is bid to the block's builder, in basis points.
    public var bidShareBps: UInt64
    /// Wei per gas above which nothing is sent.
    public var maxBaseFeePerGas: UInt256
    /// Plans that are simulated in the EVM at most, best estimates first.
    public var simulatedCandidates: Int
    /// What one execution of a target may take.
    public var targetBudget: TargetBudget
    /// What is assumed of rivals for the same target.
    public var rivals: RivalParameters
    /// What is known of each pool's competitors, from which the share to bid there follows; nil
    /// where `bidShareBps` is bid on all.
    public var tips: TipBook?
    /// What it costs to trade the inventory back.
    public var hedge: HedgeCost
    public var objective: Objective
    /// Positions of one bundle at most; the contract takes four.
    public var maximumPositions: Int
    /// How far from the head's price and liquidity a bundle may be mined, where that is proven.
    public var guardWindow: GuardWindow

    public init(
        minimumProfitWei: UInt256, bidShareBps: UInt64, maxBaseFeePerGas: UInt256,
        simulatedCandidates: Int = 3, targetBudget: TargetBudget = .standard,
        rivals: RivalParameters = .none, tips: TipBook? = nil,
        hedge: HedgeCost = .none, objective: Objective = .maxProfit, maximumPositions: Int = 4,
        guardWindow: GuardWindow = .exact
    ) {
        self.minimumProfitWei = minimumProfitWei
        self.bidShareBps = bidShareBps
        self.maxBaseFeePerGas = maxBaseFeePerGas
        self.simulatedCandidates = simulatedCandidates
        self.targetBudget = targetBudget
        self.rivals = rivals
        self.tips = tips
        self.hedge = hedge
        self.objective = objective
        self.maximumPositions = maximumPositions
        self.guardWindow = guardWindow
    }
}

extension StrategyParameters {
    /// The share of the profit after gas that is bid on a pool, in basis points.
    func bidShareBps(pool: Address) -> UInt64 { tips?.shareBps(pool: pool) ?? bidShareBps }
}
