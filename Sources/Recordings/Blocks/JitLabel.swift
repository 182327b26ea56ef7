import Ethereum
import JSON

/// An attack as somebody else has labelled it.
package struct JitLabel: Sendable {
    package var block: UInt64
    package var mintTransaction: Hash32
    private let object: JSONObject

    /// Whether an object is such a label.
    package static func recognises(_ object: JSONObject) -> Bool {
        object.has("block", "pool", "mint_tx", "burn_tx", "swap_txs")
    }

    /// Reads a label.
    package init(_ object: JSONObject) throws(FieldError) {
        block = try object.uint64("block")
        mintTransaction = try object.hash("mint_tx")
        self.object = object
    }

    /// The first thing in which a finding differs from the label; nil for none.
    package func difference(
        from finding: JitFinding
    ) throws(FieldError) -> (what: String, expected: String, actual: String)? {
        let attack = finding.attack
        var swaps: [String] = []
        for swap in try object.objects("swap_txs") {
            swaps.append(try swap.hash("hash").description)
        }
        let pairs: [(String, String, String)] = [
            ("pool", try object.address("pool").description, attack.pool.description),
            ("burn_tx", try object.hash("burn_tx").description, attack.burnTransaction.description),
            (
                "swap_txs", swaps.joined(separator: " "),
                attack.swapTransactions.map(\.description).joined(separator: " ")
            ),
            ("tickLower", try object.integer("tickLower").description, "\(attack.range.tickLower)"),
            ("tickUpper", try object.integer("tickUpper").description, "\(attack.range.tickUpper)"),
            ("liquidity", try object.word("liquidity").description, "\(attack.range.liquidity)"),
            (
                "fees0", try object.word("fees0").description,
                attack.fees?.amount0.description ?? "unknown"
            ),
            (
                "fees1", try object.word("fees1").description,
                attack.fees?.amount1.description ?? "unknown"
            ),
        ]
        for (what, expected, actual) in pairs where expected != actual {
            return (what, expected, actual)
        }
        return nil
    }
}
