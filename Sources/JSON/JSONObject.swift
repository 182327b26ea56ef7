/// The members of a JSON object as a reader of files asks for them: each by its name, and an error
/// where it is not what it must be.
package struct JSONObject: Equatable, Sendable {
    package var members: [JSON.Member]

    package init(_ members: [JSON.Member] = []) { self.members = members }

    /// The first member's value of this name. Walks the members: for objects of a known, small
    /// shape.
    package subscript(name: String) -> JSON? {
        members.first { $0.key == name }?.value
    }

    /// Whether there are members of all these names.
    package func has(_ names: String...) -> Bool { has(names) }

    /// Whether there are members of all these names.
    package func has(_ names: [String]) -> Bool {
        names.allSatisfy { name in members.contains { $0.key == name } }
    }
}

extension JSON {
    /// The object, where the value is one.
    package var asObject: JSONObject? {
        if case .object(let members) = self { JSONObject(members) } else { nil }
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

extension JSON.Limits {
    /// For files that were chosen by whoever runs the program: test suites have large ones.
    package static let file = JSON.Limits(bytes: 1 << 28, depth: 128)
}
