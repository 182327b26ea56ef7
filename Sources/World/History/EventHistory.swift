import Ethereum
import Foundation
import UniswapV3

/// The events of a real pool from its birth, as a file of comma-separated values lists them.
///
/// Its name says what the columns do not: `<token0>_<token1>_<fee in 1e-6>_….csv`.
public struct EventHistory: Sendable {
    public var token0: String
    public var token1: String
    public var feePips: UInt32
    /// The price at which the pool was initialised.
    public var initialSqrtPriceX96: UInt256
    /// Everything after the initialisation, in order.
    public var events: [Event]

    /// One event, with its place in the file and on mainnet.
    public struct Event: Sendable {
        public var sequence: Int
        /// Mainnet's block.
        public var block: UInt64
        /// Unix seconds.
        public var timestamp: UInt64
        public var action: Action
    }

    /// What an event did to the pool.
    public enum Action: Sendable {
        case mint(RangeLiquidity, amount0: UInt256, amount1: UInt256)
        /// Liquidity 0 only brings fees up to date.
        case burn(RangeLiquidity, amount0: UInt256, amount1: UInt256)
        case swap(Swap)
        /// Something that leaves price and liquidity as they are.
        case other(String)
    }

    /// A swap as it was asked for, and what it did.
    public struct Swap: Sendable {
        public var zeroForOne: Bool
        /// Above 0 what goes in, below 0 what must come out.
        public var amountSpecified: Int256
        public var sqrtPriceLimitX96: UInt256
        public var amount0: Int256
        public var amount1: Int256
        public var sqrtPriceX96After: UInt256
        public var liquidityAfter: UInt128
        public var tickAfter: Int32
    }

    /// What is wrong with a file.
    public enum ReadError: Error, CustomStringConvertible {
        case unreadable(path: String)
        case name(String)
        case column(String)
        case row(line: Int, column: String, value: String)
        case notFromInitialize

        public var description: String {
            switch self {
            case .unreadable(let path):
                "cannot read \(path): no such file, or no permission."
            case .name(let name):
                "\(name): the name must begin with <token0>_<token1>_<fee>_, the fee being one of "
                    + "Uniswap V3's in 1e-6, as in usdc_weth_500_from_init.csv."
            case .column(let name): "the file has no column \(name)."
            case .row(let line, let column, let value):
                "line \(line), column \(column): \"\(value)\" is not a value of that column."
            case .notFromInitialize:
                "the history does not begin with Initialize; only one from the pool's birth can be "
                    + "re-enacted without a state."
            }
        }
    }

    /// Reads a file.
    public init(path: String) throws {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ReadError.unreadable(path: path)
        }
        let name = URL(fileURLWithPath: path).lastPathComponent
        try self.init(name: name, text: String(decoding: data, as: UTF8.self))
    }

    /// Reads the text of a file of this name.
    public init(name: String, text: String) throws {
        let parts = name.split(separator: "_")
        guard parts.count >= 3, let fee = UInt32(parts[2].prefix { $0.isNumber }),
            TickSpacing.of(feePips: fee) != nil
        else { throw ReadError.name(name) }
        token0 = parts[0].lowercased()
        token1 = parts[1].lowercased()
        feePips = fee

        var table = try CommaSeparatedTable(text)
        guard let first = table.next(), try first.text("event") == "Initialize" else {
            throw ReadError.notFromInitialize
        }
        initialSqrtPriceX96 = try first.unsigned("sqrt_price_x96_after")
        events = []
        // A row without a timestamp has that of the next one.
        var lastTimestamp: UInt64 = 0
        while let row = table.next() {
            let event = try Event(row, lastTimestamp: lastTimestamp)
            lastTimestamp = event.timestamp
            events.append(event)
        }
    }
}

extension EventHistory.Event {
    fileprivate init(_ row: CommaSeparatedTable.Row, lastTimestamp: UInt64) throws {
        sequence = try row.integer("seq")
        block = try row.blockNumber("block")
        timestamp = try row.timestamp("timestamp") ?? lastTimestamp
        let event = try row.text("event")
        switch event {
        case "Mint", "Burn":
            let change = try row.signed("liquidity_delta")
            guard let liquidity = change.magnitude.asUInt128 else {
                throw row.error("liquidity_delta")
            }
            let range = RangeLiquidity(
                tickLower: try row.tick("tick_lower"),
                tickUpper: try row.tick("tick_upper"),
                liquidity: liquidity)
            let amounts = (try row.unsigned("amount0"), try row.unsigned("amount1"))
            action =
                event == "Mint"
                ? .mint(range, amount0: amounts.0, amount1: amounts.1)
                : .burn(range, amount0: amounts.0, amount1: amounts.1)
        case "Swap": action = .swap(try EventHistory.Swap(row))
        default: action = .other(event)
        }
    }
}

extension EventHistory.Swap {
    fileprivate init(_ row: CommaSeparatedTable.Row) throws {
        zeroForOne = try row.flag("zero_for_one")
        amount0 = try row.signed("amount0")
        amount1 = try row.signed("amount1")
        sqrtPriceX96After = try row.unsigned("sqrt_price_x96_after")
        guard let liquidity = try row.unsigned("liquidity_after").asUInt128 else {
            throw row.error("liquidity_after")
        }
        liquidityAfter = liquidity
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
    }
}
