import Ethereum
import JSON

/// Typed data with their encoding and what is signed (EIP-712; go-ethereum,
/// signer/core/apitypes/testdata).
enum TypedDataVectors: ConformanceKind {
    static let name = "EIP-712 vector"

    static func recognises(_ content: VectorContent) -> Bool {
        guard case .json(let object) = content else { return false }
        return object.has("types", "primaryType", "domain", "data", "digest")
    }

    static func judge(_ cases: [VectorCase], into report: inout FileReport) {
        for vector in cases {
            let verdict = Verdict { () throws(Difference) in try check(vector.object) }
            report.record(
                verdict, kind: name, case: vector.object["name"]?.string ?? vector.name)
        }
    }

    private static func check(_ vector: JSONObject) throws(Difference) {
        let types: TypedData
        let (primaryType, digest): (String, Hash32)
        let (domainFields, dataFields): (JSONObject, JSONObject)
        let encoded: [UInt8]?
        do throws(FieldError) {
            types = try TypedData(types: try vector.object("types"))
            primaryType = try vector.string("primaryType")
            digest = try vector.hash("digest")
            domainFields = try vector.object("domain")
            dataFields = try vector.object("data")
            encoded = vector.has("encoded") ? try vector.bytes("encoded") : nil
        } catch { throw Difference(error) }
        let (domain, message): (ABIValue, ABIValue)
        do throws(JSONReadingError) {
            domain = try types.value(of: TypedData.domainName, domainFields)
            message = try types.value(of: primaryType, dataFields)
        } catch { throw Difference("values", expected: "of their types", actual: "\(error)") }
        let bytes: [UInt8]
        do throws(TypedDataError) { bytes = try types.encoded(primaryType, message) } catch {
            throw Difference("encoding", expected: "bytes", actual: "\(error)")
        }
        if let encoded {
            try requireEqual("encoding", Hex.prefixed(encoded), Hex.prefixed(bytes))
        }
        let found: Hash32
        do throws(TypedDataError) {
            found = try types.digest(domain: domain, primaryType: primaryType, message: message)
        } catch { throw Difference("digest", expected: "\(digest)", actual: "\(error)") }
        try requireEqual("digest", digest, found)
    }
}
