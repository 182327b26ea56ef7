import Ethereum
import Foundation
import Recordings

/// The events of a real pool from its birth, as a file of comma-separated values lists them.
///
/// Its name says what the columns do not: `<token0>_<token1>_<fee in 1e-6>_….csv`.
public struct EventHistory: Sendable {
    public typealias Event = PoolEvents.Event
    public typealias Action = PoolEvents.Action
    public typealias Swap = PoolEvents.Swap

    public var token0: String
    public var token1: String
    public var feePips: UInt32
    /// The price at which the pool was initialised.
    public var initialSqrtPriceX96: UInt256
    /// Everything after the initialisation, in order.
    public var events: [Event]

    /// What is wrong with a file, besides what is wrong with its rows.
    public enum ReadError: Error, CustomStringConvertible {
        case unreadable(path: String)
        case name(String)
        case notFromInitialize

        public var description: String {
            switch self {
            case .unreadable(let path):
                "cannot read \(path): no such file, or no permission."
            case .name(let name):
                "\(name): the name must begin with <token0>_<token1>_<fee>_, the fee being one of "
                    + "Uniswap V3's in 1e-6, as in usdc_weth_500_from_init.csv."
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
        guard let pool = PoolFileName(name) else { throw ReadError.name(name) }
        token0 = pool.token0
        token1 = pool.token1
        feePips = pool.feePips
        let history = try PoolEvents(CommaSeparatedTable(text))
        guard case .initialize(let price)? = history.events.first?.action else {
            throw ReadError.notFromInitialize
        }
        initialSqrtPriceX96 = price
        events = Array(history.events.dropFirst())
    }
}
