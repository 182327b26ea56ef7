import Ethereum
import JSON

/// A block's complete traces, as OpenEthereum's `trace_block` writes them, with receipts where
/// there are any.
package struct TraceFile: Sendable {
    package var block: UInt64
    package var miner: Address
    package var baseFeePerGas: UInt256
    private var calls: [Hash32: [Call]] = [:]
    private var receipts: [Hash32: Receipt] = [:]

    /// A call or a self-destruction.
    private struct Call: Sendable {
        var address: [UInt64]
        var from: Address?
        var to: Address?
        /// Wei that went along; 0 where the call's kind moves none.
        var value: UInt256
        var failed: Bool
    }

    private struct Receipt: Sendable {
        var gasUsed: UInt64
        var effectiveGasPrice: UInt256
    }

    /// Whether an object is such a block.
    package static func recognises(_ object: JSONObject) -> Bool {
        object.has("block_number", "miner", "traces")
    }

    /// Reads a JSON text. What is malformed is told by its path in it.
    package init(_ bytes: [UInt8]) throws {
        guard let object = try JSON(parsing: bytes, limits: .file).asObject else {
            throw FieldError(field: "(the file)", expected: "a block's traces", found: "another")
        }
        block = try object.uint64("block_number")
        miner = try object.address("miner")
        baseFeePerGas = try object.optional("base_fee_per_gas") ?? .zero
        let entries = try FieldPath.each("traces", of: object) {
            (item) throws(FieldError) in try Self.call(item)
        }
        for case let (hash, call)? in entries { calls[hash, default: []].append(call) }
        guard let listed = object["receipts"], listed != .null else { return }
        let pairs = try FieldPath.each("receipts", of: object) {
            (item) throws(FieldError) in
            (
                try item.hash("transaction_hash"),
                Receipt(
                    gasUsed: try item.uint64("gas_used"),
                    effectiveGasPrice: try item.word("effective_gas_price"))
            )
        }
        for (hash, receipt) in pairs { receipts[hash] = receipt }
    }

    /// Nil for what is no part of a transaction: the block's reward.
    private static func call(_ object: JSONObject) throws(FieldError) -> (Hash32, Call)? {
        let type = try object.string("type")
        guard type != "reward" else { return nil }
        let action = try object.object("action")
        var address: [UInt64] = []
        for item in try object.array("trace_address") {
            guard let step = item.looseQuantity?.asUInt64 else {
                throw FieldError(field: "trace_address", expected: "numbers", found: item.excerpt)
            }
            address.append(step)
        }
        let error = object["error"] ?? .null
        var call = Call(address: address, value: .zero, failed: error != .null)
        if type == "suicide" || type == "selfdestruct" {
            call.to = try action.address("refundAddress")
            call.value = try action.word("balance")
        } else {
            call.from = try action.address("from")
            call.to = action["to"]?.address
            // A delegated call only repeats its caller's value.
            let kind = action["callType"]?.string ?? "call"
            if kind == "call" { call.value = try action.optional("value") ?? .zero }
        }
        return (try object.hash("transaction_hash"), call)
    }

    /// Whether the call failed, or one that it was made within; false where it is not traced.
    func isReverted(_ call: PoolCallFile.Call) -> Bool {
        (calls[call.transaction] ?? []).contains {
            $0.failed && call.traceAddress.starts(with: $0.address)
        }
    }

    /// What the transactions paid to the block's builder: wei sent to its address, and the gas
    /// price above the base fee where receipts say how much gas it was.
    package func tipWei(of transactions: [Hash32]) -> UInt256 {
        var tip = UInt256.zero
        for hash in transactions {
            let traced = calls[hash] ?? []
            for call in traced where call.to == miner {
                let failed = traced.contains { $0.failed && call.address.starts(with: $0.address) }
                if !failed { tip = tip &+ call.value }
            }
            if let receipt = receipts[hash] {
                let priority =
                    receipt.effectiveGasPrice.subtractingChecked(baseFeePerGas) ?? .zero
                tip = tip &+ priority &* UInt256(receipt.gasUsed)
            }
        }
        return tip
    }

    /// The contracts that a pool called, among which its tokens are; ascending.
    package func callees(of pool: Address, in transactions: [Hash32]) -> [Address] {
        var found: Set<Address> = []
        for hash in transactions {
            for call in calls[hash] ?? [] where call.from == pool {
                if let to = call.to { found.insert(to) }
            }
        }
        return found.sorted()
    }
}
