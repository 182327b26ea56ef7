import EVM
import JSON
import Wire

/// Which tracer a request names, and how it is set: `{"tracer": ..., "tracerConfig": {...}}`.
enum TraceOptions {
    case calls(onlyTop: Bool)
    case prestate
    case difference

    init(_ parameters: Parameters, _ index: Int) throws(JSONRPCError) {
        let options = parameters.value(index)
        let configuration = options?["tracerConfig"]
        switch options?["tracer"]?.string {
        case "callTracer": self = .calls(onlyTop: configuration?["onlyTopCall"]?.bool ?? false)
        case "prestateTracer":
            self = configuration?["diffMode"]?.bool ?? false ? .difference : .prestate
        case let other:
            throw JSONRPCError.invalidParams(
                "tracer \(other ?? "(struct logger)") is not available; "
                    + "use {\"tracer\": \"callTracer\"} or {\"tracer\": \"prestateTracer\"}")
        }
    }

    /// A tracer for one transaction.
    func makeTracer() -> TransactionTrace {
        switch self {
        case .calls(let onlyTop): .calls(CallTracer(), onlyTop: onlyTop)
        case .prestate: .prestate(PrestateTracer())
        case .difference: .difference(PrestateTracer())
        }
    }
}

/// A tracer and the form in which its result is answered.
enum TransactionTrace {
    case calls(CallTracer, onlyTop: Bool)
    case prestate(PrestateTracer)
    case difference(PrestateTracer)

    /// What the calls of one answer may hold together.
    static let maximumBytes = 64 << 20

    static let tooLarge = JSONRPCError.server(
        "tracing failed: the calls' input and output are above \(maximumBytes) bytes")

    /// Bytes of calls; what a prestate holds was paid for.
    var heldBytes: Int {
        if case .calls(let tracer, _) = self { tracer.heldBytes } else { 0 }
    }

    var tracer: any ExecutionTracer {
        switch self {
        case .calls(let tracer, _): tracer
        case .prestate(let tracer), .difference(let tracer): tracer
        }
    }

    /// What is answered once the transaction has been executed.
    var json: JSON {
        switch self {
        case .calls(let tracer, let onlyTop):
            tracer.root.map { CallTraceJSON.frame($0, onlyTop: onlyTop) } ?? .null
        case .prestate(let tracer): StateTraceJSON.prestate(tracer.before)
        case .difference(let tracer):
            StateTraceJSON.difference(before: tracer.before, after: tracer.after)
        }
    }
}
