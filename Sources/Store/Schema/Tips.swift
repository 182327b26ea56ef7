internal import GRDB

extension LedgerSchema {
    /// What was seen of competitors and of own bids, in the order in which it was learnt. A source
    /// tells a thing once: the transaction or the bundle, with a number where it tells several.
    static func createTips(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE tip_observations (
                    id INTEGER NOT NULL PRIMARY KEY,
                    pool TEXT NOT NULL \(ColumnCheck.address("pool")),
                    block_number INTEGER NOT NULL \(ColumnCheck.natural("block_number")),
                    source TEXT NOT NULL \(ColumnCheck.hash("source")),
                    ordinal INTEGER NOT NULL \(ColumnCheck.natural("ordinal")),
                    kind TEXT NOT NULL CHECK (kind IN
                        ('rival_landed', 'unopposed', 'won', 'lost')),
                    gross_wei TEXT \(ColumnCheck.unsigned("gross_wei")),
                    tip_wei TEXT \(ColumnCheck.unsigned("tip_wei")),
                    deposit0_raw TEXT \(ColumnCheck.unsigned("deposit0_raw")),
                    deposit1_raw TEXT \(ColumnCheck.unsigned("deposit1_raw")),
                    share_bps INTEGER CHECK (share_bps BETWEEN 0 AND 10000),
                    CHECK ((kind = 'rival_landed') = (gross_wei IS NOT NULL)),
                    CHECK ((gross_wei IS NULL) = (tip_wei IS NULL)),
                    CHECK ((gross_wei IS NULL) = (deposit0_raw IS NULL)),
                    CHECK ((gross_wei IS NULL) = (deposit1_raw IS NULL)),
                    CHECK ((kind IN ('won', 'lost')) = (share_bps IS NOT NULL))
                ) STRICT;
                CREATE UNIQUE INDEX tip_observations_once
                    ON tip_observations (pool, source, kind, ordinal);
                CREATE INDEX tip_observations_by_pool ON tip_observations (pool, id);
                CREATE INDEX tip_observations_by_block ON tip_observations (block_number);
                """)
    }
}
