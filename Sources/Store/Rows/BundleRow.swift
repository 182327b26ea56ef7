import Ethereum
import Foundation
internal import GRDB

/// A bundle's row: how it is read, and how its state is changed.
enum BundleRow {
    static let columns = """
        id, bundle_hash, target_block, head_hash, opportunity_id, operator_account, open_hash,
        open_nonce, open_raw, target_hash, close_hash, close_nonce, close_raw, tip_wei,
        expected_net_profit_wei, replacement_uuid, built_at_ms, state, lost_cause, lost_facts,
        block_number, block_hash, realised_profit_wei, mode, order_hash
        """

    /// The row of this hash; nil where none is recorded.
    static func find(
        _ bundleHash: Hash32, _ database: Database
    ) throws -> (id: Int64, stored: StoredBundle)? {
        let row = try Row.fetchOne(
            database, sql: "SELECT \(columns) FROM bundles WHERE bundle_hash = ?",
            arguments: [bundleHash.description])
        return try row.map { (try $0.integer("id"), try stored($0)) }
    }

    static func stored(_ row: Row) throws -> StoredBundle {
        StoredBundle(
            bundle: BundleRecord(
                bundleHash: try row.hash("bundle_hash"),
                targetBlock: try row.natural("target_block"),
                headHash: try row.hash("head_hash"),
                opportunityId: try row.optionalInteger("opportunity_id"),
                operatorAccount: try row.address("operator_account"),
                open: OwnTransaction(
                    hash: try row.hash("open_hash"), nonce: try row.natural("open_nonce"),
                    raw: try row.blob("open_raw")),
                targetTransactionHash: try row.hash("target_hash"),
                close: OwnTransaction(
                    hash: try row.hash("close_hash"), nonce: try row.natural("close_nonce"),
                    raw: try row.blob("close_raw")),
                tipWei: try row.unsigned("tip_wei"),
                expectedNetProfitWei: try row.signed("expected_net_profit_wei"),
                replacementUuid: try row.optionalText("replacement_uuid"),
                builtAtUnixMs: try row.integer("built_at_ms"), mode: try mode(row),
                orderHash: try row.optionalHash("order_hash")),
            state: try state(row))
    }

    private static func mode(_ row: Row) throws -> BundleMode {
        guard let mode = BundleMode(rawValue: try row.text("mode")) else {
            throw row.unreadable("mode")
        }
        return mode
    }

    /// The state that a row of `bundles` or `outcomes` holds.
    static func state(_ row: Row) throws -> BundleState {
        let block = try row.optionalBlock(number: "block_number", hash: "block_hash")
        switch (try row.text("state"), block) {
        case ("built", _): return .built
        case ("sent", _): return .sent
        case ("landed", let block?):
            return .landed(block, realisedProfitWei: try row.signed("realised_profit_wei"))
        case ("unwound", let block?): return .unwound(block)
        case ("orphaned", let block): return .orphaned(block)
        case ("lost", _):
            let facts = try JSONDecoder().decode(
                [String: String].self, from: Data(try row.text("lost_facts").utf8))
            guard let cause = LostCause(label: try row.text("lost_cause"), facts: facts) else {
                throw row.unreadable("lost_cause")
            }
            return .lost(cause)
        default: throw row.unreadable("state")
        }
    }

    /// Writes the state into the bundle's row and into its history. `atUnixMs` is nil where the
    /// chain and not a clock decided.
    static func change(
        id: Int64, to state: BundleState, atUnixMs: Int64?, _ database: Database
    ) throws {
        var cause: String?
        var facts: String?
        var profit: Int256?
        switch state {
        case .lost(let lost):
            cause = lost.label
            let encoder = JSONEncoder()
            encoder.outputFormatting = .sortedKeys
            facts = String(decoding: try encoder.encode(lost.facts), as: UTF8.self)
        case .landed(_, let realised): profit = realised
        case .built, .sent, .orphaned, .unwound: break
        }
        let number = try state.block.map {
            try StoredNumber.integer($0.number, field: "block number")
        }
        let values: StatementArguments = [
            state.label, cause, facts, number, state.block?.hash.description, profit?.description,
        ]
        try database.execute(
            sql: """
                UPDATE bundles SET state = ?, lost_cause = ?, lost_facts = ?, block_number = ?,
                    block_hash = ?, realised_profit_wei = ? WHERE id = ?
                """,
            arguments: values + [id])
        try database.execute(
            sql: """
                INSERT INTO outcomes (state, lost_cause, lost_facts, block_number, block_hash,
                    realised_profit_wei, bundle_id, at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: values + [id, atUnixMs])
    }
}
