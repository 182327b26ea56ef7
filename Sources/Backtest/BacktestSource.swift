import Ethereum
import JSON
import Recordings

/// A file of any of the kinds that a backtest reads, told by its content.
public enum BacktestSource: Sendable {
    case history(PoolHistory)
    case block(BlockInput)
    case calls(PoolCallInput)
    case operations(OperationInput)

    /// Why a file is no input.
    public enum ReadError: Error, Equatable, Sendable, CustomStringConvertible {
        case unknown
        case poolState

        public var description: String {
            switch self {
            case .unknown:
                "no input of a backtest: neither a table of a pool's events or of just-in-time "
                    + "operations, nor a recorded block, nor calls of pools in blocks."
            case .poolState:
                "a pool's state is no input of its own: name the history, the state beside it is "
                    + "found."
            }
        }
    }

    /// Reads a file.
    ///
    /// - Parameter neighbour: The bytes of a file beside it by its name; nil where there is none.
    public init(
        name: String, bytes: [UInt8], neighbour: (String) throws -> [UInt8]?
    ) throws {
        let first = bytes.first { ![32, 9, 10, 13].contains($0) }
        switch first {
        case UInt8(ascii: "["):
            // Other arrays are of other things, such as labels.
            let items = try JSON(parsing: bytes, limits: .file).array ?? []
            guard let block = items.first?.asObject, PoolCallFile.recognises(block) else {
                throw ReadError.unknown
            }
            self = .calls(try PoolCallInput(name: name, bytes: bytes, neighbour: neighbour))
        case UInt8(ascii: "{"):
            // What a block's file has and no other.
            let object = try JSON(parsing: bytes, limits: .file).asObject ?? JSONObject()
            if PoolSnapshot.recognises(object) { throw ReadError.poolState }
            guard object.has("header", "transactions", "pre") else { throw ReadError.unknown }
            self = .block(try BlockInput(name: name, bytes: bytes))
        default:
            let line = bytes.prefix(4096).prefix { $0 != 10 && $0 != 13 }
            let header = String(decoding: line, as: UTF8.self)
            if OperationInput.recognises(header: header) {
                self = .operations(try OperationInput(name: name, bytes: bytes))
                return
            }
            guard header.split(separator: ",").contains("event") || first == nil else {
                throw ReadError.unknown
            }
            let state = try Self.stateNames(of: name).lazy.compactMap(neighbour).first
            self = .history(try PoolHistory(name: name, bytes: bytes, state: state))
        }
    }

    /// Names under which a history's state before it may lie.
    private static func stateNames(of name: String) -> [String] {
        let parts = name.split(separator: "_").prefix(3)
        guard parts.count == 3, PoolFileName(name) != nil else { return [] }
        let fee = parts[2].prefix { $0.isNumber }
        let pool = "\(parts[0])_\(parts[1])_\(fee)_state_before.json"
        return [pool, pool + ".gz"]
    }

    /// What tells it from other inputs.
    public var input: BacktestInput {
        switch self {
        case .history(let history): history.input
        case .block(let block): block.input
        case .calls(let calls): calls.input
        case .operations(let operations): operations.input
        }
    }

    /// The one shard of an input that is no history; a history is worked off in chunks by
    /// `HistoryWorker`, and is one here.
    public func work(settings: BacktestSettings, span: BlockSpan?) throws -> Shard {
        switch self {
        case .block(let block): return try block.work(settings: settings, span: span)
        case .calls(let calls): return calls.work(settings: settings, span: span)
        case .operations(let operations): return operations.work(settings: settings, span: span)
        case .history(let history):
            let chunks = try history.chunks(rows: .max)
            guard let chunk = chunks.first else { throw TableError.noRows }
            var worker = HistoryWorker(
                history, chunk, from: history.walk().checkpoint(), settings: settings, span: span)
            return try worker.run()
        }
    }
}
