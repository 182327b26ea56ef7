import JSON
import NIOCore
import NIOHTTP1

/// What a server reads from a body: JSON-RPC 2.0, sections 4 and 6.
enum JSONRPCEnvelope {
    case single(Result<Call, Refusal>)
    case batch([Result<Call, Refusal>])

    /// A well-formed call.
    struct Call {
        var method: String
        var params: JSON
        var id: JSON?
    }

    /// What cannot be called, and the id that the answer carries.
    struct Refusal: Error {
        var id: JSON
        var error: JSONRPCError
    }

    /// - Parameter maximumBatch: The most calls in one batch.
    init(_ body: ByteBuffer, limits: JSON.Limits, maximumBatch: Int) {
        let json: JSON
        do throws(JSONParsingError) {
            json = try JSON(parsing: body, limits: limits)
        } catch {
            self = .single(.failure(Refusal(id: .null, error: .parseError(error.description))))
            return
        }
        guard case .array(let elements) = json else {
            self = .single(JSONRPCEnvelope.call(json))
            return
        }
        if elements.isEmpty {
            self = .single(
                .failure(Refusal(id: .null, error: .invalidRequest("the batch is empty"))))
        } else if elements.count > maximumBatch {
            let cause = "the batch has \(elements.count) calls, the limit is \(maximumBatch)"
            self = .single(.failure(Refusal(id: .null, error: .invalidRequest(cause))))
        } else {
            self = .batch(elements.map(JSONRPCEnvelope.call))
        }
    }

    private static func call(_ json: JSON) -> Result<Call, Refusal> {
        let id = json["id"]
        switch id {
        case nil, .null?, .string?, .number?: break
        default: return refuse(.null, "the id is neither a string nor a number")
        }
        guard json.object != nil else { return refuse(.null, "it is not an object") }
        guard json["jsonrpc"]?.string == "2.0" else {
            return refuse(id ?? .null, "\"jsonrpc\" is not \"2.0\"")
        }
        guard let method = json["method"]?.string else {
            return refuse(id ?? .null, "\"method\" is not a string")
        }
        let params = json["params"] ?? .null
        switch params {
        case .null: return .success(Call(method: method, params: .array([]), id: id))
        case .array, .object: return .success(Call(method: method, params: params, id: id))
        default: return refuse(id ?? .null, "\"params\" is neither an array nor an object")
        }
    }

    private static func refuse(_ id: JSON, _ cause: String) -> Result<Call, Refusal> {
        .failure(Refusal(id: id, error: .invalidRequest(cause)))
    }
}

/// The objects that calls and answers are written as.
public enum JSONRPC {
    /// A call's object.
    public static func call(id: UInt64, method: String, params: JSON) -> JSON {
        ["jsonrpc": "2.0", "id": .integer(id), "method": .string(method), "params": params]
    }

    /// A call without an answer: what a subscription pushes.
    public static func notification(method: String, params: JSON) -> JSON {
        ["jsonrpc": "2.0", "method": .string(method), "params": params]
    }

    /// The answer to a call.
    public static func answer(id: JSON, _ outcome: Result<JSON, JSONRPCError>) -> JSON {
        switch outcome {
        case .success(let result): ["jsonrpc": "2.0", "id": id, "result": result]
        case .failure(let error): ["jsonrpc": "2.0", "id": id, "error": error.json]
        }
    }
}
