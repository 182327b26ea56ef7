import Ethereum
import JSON

/// ABI vectors: values, their types and their encoding (ethereum/tests, ABITests). Bytes are
/// written as text.
enum ABIVectors: ConformanceKind {
    static let name = "ABI vector"

    static func recognises(_ content: VectorContent) -> Bool {
        guard case .json(let object) = content else { return false }
        return object.has("args", "result", "types")
    }

    static func judge(_ cases: [VectorCase], into report: inout FileReport) {
        for vector in cases {
            let verdict = Verdict { () throws(Difference) in try check(vector.object) }
            report.record(verdict, kind: name, case: vector.name)
        }
    }

    private static func check(_ vector: JSONObject) throws(Difference) {
        let types: [ABIType]
        let values: [ABIValue]
        let expected: [UInt8]
        do throws(FieldError) {
            types = try vector.array("types").mapped { value throws(FieldError) in
                try type(value)
            }
            let arguments = try vector.array("args")
            guard arguments.count == types.count else {
                throw FieldError(
                    field: "args", expected: "\(types.count) values", found: "\(arguments.count)")
            }
            values = try zip(arguments, types).mapped { pair throws(FieldError) in
                try JSONABIReader(bytesAreText: true).value(pair.0, as: pair.1)
            }
            expected = try vector.bytes("result")
        } catch { throw Difference(error) }
        let encoded: [UInt8]
        do throws(ABIEncodingError) { encoded = try ABI.encode(values, as: types) } catch {
            throw Difference("encoding", expected: "bytes", actual: "\(error)")
        }
        try requireEqual("encoding", Hex.prefixed(expected), Hex.prefixed(encoded))
        let decoded: [ABIValue]
        do throws(ABIDecodingError) { decoded = try ABI.decode(expected, as: types) } catch {
            throw Difference("decoding", expected: "values", actual: "\(error)")
        }
        guard decoded == values else {
            throw Difference("decoding", expected: "\(values)", actual: "\(decoded)")
        }
    }

    private static func type(_ value: JSON) throws(FieldError) -> ABIType {
        let text = value.string ?? ""
        do throws(ABISignatureError) { return try ABIType(text) } catch {
            throw FieldError(field: "types", expected: "a type", found: value.excerpt)
        }
    }
}
