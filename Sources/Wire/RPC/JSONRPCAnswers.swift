import JSON
import NIOCore

/// A call to be made.
public struct JSONRPCCall: Sendable, Equatable {
    public var method: String
    public var params: JSON

    public init(_ method: String, _ params: JSON = []) {
        self.method = method
        self.params = params
    }

    /// The body of a request with this call alone, whose id is 1.
    public var body: ByteBuffer { JSONRPC.call(id: 1, method: method, params: params).buffer }

    /// The body of a batch; the ids count from 1.
    public static func body(ofBatch calls: [JSONRPCCall]) -> ByteBuffer {
        let calls = calls.enumerated().map { index, call in
            JSONRPC.call(id: UInt64(index) + 1, method: call.method, params: call.params)
        }
        return JSON.array(calls).buffer
    }
}

/// Reads what a server answers.
public enum JSONRPCAnswer {
    /// Why a body is no answer to what was asked.
    public struct Malformed: Error, Equatable, Sendable {
        public let cause: String
    }

    /// The outcome of the call with the id 1.
    public static func single(
        _ body: ByteBuffer, limits: JSON.Limits = JSON.Limits()
    ) throws(Malformed) -> Result<JSON, JSONRPCError> {
        let (id, outcome) = try read(try parse(body, limits))
        if case .failure = outcome, id == nil { return outcome }
        guard id == 1 else { throw Malformed(cause: "it answers another call") }
        return outcome
    }

    /// The outcomes of a batch's calls in their order, whatever the order of the answers. An error
    /// instead of an array is that of all calls.
    public static func batch(
        _ body: ByteBuffer, count: Int, limits: JSON.Limits = JSON.Limits()
    ) throws(Malformed) -> [Result<JSON, JSONRPCError>] {
        let json = try parse(body, limits)
        guard let answers = json.array else {
            let (_, outcome) = try read(json)
            guard case .failure = outcome else { throw Malformed(cause: "it is no array") }
            return [Result<JSON, JSONRPCError>](repeating: outcome, count: count)
        }
        var outcomes = [Result<JSON, JSONRPCError>?](repeating: nil, count: count)
        for answer in answers {
            let (id, outcome) = try read(answer)
            guard let id, id >= 1, id <= count, outcomes[Int(id) - 1] == nil else {
                throw Malformed(cause: "an id that was not asked for, or twice")
            }
            outcomes[Int(id) - 1] = outcome
        }
        let complete = outcomes.compactMap { $0 }
        guard complete.count == count else {
            throw Malformed(cause: "\(complete.count) answers to \(count) calls")
        }
        return complete
    }

    /// An answer's id and outcome; the id is nil where it is null or missing.
    static func read(
        _ json: JSON
    ) throws(Malformed) -> (id: UInt64?, outcome: Result<JSON, JSONRPCError>) {
        let id = json["id"]?.uint64
        if let error = json["error"], !error.isNull {
            guard let error = JSONRPCError(error) else {
                throw Malformed(cause: "its error has no code or no message")
            }
            return (id, .failure(error))
        }
        guard let result = json["result"] else {
            throw Malformed(cause: "it has neither a result nor an error")
        }
        return (id, .success(result))
    }

    private static func parse(
        _ body: ByteBuffer, _ limits: JSON.Limits
    ) throws(Malformed) -> JSON {
        do throws(JSONParsingError) {
            return try JSON(parsing: body, limits: limits)
        } catch { throw Malformed(cause: error.description) }
    }
}
