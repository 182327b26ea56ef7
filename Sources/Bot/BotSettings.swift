import Ethereum
import Strategy
import UniswapV3
import Wire

/// What an operator sets; the rest the bot asks the chain for.
public struct BotSettings: Sendable {
    /// The node's JSON-RPC over HTTP.
    public var nodeHTTP: Endpoint
    /// The same over WebSocket, for what it pushes.
    public var nodeWebSocket: Endpoint
    /// Where bundles are sent.
    public var relays: [Endpoint]
    /// The contract that holds the inventory.
    public var executor: Address
    /// Pools to serve; the executor's owner must have allowed each.
    public var pools: [PoolKey]
    /// Accounts that sign our transactions; one has one live bundle.
    public var operators: [PrivateKey]
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
    /// Signed orders and the atomic mode; nil for neither.
    public var orders: OrderSettings?
    /// Dust that is kept around the price; nil for none.
    public var grid: GridTerms?

    public init(
        nodeHTTP: Endpoint, nodeWebSocket: Endpoint, relays: [Endpoint], executor: Address,
        pools: [PoolKey], operators: [PrivateKey], relayKey: PrivateKey,
        parameters: StrategyParameters, fairPriceHalfWidthPips: UInt64, simulates: Bool,
        ledgerPath: String, slotSeconds: UInt64, logicalClock: Bool, orders: OrderSettings? = nil,
        grid: GridTerms? = nil
    ) {
        self.orders = orders
        self.grid = grid
        self.nodeHTTP = nodeHTTP
        self.nodeWebSocket = nodeWebSocket
        self.relays = relays
        self.executor = executor
        self.pools = pools
        self.operators = operators
        self.relayKey = relayKey
        self.parameters = parameters
        self.fairPriceHalfWidthPips = fairPriceHalfWidthPips
        self.simulates = simulates
        self.ledgerPath = ledgerPath
        self.slotSeconds = slotSeconds
        self.logicalClock = logicalClock
    }
}
