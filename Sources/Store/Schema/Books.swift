internal import GRDB

extension LedgerSchema {
    /// Blocks, entries, reconciled balances and the ledger's own facts.
    ///
    /// An entry carries its holding's balance after it, like a line of a bank statement: the
    /// balance is the newest line, a rollback removes lines, and `verifyBooks` compares both ways
    /// of adding.
    static func createBooks(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE meta (
                    key TEXT NOT NULL PRIMARY KEY,
                    value TEXT NOT NULL
                ) STRICT;

                CREATE TABLE blocks (
                    number INTEGER NOT NULL PRIMARY KEY \(ColumnCheck.natural("number")),
                    hash TEXT NOT NULL UNIQUE \(ColumnCheck.hash("hash")),
                    parent_hash TEXT NOT NULL \(ColumnCheck.hash("parent_hash")),
                    timestamp_s INTEGER NOT NULL \(ColumnCheck.natural("timestamp_s")),
                    reconciled_holdings INTEGER,
                    differences INTEGER
                ) STRICT;

                CREATE TABLE entries (
                    id INTEGER NOT NULL PRIMARY KEY,
                    account TEXT NOT NULL \(ColumnCheck.address("account")),
                    token TEXT NOT NULL \(ColumnCheck.token("token")),
                    kind TEXT NOT NULL \(ColumnCheck.label("kind")),
                    delta_raw TEXT NOT NULL \(ColumnCheck.signed("delta_raw")),
                    balance_after_raw TEXT NOT NULL \(ColumnCheck.signed("balance_after_raw")),
                    block_number INTEGER NOT NULL REFERENCES blocks (number),
                    block_hash TEXT NOT NULL \(ColumnCheck.hash("block_hash")),
                    tx_hash TEXT \(ColumnCheck.hash("tx_hash"))
                ) STRICT;
                CREATE UNIQUE INDEX entries_once
                    ON entries (coalesce(tx_hash, block_hash), account, token, kind);
                CREATE INDEX entries_by_holding ON entries (account, token, id);
                CREATE INDEX entries_by_block ON entries (block_number);

                CREATE TABLE balances (
                    block_number INTEGER NOT NULL REFERENCES blocks (number),
                    account TEXT NOT NULL \(ColumnCheck.address("account")),
                    token TEXT NOT NULL \(ColumnCheck.token("token")),
                    booked_raw TEXT NOT NULL \(ColumnCheck.signed("booked_raw")),
                    on_chain_raw TEXT NOT NULL \(ColumnCheck.unsigned("on_chain_raw")),
                    difference_raw TEXT \(ColumnCheck.signed("difference_raw")),
                    PRIMARY KEY (account, token, block_number)
                ) STRICT, WITHOUT ROWID;
                CREATE INDEX balances_by_block ON balances (block_number);
                """)
    }
}
