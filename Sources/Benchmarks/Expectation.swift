import Ethereum
import Foundation
import JSON

/// What executing each named transaction must give, from the file `expected.json`.
struct Expectations {
    struct Result {
        var gasUsed: UInt64
        var output: [UInt8]
        var stateRoot: Hash32
    }

    private var results: [String: Result] = [:]

    init(path: String) throws {
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        guard let object = try JSON(parsing: bytes, limits: .file).asObject else {
            throw WorkloadError(path: path, reason: "no object")
        }
        for member in object.members {
            guard let fields = member.value.asObject else { continue }
            results[member.key] = Result(
                gasUsed: try fields.uint64("gasUsed"), output: try fields.bytes("output"),
                stateRoot: try fields.hash("postStateRoot"))
        }
    }

    subscript(_ name: String) -> Result? { results[name] }
}
