import JSON

/// A candidate for a judge: a JSON object, or a whole text that is no JSON.
package enum VectorContent: Sendable {
    case json(JSONObject)
    case text([UInt8])
}

/// A candidate and what its file calls it.
package struct VectorCase: Sendable {
    package var name: String
    package var content: VectorContent

    /// The object of a JSON candidate; empty for a text.
    var object: JSONObject {
        if case .json(let object) = content { object } else { JSONObject() }
    }
}

/// A judge of one kind of vectors. A new kind is one file with a type of this protocol, and its
/// line in `KindCatalog.judged`.
package protocol ConformanceKind: Sendable {
    /// In the singular, for the report.
    static var name: String { get }
    /// Whether the candidate's structure is that of the kind. Values are not looked at: a vector
    /// with a wrong value is a failed case, not another kind.
    static func recognises(_ content: VectorContent) -> Bool
    /// Judges all candidates of one file that were recognised.
    static func judge(_ cases: [VectorCase], into report: inout FileReport)
}

/// A kind that is known and not judged: its name, and the fields by which it is known.
struct IgnoredKind: Sendable {
    var name: String
    /// The candidate has all fields of one of these lists.
    var shapes: [[String]]

    func recognises(_ object: JSONObject) -> Bool { shapes.contains { object.has($0) } }
}
