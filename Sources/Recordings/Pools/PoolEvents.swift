import Ethereum
import UniswapV3

/// The events of a real pool, as a file of comma-separated values lists them, each swap with what
/// it asked for.
public struct PoolEvents: Sendable {
    /// All of them, in order.
    public var events: [Event]

    /// One event, with its place in the file and on mainnet.
    public struct Event: Equatable, Sendable {
        /// The line in the file, from 1.
        public var line: Int
        public var sequence: Int
        /// Mainnet's block.
        public var block: UInt64
        /// Unix seconds.
        public var timestamp: UInt64
        public var action: Action
        /// What the file says of the pool right after the event.
        public var after: After
    }

    /// The pool after an event, as far as a row tells.
    public struct After: Equatable, Sendable {
        public var sqrtPriceX96: UInt256?
        public var liquidity: UInt128?
        public var tick: Tick?

        /// Whether the row says nothing.
        public var isEmpty: Bool { sqrtPriceX96 == nil && liquidity == nil && tick == nil }
    }

    /// What an event did to the pool.
    public enum Action: Equatable, Sendable {
        case initialize(sqrtPriceX96: UInt256)
        case mint(RangeLiquidity, amount0: UInt256, amount1: UInt256)
        /// Liquidity 0 only brings fees up to date.
        case burn(RangeLiquidity, amount0: UInt256, amount1: UInt256)
        case swap(Swap)
        /// Something that leaves price and liquidity as they are.
        case other(String)

        /// The event's name.
        public var name: String {
            switch self {
            case .initialize: "Initialize"
            case .mint: "Mint"
            case .burn: "Burn"
            case .swap: "Swap"
            case .other(let name): name
            }
        }
    }

    /// A swap as it was asked for, and what it did.
    public struct Swap: Equatable, Sendable {
        public var zeroForOne: Bool
        /// Above 0 what goes in, below 0 what must come out.
        public var amountSpecified: Int256
        public var sqrtPriceLimitX96: UInt256
        public var amount0: Int256
        public var amount1: Int256
        public var sqrtPriceX96After: UInt256
        public var liquidityAfter: UInt128
        public var tickAfter: Int32

        public init(
            zeroForOne: Bool, amountSpecified: Int256, sqrtPriceLimitX96: UInt256,
            amount0: Int256, amount1: Int256, sqrtPriceX96After: UInt256, liquidityAfter: UInt128,
            tickAfter: Int32
        ) {
            self.zeroForOne = zeroForOne
            self.amountSpecified = amountSpecified
            self.sqrtPriceLimitX96 = sqrtPriceLimitX96
            self.amount0 = amount0
            self.amount1 = amount1
            self.sqrtPriceX96After = sqrtPriceX96After
            self.liquidityAfter = liquidityAfter
            self.tickAfter = tickAfter
        }
    }

    /// Events that change neither price nor liquidity.
    static let inert: Set<String> = [
        "Collect", "CollectProtocol", "Flash", "SetFeeProtocol",
        "IncreaseObservationCardinalityNext",
    ]

    /// Reads a table; a row that cannot be read is an error, and so is a table without rows.
    package init(_ table: CommaSeparatedTable) throws(TableError) {
        var table = table
        events = []
        // A row without a timestamp has that of the one before.
        var lastTimestamp: UInt64 = 0
        while let row = try table.next() {
            let event = try Event(row, lastTimestamp: lastTimestamp)
            lastTimestamp = event.timestamp
            events.append(event)
        }
        guard !events.isEmpty else { throw .noRows }
    }
}

extension PoolEvents.Event {
    init(
        _ row: CommaSeparatedTable.Row, lastTimestamp: UInt64
    ) throws(TableError) {
        line = row.line
        sequence = try row.integer("seq")
        block = try row.blockNumber("block")
        timestamp = try row.timestamp("timestamp") ?? lastTimestamp
        after = try PoolEvents.After(row)
        let event = try row.text("event")
        switch event {
        case "Initialize":
            action = .initialize(sqrtPriceX96: try row.unsigned("sqrt_price_x96_after"))
        case "Mint", "Burn": action = try Self.liquidityChange(row, isMint: event == "Mint")
        case "Swap": action = .swap(try PoolEvents.Swap(row))
        case _ where PoolEvents.inert.contains(event): action = .other(event)
        default: throw row.error("event", expected: "an event of a pool")
        }
    }

    private static func liquidityChange(
        _ row: CommaSeparatedTable.Row, isMint: Bool
    ) throws(TableError) -> PoolEvents.Action {
        let change = try row.signed("liquidity_delta")
        guard let liquidity = change.magnitude.asUInt128, change.isNegative != isMint || change == 0
        else {
            throw row.error(
                "liquidity_delta", expected: isMint ? "liquidity to add" : "liquidity to take away")
        }
        let range = RangeLiquidity(
            tickLower: try row.tick("tick_lower"), tickUpper: try row.tick("tick_upper"),
            liquidity: liquidity)
        let amounts = (try row.unsigned("amount0"), try row.unsigned("amount1"))
        return isMint
            ? .mint(range, amount0: amounts.0, amount1: amounts.1)
            : .burn(range, amount0: amounts.0, amount1: amounts.1)
    }
}

extension PoolEvents.After {
    fileprivate init(_ row: CommaSeparatedTable.Row) throws(TableError) {
        if row.has("sqrt_price_x96_after") {
            sqrtPriceX96 = try row.unsigned("sqrt_price_x96_after")
        }
        if row.has("liquidity_after") { liquidity = try row.unsigned128("liquidity_after") }
        if row.has("tick_after") { tick = try row.tick("tick_after") }
    }
}

extension PoolEvents.Swap {
    fileprivate init(_ row: CommaSeparatedTable.Row) throws(TableError) {
        zeroForOne = try row.flag("zero_for_one")
        amount0 = try row.signed("amount0")
        amount1 = try row.signed("amount1")
        sqrtPriceX96After = try row.unsigned("sqrt_price_x96_after")
        liquidityAfter = try row.unsigned128("liquidity_after")
        tickAfter = try row.tick("tick_after")
        sqrtPriceLimitX96 = try row.unsigned("sqrt_price_limit_x96")
        if try row.text("amount_specified").isEmpty {
            // The swap ran into its price limit: it asked for more than it got. With exactly what
            // went in it would stop just before the limit.
            let amountIn = zeroForOne ? amount0 : amount1
            amountSpecified = amountIn &+ amountIn &+ 1
        } else {
            amountSpecified = try row.signed("amount_specified")
        }
        try checkMode(row)
    }

    /// That the mode, where the row has one, agrees with the amount.
    private func checkMode(_ row: CommaSeparatedTable.Row) throws(TableError) {
        guard row.has("mode") else { return }
        let agrees: Bool
        switch try row.text("mode") {
        case "exactIn": agrees = row.has("amount_specified") && !amountSpecified.isNegative
        case "exactOut": agrees = row.has("amount_specified") && amountSpecified.isNegative
        case "inLimit": agrees = true
        default: throw row.error("mode", expected: "exactIn, exactOut or inLimit")
        }
        guard agrees else {
            throw row.error("amount_specified", expected: "an amount of that mode")
        }
    }
}
