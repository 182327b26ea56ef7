import Ethereum
import JSON

/// Half bytes of a trie's key and their compact form (ethereum/tests, BasicTests/hexencodetest).
enum HexPrefixVectors: ConformanceKind {
    static let name = "hex prefix vector"

    static func recognises(_ content: VectorContent) -> Bool {
        guard case .json(let object) = content else { return false }
        return object.has("seq", "term", "out")
    }

    static func judge(_ cases: [VectorCase], into report: inout FileReport) {
        for vector in cases {
            let verdict = Verdict { () throws(Difference) in try check(vector.object) }
            report.record(verdict, kind: name, case: vector.name)
        }
    }

    private static func check(_ vector: JSONObject) throws(Difference) {
        let nibbles: [UInt8]
        let expected: [UInt8]
        do throws(FieldError) {
            nibbles = try vector.array("seq").mapped { item throws(FieldError) in
                guard let nibble = item.looseQuantity?.asUInt64, nibble < 16 else {
                    throw FieldError(field: "seq", expected: "half bytes", found: item.excerpt)
                }
                return UInt8(nibble)
            }
            expected = try vector.bytes("out")
        } catch { throw Difference(error) }
        guard case .bool(let isLeaf)? = vector["term"] else {
            throw Difference("field term", expected: "a boolean", actual: "another value")
        }
        let found = Nibbles.hexPrefix(nibbles, isLeaf: isLeaf)
        try requireEqual("compact form", Hex.prefixed(expected), Hex.prefixed(found))
    }
}
