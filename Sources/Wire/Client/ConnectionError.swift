import NIOCore

/// Why a request over a connection has no answer.
public enum ConnectionError: Error, Equatable, Sendable {
    /// No connection came about: name, network, or refusal.
    case connectFailed(endpoint: String, cause: String)
    /// The connection, or its TLS, broke before the answer was complete. Whether the other end has
    /// acted on the request is not known.
    case lost(cause: String)
    /// No complete answer within the time. Whether the other end has acted is not known.
    case timedOut(milliseconds: Int64)
    /// So many requests wait already; this one was not sent.
    case queueFull(limit: Int)
    /// The connection was closed here; the request was not sent, or its answer is not waited for.
    case closed
    /// The answer has more bytes than the limit.
    case answerTooLong(limit: Int)
    /// The server answered, but not with a WebSocket.
    case upgradeRefused(status: Int)
    /// The answer is no JSON-RPC; with the HTTP status and the beginning of the body.
    case notJSONRPC(status: Int, cause: String, body: String)
    /// The URL's scheme is of another protocol.
    case wrongScheme(Endpoint.Scheme)
}

extension ConnectionError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .connectFailed(let endpoint, let cause): "cannot connect to \(endpoint): \(cause)"
        case .lost(let cause): "connection lost before the answer: \(cause)"
        case .timedOut(let milliseconds): "no answer within \(milliseconds) ms"
        case .queueFull(let limit): "\(limit) requests wait already"
        case .closed: "the connection was closed"
        case .answerTooLong(let limit): "the answer is above \(limit) bytes"
        case .upgradeRefused(let status): "no WebSocket: the server answered HTTP \(status)"
        case .notJSONRPC(let status, let cause, let body):
            "the answer (HTTP \(status)) is no JSON-RPC: \(cause): \(body)"
        case .wrongScheme(let scheme): "the scheme \(scheme.rawValue) is of another protocol"
        }
    }
}
