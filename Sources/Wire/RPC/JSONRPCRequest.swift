import JSON
import NIOCore
import NIOHTTP1

/// One call as a server's handler sees it.
public struct JSONRPCRequest: Sendable {
    /// How the call came.
    public enum Transport: Sendable, Equatable {
        case http
        case webSocket
    }

    public let method: String
    /// An array or an object; an empty array where the call has none.
    public let params: JSON
    /// A string, a number or null; nil for a notification, whose reply nobody gets.
    public let id: JSON?
    /// The bytes of the whole body or message, as they came: what a signature is over. The calls of
    /// a batch share it.
    public let body: ByteBuffer
    /// Those of the HTTP request; of the upgrade for a WebSocket.
    public let headers: HTTPHeaders
    public let transport: Transport

    public init(
        method: String, params: JSON, id: JSON?, body: ByteBuffer, headers: HTTPHeaders,
        transport: Transport
    ) {
        self.method = method
        self.params = params
        self.id = id
        self.body = body
        self.headers = headers
        self.transport = transport
    }
}

/// What a handler answers.
public enum JSONRPCReply: Sendable {
    case result(JSON)
    case failure(JSONRPCError)
    /// The result comes later, on the server's loop. A failure that is no `JSONRPCError` becomes
    /// -32603.
    case later(EventLoopFuture<JSON>)
}

/// Answers calls. It runs on the server's loop, for one call after the other.
public typealias JSONRPCHandler = (JSONRPCRequest, JSONRPCPeer) -> JSONRPCReply
