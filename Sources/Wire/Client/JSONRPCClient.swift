import JSON
import NIOCore
import NIOHTTP1

/// Calls over an HTTP connection. A call fails with the server's `JSONRPCError`, or with a
/// `ConnectionError` where there is no answer.
public final class JSONRPCClient: Sendable {
    public let connection: HTTPConnection
    private let headersOfBody: (@Sendable (ByteBuffer) -> HTTPHeaders)?

    /// - Parameter headersOfBody: Headers that depend on the bytes of the body: a signature.
    public init(
        _ connection: HTTPConnection,
        headersOfBody: (@Sendable (ByteBuffer) -> HTTPHeaders)? = nil
    ) {
        self.connection = connection
        self.headersOfBody = headersOfBody
    }

    /// One call.
    public func call(
        _ method: String, _ params: JSON = [], timeout: TimeAmount? = nil
    ) -> EventLoopFuture<JSON> {
        post(JSONRPCCall(method, params).body, timeout).flatMapThrowing { answer in
            let outcome = try JSONRPCClient.decode(answer) { body throws(JSONRPCAnswer.Malformed) in
                try JSONRPCAnswer.single(body)
            }
            return try outcome.get()
        }
    }

    /// Many calls in one round trip; the outcomes are in the order of the calls.
    public func batch(
        _ calls: [JSONRPCCall], timeout: TimeAmount? = nil
    ) -> EventLoopFuture<[Result<JSON, JSONRPCError>]> {
        // An empty batch is an invalid request.
        guard !calls.isEmpty else { return connection.loop.makeSucceededFuture([]) }
        return post(JSONRPCCall.body(ofBatch: calls), timeout).flatMapThrowing { answer in
            try JSONRPCClient.decode(answer) { body throws(JSONRPCAnswer.Malformed) in
                try JSONRPCAnswer.batch(body, count: calls.count)
            }
        }
    }

    private func post(
        _ body: ByteBuffer, _ timeout: TimeAmount?
    ) -> EventLoopFuture<HTTPAnswer> {
        connection.post(headers: headersOfBody?(body) ?? [:], body: body, timeout: timeout)
    }

    /// Whatever the status: several relays send their errors with one of 4xx.
    private static func decode<Outcome>(
        _ answer: HTTPAnswer,
        _ read: (ByteBuffer) throws(JSONRPCAnswer.Malformed) -> Outcome
    ) throws(ConnectionError) -> Outcome {
        do throws(JSONRPCAnswer.Malformed) {
            return try read(answer.body)
        } catch {
            throw .notJSONRPC(
                status: answer.status, cause: error.cause,
                body: String(decoding: answer.body.readableBytesView.prefix(256), as: UTF8.self))
        }
    }
}
