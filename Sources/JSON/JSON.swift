/// A JSON value (RFC 8259). Objects keep the order of their members, so that the same result is the
/// same bytes; numbers keep their text, so that nothing is rounded.
///
/// Two values are equal when they would be written alike: the order of members counts, and `1` is
/// not `1.0`.
public enum JSON: Sendable, Equatable {
    case null
    case bool(Bool)
    /// The text as RFC 8259 section 6 has it; written as it is.
    case number(String)
    case string(String)
    case array([JSON])
    /// The keys differ from each other in a value that was parsed.
    case object([Member])

    /// A key of an object and what it holds.
    public struct Member: Sendable, Equatable {
        public let key: String
        public var value: JSON

        public init(_ key: String, _ value: JSON) {
            self.key = key
            self.value = value
        }
    }
}

extension JSON {
    /// What an object holds under the key; nil where there is no such key, or no object.
    public subscript(key: String) -> JSON? {
        guard case .object(let members) = self else { return nil }
        // Strings that Unicode calls equivalent are equal in Swift; the count tells them apart.
        return members.first {
            $0.key == key && $0.key.utf8.count == key.utf8.count
        }?.value
    }

    /// An array's element; nil beyond its end, or where there is no array.
    public subscript(index: Int) -> JSON? {
        guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
        return elements[index]
    }

    public var isNull: Bool { self == .null }

    /// The text of a string; nil for anything else.
    public var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// True or false; nil for anything else.
    public var bool: Bool? {
        if case .bool(let flag) = self { flag } else { nil }
    }

    /// The elements of an array; nil for anything else.
    public var array: [JSON]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    /// The members of an object; nil for anything else.
    public var object: [Member]? {
        if case .object(let members) = self { members } else { nil }
    }

    /// A number without fraction and exponent, from 0 to 2^64 − 1; nil for anything else.
    public var uint64: UInt64? {
        if case .number(let text) = self { UInt64(text) } else { nil }
    }

    /// A number without fraction and exponent, from −2^63 to 2^63 − 1; nil for anything else.
    public var int64: Int64? {
        if case .number(let text) = self { Int64(text) } else { nil }
    }

    /// The double nearest to a number; nil for anything else, or beyond a double's range.
    public var double: Double? {
        guard case .number(let text) = self, let value = Double(text), value.isFinite else {
            return nil
        }
        return value
    }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    public init(stringLiteral text: String) { self = .string(text) }
    public init(booleanLiteral flag: Bool) { self = .bool(flag) }
    public init(integerLiteral number: Int64) { self = .integer(number) }
    public init(arrayLiteral elements: JSON...) { self = .array(elements) }
    public init(dictionaryLiteral members: (String, JSON)...) {
        self = .object(members.map { Member($0.0, $0.1) })
    }
}
