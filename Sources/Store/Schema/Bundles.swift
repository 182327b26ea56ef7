internal import GRDB

extension LedgerSchema {
    /// Opportunities, bundles, what relays answered, and every state that a bundle came into.
    static func createBundles(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE opportunities (
                    id INTEGER NOT NULL PRIMARY KEY,
                    target_block INTEGER NOT NULL \(ColumnCheck.natural("target_block")),
                    tx_hash TEXT NOT NULL \(ColumnCheck.hash("tx_hash")),
                    pool TEXT \(ColumnCheck.address("pool")),
                    amount_in_raw TEXT \(ColumnCheck.unsigned("amount_in_raw")),
                    outcome TEXT NOT NULL \(ColumnCheck.label("outcome")),
                    reason TEXT NOT NULL,
                    tick_lower INTEGER,
                    tick_upper INTEGER,
                    liquidity TEXT \(ColumnCheck.unsigned("liquidity")),
                    estimated_profit_wei TEXT \(ColumnCheck.signed("estimated_profit_wei")),
                    swapper_gain_raw TEXT \(ColumnCheck.signed("swapper_gain_raw")),
                    seen_at_ms INTEGER NOT NULL,
                    decided_at_ms INTEGER NOT NULL
                ) STRICT;
                CREATE INDEX opportunities_by_block ON opportunities (target_block);
                CREATE INDEX opportunities_by_outcome ON opportunities (outcome);

                CREATE TABLE bundles (
                    id INTEGER NOT NULL PRIMARY KEY,
                    bundle_hash TEXT NOT NULL UNIQUE \(ColumnCheck.hash("bundle_hash")),
                    target_block INTEGER NOT NULL \(ColumnCheck.natural("target_block")),
                    head_hash TEXT NOT NULL \(ColumnCheck.hash("head_hash")),
                    opportunity_id INTEGER REFERENCES opportunities (id),
                    operator_account TEXT NOT NULL \(ColumnCheck.address("operator_account")),
                    open_hash TEXT NOT NULL \(ColumnCheck.hash("open_hash")),
                    open_nonce INTEGER NOT NULL \(ColumnCheck.natural("open_nonce")),
                    open_raw BLOB NOT NULL,
                    target_hash TEXT NOT NULL \(ColumnCheck.hash("target_hash")),
                    close_hash TEXT NOT NULL \(ColumnCheck.hash("close_hash")),
                    close_nonce INTEGER NOT NULL \(ColumnCheck.natural("close_nonce")),
                    close_raw BLOB NOT NULL,
                    tip_wei TEXT NOT NULL \(ColumnCheck.unsigned("tip_wei")),
                    expected_net_profit_wei TEXT NOT NULL
                        \(ColumnCheck.signed("expected_net_profit_wei")),
                    replacement_uuid TEXT,
                    built_at_ms INTEGER NOT NULL,
                    state TEXT NOT NULL CHECK (state IN
                        ('built', 'sent', 'landed', 'lost', 'orphaned', 'unwound')),
                    lost_cause TEXT,
                    lost_facts TEXT,
                    block_number INTEGER,
                    block_hash TEXT \(ColumnCheck.hash("block_hash")),
                    realised_profit_wei TEXT \(ColumnCheck.signed("realised_profit_wei")),
                    CHECK ((state = 'lost') = (lost_cause IS NOT NULL)),
                    CHECK ((state = 'landed') = (realised_profit_wei IS NOT NULL)),
                    CHECK (state NOT IN ('landed', 'unwound') OR block_hash IS NOT NULL),
                    CHECK ((block_number IS NULL) = (block_hash IS NULL))
                ) STRICT;
                CREATE INDEX bundles_by_state ON bundles (state, target_block);
                CREATE INDEX bundles_by_block ON bundles (block_number);

                CREATE TABLE bundle_submissions (
                    id INTEGER NOT NULL PRIMARY KEY,
                    bundle_id INTEGER NOT NULL REFERENCES bundles (id),
                    relay TEXT NOT NULL,
                    requested_at_ms INTEGER NOT NULL,
                    answered_at_ms INTEGER NOT NULL,
                    answer TEXT NOT NULL CHECK (answer IN ('accepted', 'refused', 'unreachable')),
                    error_code INTEGER,
                    detail TEXT NOT NULL
                ) STRICT;
                CREATE INDEX submissions_by_bundle ON bundle_submissions (bundle_id);

                CREATE TABLE outcomes (
                    id INTEGER NOT NULL PRIMARY KEY,
                    bundle_id INTEGER NOT NULL REFERENCES bundles (id),
                    state TEXT NOT NULL \(ColumnCheck.label("state")),
                    lost_cause TEXT,
                    lost_facts TEXT,
                    block_number INTEGER,
                    block_hash TEXT \(ColumnCheck.hash("block_hash")),
                    realised_profit_wei TEXT \(ColumnCheck.signed("realised_profit_wei")),
                    at_ms INTEGER
                ) STRICT;
                CREATE INDEX outcomes_by_bundle ON outcomes (bundle_id);
                """)
    }

    /// A bundle may be made for a signed order, whichever its mode.
    static func addBundleOrder(_ database: Database) throws {
        try database.execute(
            sql: """
                ALTER TABLE bundles ADD COLUMN order_hash TEXT \(ColumnCheck.hash("order_hash"));
                UPDATE bundles SET order_hash = target_hash WHERE mode = 'atomic';
                """)
    }

    /// Bundles of one transaction stand beside those of three.
    static func addBundleMode(_ database: Database) throws {
        try database.execute(
            sql: """
                ALTER TABLE bundles ADD COLUMN mode TEXT NOT NULL DEFAULT 'inventory'
                    CHECK (mode IN ('inventory', 'atomic'));
                """)
    }
}
