import Ethereum
internal import GRDB

/// How much of what was seen of competitors is kept.
public struct TipRetention: Equatable, Sendable {
    /// Observations of one pool at most; the oldest go first.
    public var perPool: Int
    /// Blocks after which an observation is forgotten, whatever follows.
    public var blocks: UInt64

    public init(perPool: Int, blocks: UInt64) {
        self.perPool = perPool
        self.blocks = blocks
    }

    /// A week of blocks of twelve seconds, and 512 events of a pool: an event's weight halves with
    /// every 34 that follow (`TipBook`), so that of older ones less than 1/30,000 is left.
    public static let standard = TipRetention(perPool: 512, blocks: 50_400)
}

extension Ledger {
    /// Records what was seen, in this order, and drops what is not kept any more. Answers those
    /// that are new: what a source has told already, as after a restart on the same block, is not
    /// told again.
    public func recordTips(
        _ observations: [TipObservation], keeping retention: TipRetention = .standard
    ) throws(LedgerError) -> [TipObservation] {
        guard let newest = observations.map(\.blockNumber).max() else { return [] }
        return try access.write { database in
            var told: [TipKey: Int] = [:]
            let new = try observations.filter { observation in
                let key = TipKey(observation)
                defer { told[key, default: 0] += 1 }
                return try TipRow.insert(
                    observation, ordinal: told[key, default: 0], database)
            }
            let oldest = newest > retention.blocks ? newest - retention.blocks : 0
            try database.execute(
                sql: "DELETE FROM tip_observations WHERE block_number < ?",
                arguments: [try StoredNumber.integer(oldest, field: "block number")])
            for pool in Set(new.map(\.pool)).sorted() {
                try database.execute(
                    sql: """
                        DELETE FROM tip_observations WHERE pool = ? AND id <= (
                            SELECT id FROM tip_observations WHERE pool = ?
                            ORDER BY id DESC LIMIT 1 OFFSET ?)
                        """,
                    arguments: [pool.description, pool.description, retention.perPool])
            }
            return new
        }
    }
}

extension LedgerReading {
    /// What was seen from this block on, in the order in which it was recorded.
    public func tipObservations(
        notBefore blockNumber: UInt64 = 0
    ) throws(LedgerError) -> [TipObservation] {
        try access.read { database in
            try Row.fetchAll(
                database,
                sql: "SELECT * FROM tip_observations WHERE block_number >= ? ORDER BY id",
                arguments: [try StoredNumber.integer(blockNumber, field: "block number")]
            ).map(TipRow.observation)
        }
    }
}

/// What tells observations of one source apart but for their number.
private struct TipKey: Hashable {
    var pool: Address
    var source: Hash32
    var kind: String

    init(_ observation: TipObservation) {
        pool = observation.pool
        source = observation.source
        kind = observation.sight.kind
    }
}
