import Ethereum
import Foundation
internal import GRDB

extension Ledger {
    /// Records a signed bundle as `built`. It is on disk when this returns. The
    /// same record again changes nothing; the same hash with other fields throws
    /// `bundleRecordedDifferently`.
    public func recordBundle(_ record: BundleRecord) throws(LedgerError) {
        try access.write { database in
            if let known = try BundleRow.find(record.bundleHash, database) {
                guard known.stored.bundle == record else {
                    throw LedgerError.bundleRecordedDifferently(record.bundleHash)
                }
                return
            }
            try Ledger.insert(record, database)
        }
    }

    /// Records a relay's answer. A bundle that was `built` is now `sent`, whatever the answer: an
    /// unreachable relay may have taken it. Throws `unknownBundle`.
    public func recordSubmission(_ record: SubmissionRecord) throws(LedgerError) {
        try access.write { database in
            guard let known = try BundleRow.find(record.bundleHash, database) else {
                throw LedgerError.unknownBundle(record.bundleHash)
            }
            let (answer, code, detail): (String, Int64?, String) =
                switch record.answer {
                case .accepted(let result): ("accepted", nil, result)
                case .refused(let code, let message): ("refused", code, message)
                case .unreachable(let detail): ("unreachable", nil, detail)
                }
            try database.execute(
                sql: """
                    INSERT INTO bundle_submissions (bundle_id, relay, requested_at_ms,
                        answered_at_ms, answer, error_code, detail) VALUES (?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    known.id, record.relay, record.requestedAtUnixMs, record.answeredAtUnixMs,
                    answer, code, detail,
                ])
            if known.stored.state == .built {
                try BundleRow.change(
                    id: known.id, to: .sent, atUnixMs: record.requestedAtUnixMs, database)
            }
        }
    }

    /// Brings a bundle into a state. The state that it has already changes nothing. Throws
    /// `unknownBundle`, `illegalTransition` for a change that cannot happen (`BundleState`), and
    /// `blockReplaced` for a block whose number is booked with another hash.
    /// - Parameter atUnixMs: milliseconds since 1970 by the caller's clock.
    public func resolve(
        bundle bundleHash: Hash32, as state: BundleState, atUnixMs: Int64
    ) throws(LedgerError) {
        try access.write { database in
            guard let known = try BundleRow.find(bundleHash, database) else {
                throw LedgerError.unknownBundle(bundleHash)
            }
            let present = known.stored.state
            guard present != state else { return }
            guard present.mayBecome(state) else {
                throw LedgerError.illegalTransition(
                    bundle: bundleHash, from: present.label, to: state.label)
            }
            try Ledger.refuseOrphanedBlock(of: state, database)
            try BundleRow.change(id: known.id, to: state, atUnixMs: atUnixMs, database)
        }
    }

    /// A bundle cannot have landed in a block whose number the books give to another.
    private static func refuseOrphanedBlock(of state: BundleState, _ database: Database) throws {
        guard state != .orphaned(state.block), let block = state.block else { return }
        let number = try StoredNumber.integer(block.number, field: "block number")
        guard let row = try BlockRow.find(number: number, database) else { return }
        let booked = try BlockRow.reference(row)
        guard booked == block else {
            throw LedgerError.blockReplaced(booked: booked, given: block)
        }
    }

    private static func insert(_ record: BundleRecord, _ database: Database) throws {
        try database.execute(
            sql: """
                INSERT INTO bundles (bundle_hash, target_block, head_hash, opportunity_id,
                    operator_account, open_hash, open_nonce, open_raw, target_hash, close_hash,
                    close_nonce, close_raw, tip_wei, expected_net_profit_wei, replacement_uuid,
                    built_at_ms, mode, order_hash, state)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'built')
                """,
            arguments: [
                record.bundleHash.description,
                try StoredNumber.integer(record.targetBlock, field: "target block"),
                record.headHash.description, record.opportunityId,
                record.operatorAccount.description,
                record.open.hash.description,
                try StoredNumber.integer(record.open.nonce, field: "nonce"),
                Data(record.open.raw),
                record.targetTransactionHash.description,
                record.close.hash.description,
                try StoredNumber.integer(record.close.nonce, field: "nonce"),
                Data(record.close.raw),
                record.tipWei.description, record.expectedNetProfitWei.description,
                record.replacementUuid, record.builtAtUnixMs,
                record.mode.rawValue, record.orderHash?.description,
            ])
        try BundleRow.change(
            id: database.lastInsertedRowID, to: .built, atUnixMs: record.builtAtUnixMs, database)
    }
}
