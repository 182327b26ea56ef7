import Ethereum
internal import GRDB

/// The rows of `tip_observations`.
enum TipRow {
    /// Inserts an observation; false where its source has told it already.
    static func insert(
        _ observation: TipObservation, ordinal: Int, _ database: Database
    ) throws -> Bool {
        var amounts: [UInt256?] = [nil, nil, nil, nil]
        var share: Int64?
        switch observation.sight {
        case .rivalLanded(let gross, let tip, let deposit0, let deposit1):
            amounts = [gross, tip, deposit0, deposit1]
        case .unopposed: break
        case .won(let bps), .lost(let bps):
            share = try StoredNumber.integer(bps, field: "share")
        }
        try database.execute(
            sql: """
                INSERT INTO tip_observations (pool, block_number, source, ordinal, kind,
                    gross_wei, tip_wei, deposit0_raw, deposit1_raw, share_bps)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (pool, source, kind, ordinal) DO NOTHING
                """,
            arguments: [
                observation.pool.description,
                try StoredNumber.integer(observation.blockNumber, field: "block number"),
                observation.source.description, ordinal, observation.sight.kind,
                amounts[0]?.description, amounts[1]?.description, amounts[2]?.description,
                amounts[3]?.description, share,
            ])
        return database.changesCount > 0
    }

    static func observation(_ row: Row) throws -> TipObservation {
        let sight: TipObservation.Sight
        switch try row.text("kind") {
        case "rival_landed":
            sight = .rivalLanded(
                grossWei: try row.unsigned("gross_wei"), tipWei: try row.unsigned("tip_wei"),
                deposit0Raw: try row.unsigned("deposit0_raw"),
                deposit1Raw: try row.unsigned("deposit1_raw"))
        case "unopposed": sight = .unopposed
        case "won": sight = .won(shareBps: try row.natural("share_bps"))
        case "lost": sight = .lost(shareBps: try row.natural("share_bps"))
        default: throw row.unreadable("kind")
        }
        return TipObservation(
            pool: try row.address("pool"), blockNumber: try row.natural("block_number"),
            source: try row.hash("source"), sight: sight)
    }
}

extension TipObservation.Sight {
    /// The text of the column `kind`.
    var kind: String {
        switch self {
        case .rivalLanded: "rival_landed"
        case .unopposed: "unopposed"
        case .won: "won"
        case .lost: "lost"
        }
    }
}
