/// A JSON value (RFC 8259) with members in the order of the file, so that reports are too.
package indirect enum JSONValue: Equatable, Sendable {
    case null
    case bool(Bool)
    /// The digits as written: test vectors hold integers beyond what a double keeps.
    case number(String)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)

    /// The object, where the value is one.
    package var asObject: JSONObject? {
        if case .object(let object) = self { object } else { nil }
    }

    /// The text, where the value is one.
    package var asString: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// The kind of the value, for messages.
    package var kindName: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}

/// The members of a JSON object, as written.
package struct JSONObject: Equatable, Sendable {
    /// A name and its value.
    package struct Member: Equatable, Sendable {
        package var name: String
        package var value: JSONValue
    }

    package var members: [Member]

    package init(_ members: [Member] = []) { self.members = members }

    /// The first member's value of this name. Walks the members: for objects of a known, small
    /// shape.
    package subscript(name: String) -> JSONValue? {
        members.first { $0.name == name }?.value
    }

    /// Whether there are members of all these names.
    package func has(_ names: String...) -> Bool { has(names) }

    /// Whether each of these names is there.
    /// Whether there are members of all these names.
    package func has(_ names: [String]) -> Bool {
        names.allSatisfy { name in members.contains { $0.name == name } }
    }
}
