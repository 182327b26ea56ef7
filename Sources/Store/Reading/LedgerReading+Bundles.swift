import Ethereum
internal import GRDB

/// A bundle that did not land, and why.
public struct LostBundle: Hashable, Sendable {
    public var bundleHash: Hash32
    public var targetBlock: UInt64
    public var cause: LostCause
    public var mode: BundleMode
    /// Whether it was made for a signed order.
    public var isForOrder: Bool

    public init(
        bundleHash: Hash32, targetBlock: UInt64, cause: LostCause, mode: BundleMode = .inventory,
        isForOrder: Bool = false
    ) {
        self.isForOrder = isForOrder
        self.mode = mode
        self.bundleHash = bundleHash
        self.targetBlock = targetBlock
        self.cause = cause
    }
}

extension LedgerReading {
    /// The bundle of this hash; nil where none is recorded.
    public func bundle(_ bundleHash: Hash32) throws(LedgerError) -> StoredBundle? {
        try access.read { try BundleRow.find(bundleHash, $0)?.stored }
    }

    /// Bundles whose nonces or positions may be live, oldest first: built, sent, orphaned. A
    /// restart looks for their transactions on the chain before it uses their accounts.
    public func unresolvedBundles() throws(LedgerError) -> [StoredBundle] {
        try stored(where: "state IN ('built', 'sent', 'orphaned')")
    }

    /// Bundles that landed, oldest first.
    public func landedBundles() throws(LedgerError) -> [StoredBundle] {
        try stored(where: "state = 'landed'")
    }

    /// Bundles of a mode, for a signed order or for a pending transaction, in whatever state.
    public func bundleCount(_ mode: BundleMode, forOrders: Bool) throws(LedgerError) -> Int {
        try access.read { database in
            try Int.fetchOne(
                database,
                sql: """
                    SELECT count(*) FROM bundles
                    WHERE mode = ? AND (order_hash IS NOT NULL) = ?
                    """,
                arguments: [mode.rawValue, forOrders]) ?? 0
        }
    }

    /// Bundles that did not land, oldest first.
    public func lostBundles() throws(LedgerError) -> [LostBundle] {
        let bundles = try stored(where: "state = 'lost'")
        return bundles.compactMap { stored in
            guard case .lost(let cause) = stored.state else { return nil }
            return LostBundle(
                bundleHash: stored.bundle.bundleHash, targetBlock: stored.bundle.targetBlock,
                cause: cause, mode: stored.bundle.mode,
                isForOrder: stored.bundle.orderHash != nil)
        }
    }

    /// Every state that a bundle came into, oldest first.
    public func history(of bundleHash: Hash32) throws(LedgerError) -> [BundleState] {
        try access.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT outcomes.* FROM outcomes JOIN bundles ON bundles.id = bundle_id
                    WHERE bundle_hash = ? ORDER BY outcomes.id
                    """,
                arguments: [bundleHash.description]
            ).map(BundleRow.state)
        }
    }

    /// What relays answered for a bundle, oldest first.
    public func submissions(of bundleHash: Hash32) throws(LedgerError) -> [SubmissionRecord] {
        try access.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT bundle_submissions.* FROM bundle_submissions
                    JOIN bundles ON bundles.id = bundle_id
                    WHERE bundle_hash = ? ORDER BY bundle_submissions.id
                    """,
                arguments: [bundleHash.description]
            ).map { row in
                let detail = try row.text("detail")
                let answer: SubmissionRecord.Answer =
                    switch try row.text("answer") {
                    case "accepted": .accepted(detail)
                    case "refused":
                        .refused(code: try row.integer("error_code"), message: detail)
                    case "unreachable": .unreachable(detail: detail)
                    default: throw row.unreadable("answer")
                    }
                return SubmissionRecord(
                    bundleHash: bundleHash, relay: try row.text("relay"),
                    requestedAtUnixMs: try row.integer("requested_at_ms"),
                    answeredAtUnixMs: try row.integer("answered_at_ms"), answer: answer)
            }
        }
    }

    private func stored(where condition: String) throws(LedgerError) -> [StoredBundle] {
        try access.read { database in
            try Row.fetchAll(
                database,
                sql: "SELECT \(BundleRow.columns) FROM bundles WHERE \(condition) ORDER BY id"
            ).map(BundleRow.stored)
        }
    }
}
