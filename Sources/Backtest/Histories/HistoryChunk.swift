import Recordings
import UniswapV3

/// A stretch of whole blocks of a history: what one shard is made of.
public struct HistoryChunk: Equatable, Sendable {
    /// The first row, from 0, and how many.
    public var firstRow: Int
    public var rows: Int
    public var firstBlock: UInt64
    public var lastBlock: UInt64

    public init(firstRow: Int, rows: Int, firstBlock: UInt64, lastBlock: UInt64) {
        self.firstRow = firstRow
        self.rows = rows
        self.firstBlock = firstBlock
        self.lastBlock = lastBlock
    }
}

/// Where a chunk begins, with the pool there: what a worker needs to begin.
public struct HistoryCheckpoint: Sendable {
    var place: PoolEventReader.Place
    var pool: PoolState
}

extension PoolHistory {
    /// The chunks of at least so many rows each, but for the last. Reads the rows' blocks alone.
    public func chunks(rows most: Int) throws -> [HistoryChunk] {
        var reader = reader
        var chunks: [HistoryChunk] = []
        var current: HistoryChunk?
        var row = 0
        while let block = try reader.skip() {
            defer { row += 1 }
            guard var chunk = current else {
                current = HistoryChunk(firstRow: row, rows: 1, firstBlock: block, lastBlock: block)
                continue
            }
            guard block >= chunk.lastBlock else {
                throw HistoryFault.backwards(line: reader.mark().previousLine, what: "the block")
            }
            if chunk.rows >= most, block != chunk.lastBlock {
                chunks.append(chunk)
                current = HistoryChunk(firstRow: row, rows: 1, firstBlock: block, lastBlock: block)
            } else {
                chunk.rows += 1
                chunk.lastBlock = block
                current = chunk
            }
        }
        if let current { chunks.append(current) }
        return chunks
    }

    /// Performs the history from its begin.
    public func walk() -> HistoryWalk { HistoryWalk(self) }
}

/// A history under way, performed event by event and compared with what it says.
public struct HistoryWalk {
    private var reader: PoolEventReader
    public private(set) var pool: PoolState
    private let beginsWithInitialize: Bool

    init(_ history: PoolHistory) {
        reader = history.reader
        pool = history.start
        beginsWithInitialize = history.beginsWithInitialize
    }

    init(_ history: PoolHistory, at checkpoint: HistoryCheckpoint) {
        self.init(history)
        reader.resume(at: checkpoint.place)
        pool = checkpoint.pool
    }

    /// Rows performed, from the history's begin.
    public var row: Int { reader.mark().rows }

    /// Where the walk stands.
    public func checkpoint() -> HistoryCheckpoint {
        HistoryCheckpoint(place: reader.mark(), pool: pool)
    }

    /// The next event, which is not performed yet; nil after the last.
    mutating func next() throws(TableError) -> PoolEvents.Event? { try reader.next() }

    /// Performs an event; it must come out as recorded.
    mutating func perform(_ event: PoolEvents.Event, row: Int) throws(HistoryFault) {
        do throws(ValueDifference) {
            try PoolReplay.perform(event, on: &pool, isFirst: row == 0 && beginsWithInitialize)
        } catch {
            throw .differs(
                line: event.line, event: event.action.name, difference: "\(error)")
        }
    }

    /// Performs events until so many rows are done, or all. Gives how many are.
    @discardableResult
    public mutating func advance(to row: Int) throws -> Int {
        while self.row < row {
            let current = self.row
            guard let event = try next() else { break }
            try perform(event, row: current)
        }
        return self.row
    }
}
