/// Why a WebSocket is open no longer.
public enum WebSocketClosure: Error, Equatable, Sendable {
    /// The other end said so, with a code of RFC 6455 section 7.4 (1005 where it gave none).
    case closedByPeer(code: UInt16, reason: String)
    /// This end closed it.
    case closedHere(code: UInt16)
    /// The connection ended without a word.
    case lost(String)
    /// The other end broke the protocol; it was told the code.
    case violated(code: UInt16, cause: String)
    /// The other end reads too slowly: so many bytes waited to be sent.
    case readerTooSlow(unsentBytes: Int)
    /// No answer to a ping within the time.
    case pingUnanswered
}

extension WebSocketClosure: CustomStringConvertible {
    public var description: String {
        switch self {
        case .closedByPeer(let code, let reason):
            "closed by the other end with \(code)" + (reason.isEmpty ? "" : " (\(reason))")
        case .closedHere(let code): "closed with \(code)"
        case .lost(let cause): "connection lost: \(cause)"
        case .violated(let code, let cause): "protocol violation (\(code)): \(cause)"
        case .readerTooSlow(let bytes): "the other end reads too slowly: \(bytes) bytes unsent"
        case .pingUnanswered: "a ping was not answered"
        }
    }
}
