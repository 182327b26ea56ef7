import Ethereum
import JSON

/// RLP vectors: a value and its encoding, or bytes that are valid or not (ethereum/tests,
/// RLPTests).
enum RLPVectors: ConformanceKind {
    static let name = "RLP vector"

    static func recognises(_ content: VectorContent) -> Bool {
        if case .json(let object) = content { object.has("in", "out") } else { false }
    }

    static func judge(_ cases: [VectorCase], into report: inout FileReport) {
        for vector in cases {
            let verdict = Verdict { () throws(Difference) in try check(vector.object) }
            report.record(verdict, kind: name, case: vector.name)
        }
    }

    private static func check(_ vector: JSONObject) throws(Difference) {
        let (value, bytes): (JSON, [UInt8])
        do throws(FieldError) {
            value = try vector.required("in")
            bytes = try vector.bytes("out")
        } catch { throw Difference(error) }
        let decoded = Result { () throws(RLPDecodingError) in try RLPItem(decoding: bytes) }
        switch (value, decoded) {
        case (.string("INVALID"), .success):
            throw Difference("validity", expected: "refused", actual: "accepted")
        case (.string("INVALID"), .failure): return
        case (_, .failure(let error)):
            throw Difference("validity", expected: "accepted", actual: "refused: \(error)")
        case (.string("VALID"), .success(let item)):
            try requireEqual("encoding", Hex.prefixed(bytes), Hex.prefixed(item.encoded))
        case (_, .success(let item)):
            let expected = try self.item(value)
            try requireEqual("encoding", Hex.prefixed(bytes), Hex.prefixed(expected.encoded))
            guard item == expected else {
                throw Difference("decoding", expected: "\(expected)", actual: "\(item)")
            }
        }
    }

    /// The item that a value stands for: text by its UTF-8, integers as numbers or after `#`.
    private static func item(_ value: JSON) throws(Difference) -> RLPItem {
        switch value {
        case .string(let text) where text.hasPrefix("#"): return try integer(text.dropFirst())
        case .string(let text): return .bytes(Array(text.utf8))
        case .number(let digits): return try integer(digits[...])
        case .array(let values):
            var items: [RLPItem] = []
            for value in values { items.append(try item(value)) }
            return .list(items)
        case .null, .bool, .object:
            throw Difference(
                "field in", expected: "text, integers and lists", actual: value.kindName)
        }
    }

    /// Decimal digits of any number, as the shortest big-endian bytes.
    private static func integer(_ digits: Substring) throws(Difference) -> RLPItem {
        // Beyond this the quadratic conversion would take seconds.
        let maximumDigits = 2_000
        guard !digits.isEmpty, digits.utf8.count <= maximumDigits,
            digits.utf8.allSatisfy({ (48...57).contains($0) })
        else {
            throw Difference(
                "field in", expected: "a decimal integer of at most \(maximumDigits) digits",
                actual: JSON.string(String(digits)).excerpt)
        }
        var littleEndian: [UInt8] = []
        for digit in digits.utf8 {
            var carry = Int(digit - 48)
            for index in littleEndian.indices {
                carry += 10 * Int(littleEndian[index])
                littleEndian[index] = UInt8(carry & 0xff)
                carry >>= 8
            }
            if carry > 0 { littleEndian.append(UInt8(carry)) }
        }
        return .bytes(littleEndian.reversed())
    }
}
