import JSON
import Recordings

/// Calls of swap routers, decoded by somebody else: names, values and nesting must be equal.
enum RouterCalls: ConformanceKind {
    static let name = "router call"

    static func recognises(_ content: VectorContent) -> Bool {
        guard case .json(let object) = content else { return false }
        return RecordedCall.recognises(object)
    }

    static func judge(_ cases: [VectorCase], into report: inout FileReport) {
        var others = 0
        for call in cases {
            guard RecordedCall.isDecoded(call.object) else {
                others += 1
                continue
            }
            report.record(verdict(call.object), kind: name, case: call.name)
        }
        if others > 0 { report.ignore("\(name) without a decoding", count: others) }
    }

    private static func verdict(_ call: JSONObject) -> Verdict {
        do throws(FieldError) {
            guard let found = try RecordedCall.difference(call) else { return .passed }
            return .failed(
                Difference(found.what, expected: found.expected, actual: found.actual))
        } catch {
            return .failed(Difference(error))
        }
    }
}
