import Ethereum
import JSON

/// A key, bytes and what they decrypt to (ethereum/tests, BasicTests/crypto). The peers' protocol,
/// for which there are others, is not spoken here.
enum DecryptionVectors: ConformanceKind {
    static let name = "decryption vector"

    static func recognises(_ content: VectorContent) -> Bool {
        guard case .json(let object) = content else { return false }
        return object["decryption_type"]?.string == "aes_ctr"
    }

    static func judge(_ cases: [VectorCase], into report: inout FileReport) {
        for vector in cases {
            let verdict = Verdict { () throws(Difference) in try check(vector.object) }
            report.record(verdict, kind: name, case: vector.name)
        }
    }

    private static func check(_ vector: JSONObject) throws(Difference) {
        let (key, cipher, payload): ([UInt8], [UInt8], [UInt8])
        do throws(FieldError) {
            key = try vector.bytes("key")
            cipher = try vector.bytes("cipher")
            payload = try vector.bytes("payload")
        } catch { throw Difference(error) }
        guard let mode = AESCounterMode(key: key) else {
            throw Difference("key", expected: "16 or 32 bytes", actual: "\(key.count)")
        }
        let found = mode.apply(to: cipher, counter: [UInt8](repeating: 0, count: 16))
        try requireEqual("payload", Hex.prefixed(payload), Hex.prefixed(found))
    }
}
