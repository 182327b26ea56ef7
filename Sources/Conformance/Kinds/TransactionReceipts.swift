import Chain
import Ethereum
import JSON

/// The signed transactions of a whole real block with what their receipts say. Their state is not
/// recorded: what can be judged are the bytes, the hash, the sender, that the gas used fits the
/// limit and adds up, and the receipt's encoding.
enum TransactionReceipts: ConformanceKind {
    static let name = "transaction with receipt"

    static func recognises(_ content: VectorContent) -> Bool {
        guard case .json(let object) = content else { return false }
        return object.has("raw", "status", "gasUsed", "cumulativeGasUsed", "logs")
    }

    static func judge(_ cases: [VectorCase], into report: inout FileReport) {
        var gasBefore: UInt64 = 0
        for item in cases {
            let verdict = Verdict { () throws(Difference) in
                try check(item.object, gasBefore: &gasBefore)
            }
            report.record(verdict, kind: name, case: item.name)
        }
    }

    private static func check(
        _ fields: JSONObject, gasBefore: inout UInt64
    ) throws(Difference) {
        let raw = try read { () throws(FieldError) in try fields.bytes("raw") }
        let signed = try RawTransactions.decode(raw)
        let hash = try read { () throws(FieldError) in try fields.hash("hash") }
        try requireEqual("hash", hash, signed.hash)
        let (index, gasUsed, cumulative) = try read { () throws(FieldError) in
            (
                try fields.uint64("index"), try fields.uint64("gasUsed"),
                try fields.uint64("cumulativeGasUsed")
            )
        }
        if index == 0 { gasBefore = 0 }
        try requireEqual("cumulative gas", cumulative, gasBefore &+ gasUsed)
        gasBefore = cumulative
        let limit = signed.transaction.gasLimit
        guard gasUsed <= limit, gasUsed >= IntrinsicGasCost.transaction else {
            throw Difference(
                "gas used", expected: "\(IntrinsicGasCost.transaction)...\(limit)",
                actual: "\(gasUsed)")
        }
        try checkReceipt(fields, signed.transaction.type, cumulative)
        do throws(SignatureError) { _ = try signed.sender() } catch {
            throw Difference("sender", expected: "a signer", actual: "\(error)")
        }
    }

    private static func checkReceipt(
        _ fields: JSONObject, _ type: TransactionType, _ cumulative: UInt64
    ) throws(Difference) {
        let receipt = try read { () throws(FieldError) in
            var logs: [Log] = []
            for log in try fields.objects("logs") { logs.append(try Log(recorded: log)) }
            return Receipt(
                type: type, outcome: .status(succeeded: try fields.uint64("status") == 1),
                cumulativeGasUsed: cumulative, logs: logs)
        }
        let decoded: Receipt
        do throws(RLPDecodingError) { decoded = try Receipt(decoding: receipt.encoded) } catch {
            throw Difference("receipt", expected: "to be read again", actual: "\(error)")
        }
        guard decoded == receipt else {
            throw Difference("receipt", expected: "\(receipt)", actual: "\(decoded)")
        }
    }

    private static func read<Value>(
        _ field: () throws(FieldError) -> Value
    ) throws(Difference) -> Value {
        do throws(FieldError) { return try field() } catch { throw Difference(error) }
    }
}
