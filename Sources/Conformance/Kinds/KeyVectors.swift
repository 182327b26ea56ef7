import Ethereum
import JSON

/// A seed whose hash is a key, and the key's address (ethereum/tests, BasicTests/keyaddrtest).
///
/// The files also have a signature, called that of the empty string. What was signed is not the
/// hash of no bytes under any hash function of the protocol, so that it says nothing here.
enum KeyVectors: ConformanceKind {
    static let name = "key vector"

    static func recognises(_ content: VectorContent) -> Bool {
        guard case .json(let object) = content else { return false }
        return object.has("seed", "key", "addr")
    }

    static func judge(_ cases: [VectorCase], into report: inout FileReport) {
        for vector in cases {
            let verdict = Verdict { () throws(Difference) in try check(vector.object) }
            report.record(verdict, kind: name, case: vector.object["seed"]?.string ?? "")
        }
    }

    private static func check(_ vector: JSONObject) throws(Difference) {
        let (seed, bytes): (String, [UInt8])
        let address: Address
        do throws(FieldError) {
            seed = try vector.string("seed")
            bytes = try vector.bytes("key")
            address = try vector.address("addr")
        } catch { throw Difference(error) }
        let hash = Keccak256.hash(Array(seed.utf8))
        try requireEqual("key", Hex.prefixed(bytes), Hex.prefixed(hash.bytes))
        guard let key = PrivateKey(bytes: bytes) else {
            throw Difference("key", expected: "in range", actual: "out of range")
        }
        try requireEqual("address", address, key.address)
        let signer = try? key.sign(hash).recoverAddress(messageHash: hash)
        guard signer == address else {
            throw Difference(
                "signer", expected: "\(address)", actual: signer.map { "\($0)" } ?? "none")
        }
    }
}
