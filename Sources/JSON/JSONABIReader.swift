import Ethereum

/// Reads values of the contract ABI's types from JSON: integers as numbers or texts, bytes as
/// hexadecimal digits.
package struct JSONABIReader {
    /// Whether bytes without `0x` in front are the text's own, in UTF-8.
    private let bytesAreText: Bool

    package init(bytesAreText: Bool = false) { self.bytesAreText = bytesAreText }

    /// The value of a type; a tuple is an array.
    package func value(_ json: JSON, as type: ABIType) throws(FieldError) -> ABIValue {
        switch type {
        case .array(let element): return .array(try items(json, type, of: element))
        case .fixedArray(let element, let count):
            let values = try items(json, type, of: element)
            guard values.count == count else { throw mismatch(json, type) }
            return .array(values)
        case .tuple(let fields):
            guard case .array(let items) = json, items.count == fields.count else {
                throw mismatch(json, type)
            }
            return .tuple(
                try zip(items, fields).mapped { pair throws(FieldError) in
                    try value(pair.0, as: pair.1)
                })
        default:
            guard let value = single(json, as: type) else { throw mismatch(json, type) }
            return value
        }
    }

    private func items(
        _ json: JSON, _ type: ABIType, of element: ABIType
    ) throws(FieldError) -> [ABIValue] {
        guard case .array(let items) = json else { throw mismatch(json, type) }
        return try items.mapped { item throws(FieldError) in try value(item, as: element) }
    }

    private func single(_ json: JSON, as type: ABIType) -> ABIValue? {
        switch type {
        case .uint: return json.looseQuantity.map { .uint($0) }
        case .int: return integer(json).map { .int($0) }
        case .address: return json.address.map { .address($0) }
        case .bool: if case .bool(let flag) = json { return .bool(flag) } else { return nil }
        case .string: return json.string.map { .string($0) }
        case .bytes: return bytes(json).map { .bytes($0) }
        case .fixedBytes(let count):
            guard let bytes = bytes(json), bytes.count == count else { return nil }
            return .fixedBytes(bytes)
        default: return nil
        }
    }

    private func bytes(_ json: JSON) -> [UInt8]? {
        guard bytesAreText, let text = json.string, !text.hasPrefix("0x") else {
            return json.hexBytes
        }
        return Array(text.utf8)
    }

    /// Decimal or hexadecimal digits, with a sign in front or without.
    private func integer(_ json: JSON) -> Int256? {
        let text: String
        switch json {
        case .number(let digits): text = digits
        case .string(let digits): text = digits
        default: return nil
        }
        let isNegative = text.hasPrefix("-")
        guard let size = JSON.string(String(text.drop { $0 == "-" })).looseQuantity else {
            return nil
        }
        let limit = UInt256.one << 255
        guard size < limit || isNegative && size == limit else { return nil }
        return Int256(bitPattern: isNegative ? UInt256.zero &- size : size)
    }

    private func mismatch(_ json: JSON, _ type: ABIType) -> FieldError {
        FieldError(field: "value", expected: "\(type)", found: json.excerpt)
    }
}

extension Sequence {
    /// What `transform` makes of each element; its error is this one's.
    package func mapped<Result, Failure: Error>(
        _ transform: (Element) throws(Failure) -> Result
    ) throws(Failure) -> [Result] {
        var results: [Result] = []
        results.reserveCapacity(underestimatedCount)
        for element in self { results.append(try transform(element)) }
        return results
    }
}
