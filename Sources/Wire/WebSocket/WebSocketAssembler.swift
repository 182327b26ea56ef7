import NIOCore
import NIOWebSocket

/// Joins the frames of a message and holds them to RFC 6455 section 5.4.
struct WebSocketAssembler {
    /// What a frame completes.
    enum Event: Equatable {
        /// A frame of a message that goes on.
        case nothing
        case message(ByteBuffer)
        case ping(ByteBuffer)
        case pong
        /// The code is nil where the frame has none.
        case close(code: UInt16?, reason: String)
    }

    /// What is wrong, and the code to close with.
    struct Violation: Error, Equatable {
        var code: UInt16
        var cause: String

        static func protocolError(_ cause: String) -> Violation {
            Violation(code: 1002, cause: cause)
        }
    }

    /// Bytes of one message.
    let maximumBytes: Int
    /// Whether the other end has to mask: a client has to, a server must not (section 5.1).
    let expectsMask: Bool
    private var partial: ByteBuffer?

    init(maximumBytes: Int, expectsMask: Bool) {
        self.maximumBytes = maximumBytes
        self.expectsMask = expectsMask
    }

    mutating func accept(_ frame: WebSocketFrame) throws(Violation) -> Event {
        guard frame.reservedBits.isEmpty else {
            throw .protocolError("a reserved bit is set")
        }
        guard (frame.maskKey != nil) == expectsMask else {
            throw .protocolError(expectsMask ? "a frame is not masked" : "a frame is masked")
        }
        let data = frame.unmaskedData
        switch frame.opcode {
        case .ping: return .ping(data)
        case .pong: return .pong
        case .connectionClose: return try WebSocketAssembler.close(data)
        case .text, .binary:
            guard partial == nil else {
                throw .protocolError("a message begins inside another")
            }
            return try append(data, isLast: frame.fin, to: nil)
        case .continuation:
            guard let partial else {
                throw .protocolError("a message goes on that has not begun")
            }
            self.partial = nil
            return try append(data, isLast: frame.fin, to: partial)
        default: throw .protocolError("unknown opcode")
        }
    }

    private mutating func append(
        _ data: ByteBuffer, isLast: Bool, to earlier: ByteBuffer?
    ) throws(Violation) -> Event {
        let total = data.readableBytes + (earlier?.readableBytes ?? 0)
        guard total <= maximumBytes else {
            throw Violation(
                code: 1009, cause: "a message of \(total) bytes is above \(maximumBytes)")
        }
        var message = data
        if var joined = earlier {
            joined.writeImmutableBuffer(data)
            message = joined
        }
        if isLast { return .message(message) }
        partial = message
        return .nothing
    }

    /// Section 5.5.1: nothing, or a code and a reason in UTF-8.
    private static func close(_ data: ByteBuffer) throws(Violation) -> Event {
        var data = data
        guard data.readableBytes > 0 else { return .close(code: nil, reason: "") }
        guard let code = data.readInteger(as: UInt16.self) else {
            throw .protocolError("a close code is cut")
        }
        let isAllowed =
            (1000...1014).contains(code) && ![1004, 1005, 1006].contains(code)
            || (3000...4999).contains(code)
        guard isAllowed else { throw .protocolError("close code \(code)") }
        return .close(code: code, reason: String(buffer: data))
    }
}
