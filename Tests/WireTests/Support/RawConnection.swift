import NIOCore
import NIOPosix
import Wire

/// A TCP connection on which a test writes bytes as it likes.
final class RawConnection: Sendable {
    /// Why a test stopped waiting.
    struct TimedOut: Error {
        let received: String
    }

    let channel: any Channel
    private let collector: NIOLoopBound<Collector>

    private final class Collector: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        var bytes: [UInt8] = []
        var hasEnded = false

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            bytes += unwrapInboundIn(data).readableBytesView
        }

        func channelInactive(context: ChannelHandlerContext) { hasEnded = true }
        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }
    }

    private init(channel: any Channel, collector: NIOLoopBound<Collector>) {
        self.channel = channel
        self.collector = collector
    }

    /// - Parameter reads: False leaves everything that comes unread.
    static func connect(port: Int, reads: Bool = true) async throws -> RawConnection {
        try await loop.flatSubmit {
            let collector = NIOLoopBound(Collector(), eventLoop: loop)
            return ClientBootstrap(group: loop)
                .channelOption(.autoRead, value: reads)
                .channelOption(.socketOption(.so_rcvbuf), value: 65_536)
                .channelOption(.allowRemoteHalfClosure, value: false)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(collector.value)
                    }
                }
                .connect(host: "127.0.0.1", port: port)
                .map { RawConnection(channel: $0, collector: collector) }
        }.get()
    }

    func send(_ text: String) async throws { try await send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) async throws {
        try await channel.writeAndFlush(ByteBuffer(bytes: bytes))
    }

    /// Says that nothing more is sent, and goes on reading.
    func closeOutput() async throws { try await channel.close(mode: .output) }

    /// Waits until what came satisfies the condition.
    @discardableResult
    func received(
        _ condition: @escaping @Sendable (String) -> Bool
    ) async throws -> String {
        try await poll { text, _ in condition(text) }
    }

    /// Waits for the end, and returns all that came.
    func receivedAll() async throws -> String { try await poll { _, hasEnded in hasEnded } }

    /// The bytes that came.
    func bytes() async throws -> [UInt8] {
        try await loop.submit { self.collector.value.bytes }.get()
    }

    private func poll(
        _ condition: @escaping @Sendable (String, Bool) -> Bool
    ) async throws -> String {
        var text = ""
        for _ in 0..<2000 {
            let (bytes, hasEnded) = try await loop.submit {
                (self.collector.value.bytes, self.collector.value.hasEnded)
            }.get()
            text = String(decoding: bytes, as: UTF8.self)
            if condition(text, hasEnded) { return text }
            try await loop.scheduleTask(in: .milliseconds(2)) {}.futureResult.get()
        }
        throw TimedOut(received: text)
    }
}

/// An HTTP POST of a body.
func post(_ body: String, headers: String = "") -> String {
    "POST / HTTP/1.1\r\nhost: test\r\ncontent-length: \(body.utf8.count)\r\n\(headers)\r\n\(body)"
}

/// A client's frame, masked with zeros.
func frame(_ opcode: UInt8, _ payload: [UInt8], isLast: Bool = true, masked: Bool = true) -> [UInt8]
{
    var bytes: [UInt8] = [(isLast ? 0x80 : 0) | opcode]
    let mask: UInt8 = masked ? 0x80 : 0
    if payload.count < 126 {
        bytes.append(mask | UInt8(payload.count))
    } else {
        bytes += [mask | 126, UInt8(payload.count >> 8), UInt8(payload.count & 255)]
    }
    return bytes + (masked ? [0, 0, 0, 0] : []) + payload
}

/// The request of an upgrade.
let upgradeRequest =
    "GET / HTTP/1.1\r\nhost: test\r\nconnection: Upgrade\r\nupgrade: websocket\r\n"
    + "sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
