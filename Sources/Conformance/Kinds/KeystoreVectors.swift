import Ethereum
import JSON

/// Key files with their password and the key in them (ethereum/tests, KeyStoreTests; go-ethereum,
/// accounts/keystore/testdata).
enum KeystoreVectors: ConformanceKind {
    static let name = "keystore vector"

    static func recognises(_ content: VectorContent) -> Bool {
        guard case .json(let object) = content else { return false }
        return object.has("json", "password", "priv")
    }

    static func judge(_ cases: [VectorCase], into report: inout FileReport) {
        for vector in cases {
            // Older files have another cipher and another hash of it.
            let version = vector.object["json"]?.asObject?["version"]?.looseQuantity
            guard version == nil || version == 3 else {
                report.ignore("keystore of another version than 3")
                continue
            }
            let verdict = Verdict { () throws(Difference) in try check(vector.object) }
            report.record(verdict, kind: name, case: vector.name)
        }
    }

    private static func check(_ vector: JSONObject) throws(Difference) {
        let keystore: Keystore
        let password: [UInt8]
        let expected: [UInt8]
        do throws(FieldError) {
            keystore = try Keystore(try vector.object("json"))
            password = Array(try vector.string("password").utf8)
            expected = try vector.bytes("priv")
        } catch { throw Difference(error) }
        let found: [UInt8]
        do throws(KeystoreError) { found = try keystore.decrypt(password: password) } catch {
            throw Difference("decryption", expected: "a key", actual: "\(error)")
        }
        // The expected key is not put into a message, were it only a test's.
        guard found == expected else {
            throw Difference("key", expected: "the vector's", actual: "another")
        }
        var changed = keystore
        changed.ciphertext[0] ^= 1
        do throws(KeystoreError) {
            _ = try changed.decrypt(password: password)
        } catch { return }
        throw Difference("a changed file", expected: "refused", actual: "decrypted")
    }
}
