import Ethereum
import JSON

/// A key, bytes and what they decrypt to: AES in counter mode, and what peers send each other
/// (ethereum/tests, BasicTests/crypto).
enum DecryptionVectors: ConformanceKind {
    static let name = "decryption vector"

    static func recognises(_ content: VectorContent) -> Bool {
        guard case .json(let object) = content else { return false }
        return ["aes_ctr", "ecies_sec1_altered"].contains(object["decryption_type"]?.string)
            && object.has("key", "cipher", "payload")
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
        let found: [UInt8]?
        if vector["decryption_type"]?.string == "aes_ctr" {
            found = AESCounterMode(key: key)?.apply(
                to: cipher, counter: [UInt8](repeating: 0, count: 16))
        } else {
            found = PrivateKey(bytes: key).flatMap { ECIES.open(cipher, with: $0) }
        }
        guard let found else {
            throw Difference(
                "payload", expected: Hex.prefixed(payload), actual: "nothing that opens")
        }
        try requireEqual("payload", Hex.prefixed(payload), Hex.prefixed(found))
    }
}
