import Ethereum
import Strategy
import UniswapV3
import Wire

/// Everything that a bot is told before it starts.
public struct BotConfiguration: Sendable {
    /// The node's JSON-RPC over HTTP, and over WebSocket for what it pushes.
    public var nodeHTTP: Endpoint
    public var nodeWebSocket: Endpoint
    /// Where bundles are sent.
    public var relays: [Endpoint]
    public var chainId: UInt64
    public var weth: Address
    public var executor: Address
    /// Pools that the owner has allowed, without their fair price.
    public var pools: [FollowedPool]
    /// Accounts that sign our transactions; one has one live bundle.
    public var operators: [PrivateKey]
    /// Accounts of ours besides the executor and the operators.
    public var ownAccounts: Set<Address>
    /// What signs requests to relays; it owns nothing.
    public var relayKey: PrivateKey
    public var parameters: StrategyParameters
    /// Half of the width of the fair price's band, in hundredths of a basis point.
    public var fairPriceHalfWidthPips: UInt64
    /// Nothing is sent, to no relay.
    public var simulates: Bool
    /// Where the books are kept.
    public var ledgerPath: String
    /// Seconds between blocks, from which the next block's time follows.
    public var slotSeconds: UInt64
    /// The bot tells the devnet of each answer, so that a slot can wait for them.
    public var logicalClock: Bool

    public init(
        nodeHTTP: Endpoint, nodeWebSocket: Endpoint, relays: [Endpoint], chainId: UInt64,
        weth: Address, executor: Address, pools: [FollowedPool], operators: [PrivateKey],
        ownAccounts: Set<Address>, relayKey: PrivateKey, parameters: StrategyParameters,
        fairPriceHalfWidthPips: UInt64, simulates: Bool, ledgerPath: String, slotSeconds: UInt64,
        logicalClock: Bool
    ) {
        self.nodeHTTP = nodeHTTP
        self.nodeWebSocket = nodeWebSocket
        self.relays = relays
        self.chainId = chainId
        self.weth = weth
        self.executor = executor
        self.pools = pools
        self.operators = operators
        self.ownAccounts = ownAccounts
        self.relayKey = relayKey
        self.parameters = parameters
        self.fairPriceHalfWidthPips = fairPriceHalfWidthPips
        self.simulates = simulates
        self.ledgerPath = ledgerPath
        self.slotSeconds = slotSeconds
        self.logicalClock = logicalClock
    }

    /// The executor's, operators' and owner's addresses.
    public var allOwnAccounts: Set<Address> {
        ownAccounts.union(operators.map(\.address)).union([executor])
    }
}
