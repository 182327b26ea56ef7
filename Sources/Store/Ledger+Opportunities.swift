import Ethereum
internal import GRDB

extension Ledger {
    /// Records one judgement; returns its row for the bundle that may follow.
    @discardableResult
    public func recordOpportunity(_ record: OpportunityRecord) throws(LedgerError) -> Int64 {
        try access.write { try Ledger.insert(record, $0) }
    }

    /// Records a block's judgements with one wait for the disk; returns their rows in order.
    @discardableResult
    public func recordOpportunities(_ records: [OpportunityRecord]) throws(LedgerError) -> [Int64] {
        try access.write { database in try records.map { try Ledger.insert($0, database) } }
    }

    private static func insert(_ record: OpportunityRecord, _ database: Database) throws -> Int64 {
        let label = record.outcomeLabel
        let isLabel = label.utf8.allSatisfy { byte in
            byte == UInt8(ascii: "_") || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        }
        guard isLabel, (1...64).contains(label.utf8.count) else {
            throw LedgerError.malformedLabel(label)
        }
        let plan = record.plan
        try database.execute(
            sql: """
                INSERT INTO opportunities (target_block, tx_hash, pool, amount_in_raw, outcome,
                    reason, tick_lower, tick_upper, liquidity, estimated_profit_wei,
                    swapper_gain_raw, seen_at_ms, decided_at_ms)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                try StoredNumber.integer(record.targetBlock, field: "target block"),
                record.transactionHash.description, record.pool?.description,
                record.amountInRaw?.description, label, record.reason,
                plan?.tickLower, plan?.tickUpper, plan.map { String($0.liquidity) },
                plan?.estimatedProfitWei.description, plan?.swapperGainRaw?.description,
                record.seenAtUnixMs, record.decidedAtUnixMs,
            ])
        return database.lastInsertedRowID
    }
}
