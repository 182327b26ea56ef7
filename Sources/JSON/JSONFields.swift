import Ethereum

/// A field that is missing or has a value of the wrong form.
package struct FieldError: Error, Equatable, Sendable, CustomStringConvertible {
    package var field: String
    /// What should have been there.
    package var expected: String
    package var found: String

    package init(field: String, expected: String, found: String) {
        self.field = field
        self.expected = expected
        self.found = found
    }

    /// The field, what should be there and what is.
    package var description: String { "field \(field): expected \(expected), found \(found)" }
}

extension JSONObject {
    /// The member; its absence is an error.
    package func required(_ name: String) throws(FieldError) -> JSON {
        guard let value = self[name] else {
            throw FieldError(field: name, expected: "a value", found: "nothing")
        }
        return value
    }

    /// The object of this name.
    package func object(_ name: String) throws(FieldError) -> JSONObject {
        try read(name, "an object", \.asObject)
    }

    /// The items of the array of this name.
    package func array(_ name: String) throws(FieldError) -> [JSON] {
        try read(name, "an array") { if case .array(let items) = $0 { items } else { nil } }
    }

    /// The objects of an array.
    package func objects(_ name: String) throws(FieldError) -> [JSONObject] {
        var objects: [JSONObject] = []
        for item in try array(name) {
            guard let object = item.asObject else {
                throw FieldError(field: name, expected: "objects", found: item.excerpt)
            }
            objects.append(object)
        }
        return objects
    }

    /// The text of this name.
    package func string(_ name: String) throws(FieldError) -> String {
        try read(name, "a string", \.string)
    }

    /// The bytes that hexadecimal digits mean.
    package func bytes(_ name: String) throws(FieldError) -> [UInt8] {
        try read(name, "hexadecimal bytes", \.hexBytes)
    }

    /// The address of this name.
    package func address(_ name: String) throws(FieldError) -> Address {
        try read(name, "20 bytes", \.looseAddress)
    }

    /// The 32 bytes of this name.
    package func hash(_ name: String) throws(FieldError) -> Hash32 {
        try read(name, "32 bytes") { $0.string.flatMap { Hash32(hex: $0) } }
    }

    /// The integer below 2^256 of this name.
    package func word(_ name: String) throws(FieldError) -> UInt256 {
        try read(name, "an integer below 2^256", \.looseQuantity)
    }

    /// The integer below 2^64 of this name.
    package func uint64(_ name: String) throws(FieldError) -> UInt64 {
        try read(name, "an integer below 2^64") { $0.looseQuantity?.asUInt64 }
    }

    private func read<Value>(
        _ name: String, _ expected: String, _ convert: (JSON) -> Value?
    ) throws(FieldError) -> Value {
        let value = try required(name)
        guard let converted = convert(value) else {
            throw FieldError(field: name, expected: expected, found: value.excerpt)
        }
        return converted
    }
}

extension JSON {
    /// The bytes of hexadecimal digits, with or without `0x`.
    package var hexBytes: [UInt8]? { string.flatMap { Hex.decode($0) } }

    /// An address of hexadecimal digits, with or without `0x`.
    package var looseAddress: Address? { string.flatMap { Address(hex: $0) } }

    /// An integer: hexadecimal digits after `0x`, or decimal digits, in a string or as a number.
    /// Leading zeros and the mark `0x:bigint ` of old test files are allowed.
    package var looseQuantity: UInt256? {
        switch self {
        case .number(let digits): return UInt256(decimal: digits)
        case .string(let text):
            let digits = text.hasPrefix("0x:bigint ") ? text.dropFirst(10) : text[...]
            guard digits.hasPrefix("0x") else { return UInt256(decimal: digits) }
            if digits == "0x" { return .zero }
            return UInt256(hex: "0x" + digits.dropFirst(2).drop { $0 == "0" })
                ?? (digits.dropFirst(2).allSatisfy { $0 == "0" } ? .zero : nil)
        default: return nil
        }
    }

    /// The value's beginning, for messages.
    package var excerpt: String {
        switch self {
        case .string(let text): "\"" + text.prefix(80) + (text.count > 80 ? "…\"" : "\"")
        case .number(let digits): String(digits.prefix(80))
        case .bool(let flag): "\(flag)"
        default: kindName
        }
    }
}
