import Ethereum
import JSON

/// The fields of a legacy transaction, a key, and the transaction without and with its signature
/// (ethereum/tests, BasicTests/txtest). The signature is made with another nonce than ours, so that
/// its signer is compared, and not its bytes.
enum SignedTransactionVectors: ConformanceKind {
    static let name = "signed transaction vector"

    static func recognises(_ content: VectorContent) -> Bool {
        guard case .json(let object) = content else { return false }
        return object.has("key", "unsigned", "signed", "gasprice", "startgas")
    }

    static func judge(_ cases: [VectorCase], into report: inout FileReport) {
        for vector in cases {
            let verdict = Verdict { () throws(Difference) in try check(vector.object) }
            report.record(verdict, kind: name, case: vector.name)
        }
    }

    private static func check(_ vector: JSONObject) throws(Difference) {
        let transaction: Transaction
        let (signedBytes, unsignedBytes, keyBytes): ([UInt8], [UInt8], [UInt8])
        do throws(FieldError) {
            let price = try vector.word("gasprice")
            transaction = Transaction(
                type: .legacy, chainId: nil, nonce: try vector.uint64("nonce"),
                maxFeePerGas: price, maxPriorityFeePerGas: price,
                gasLimit: try vector.uint64("startgas"),
                to: vector["to"]?.string == "" ? nil : try vector.address("to"),
                value: try vector.word("value"), data: try vector.bytes("data"))
            signedBytes = try vector.bytes("signed")
            unsignedBytes = try vector.bytes("unsigned")
            keyBytes = try vector.bytes("key")
        } catch { throw Difference(error) }
        let signed: SignedTransaction
        do throws(TransactionDecodingError) {
            signed = try SignedTransaction(decoding: signedBytes)
        } catch { throw Difference("decoding", expected: "a transaction", actual: "\(error)") }
        guard signed.transaction == transaction else {
            throw Difference(
                "transaction", expected: "\(transaction)", actual: "\(signed.transaction)")
        }
        try requireEqual("encoding", Hex.prefixed(signedBytes), Hex.prefixed(signed.encoded))
        // Without a signature the vectors have three empty fields in its place.
        let found = Result { () throws(RLPDecodingError) in
            try RLPItem(decoding: transaction.signingPreimage)
        }
        guard case .success(.list(let fields)) = found else {
            throw Difference("fields", expected: "a list", actual: "\(found)")
        }
        let unsigned = RLPItem.list(fields + Array(repeating: .bytes([]), count: 3)).encoded
        try requireEqual("unsigned", Hex.prefixed(unsignedBytes), Hex.prefixed(unsigned))
        // The vectors are older than the bound on s.
        let signer = try? signed.sender(fork: .frontier)
        guard let key = PrivateKey(bytes: keyBytes), key.address == signer else {
            throw Difference(
                "sender", expected: "that of the key", actual: signer.map { "\($0)" } ?? "none")
        }
    }
}
