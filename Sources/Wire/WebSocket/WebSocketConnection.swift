import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket

/// A client's end of a WebSocket (RFC 6455), ws or wss.
///
/// It belongs to one loop, on which the callbacks run: a message's inside `channelRead`, so that
/// its bytes are seen at once.
public final class WebSocketConnection: Sendable {
    /// How long and how much.
    public struct Configuration: Sendable {
        /// From the name's resolution to the end of the handshake.
        public var connectTimeout: TimeAmount
        /// Of a message that comes in.
        public var maximumMessageBytes: Int
        /// That wait to be sent; above it the connection is closed.
        public var maximumUnsentBytes: Int
        /// How often the server is asked whether it is there; nil never.
        public var pingInterval: TimeAmount?

        public init(
            connectTimeout: TimeAmount = .seconds(5), maximumMessageBytes: Int = 64 << 20,
            maximumUnsentBytes: Int = 16 << 20, pingInterval: TimeAmount? = .seconds(15)
        ) {
            self.connectTimeout = connectTimeout
            self.maximumMessageBytes = maximumMessageBytes
            self.maximumUnsentBytes = maximumUnsentBytes
            self.pingInterval = pingInterval
        }
    }

    public let endpoint: Endpoint
    public let loop: any EventLoop
    private let handler: NIOLoopBound<WebSocketHandler>

    private init(
        _ endpoint: Endpoint, _ loop: any EventLoop, _ handler: NIOLoopBound<WebSocketHandler>
    ) {
        self.endpoint = endpoint
        self.loop = loop
        self.handler = handler
    }

    /// Connects and shakes hands. No message is lost: the callbacks are there before the first.
    ///
    /// - Parameters:
    ///   - trust: For wss; nil takes the system's roots.
    ///   - random: 64 unpredictable bits at each call: the frames' masks (section 10.3).
    ///   - onMessage: The bytes of each text or binary message.
    ///   - onClose: Runs once, only after the future has succeeded.
    /// - Precondition: It is called on the loop.
    public static func open(
        _ endpoint: Endpoint, on loop: any EventLoop,
        _ configuration: Configuration = Configuration(), trust: TLSTrust? = nil,
        random: @escaping @Sendable () -> UInt64,
        onMessage: @escaping (ByteBuffer) -> Void,
        onClose: @escaping (WebSocketClosure) -> Void
    ) -> EventLoopFuture<WebSocketConnection> {
        guard endpoint.scheme == .ws || endpoint.scheme == .wss else {
            return loop.makeFailedFuture(ConnectionError.wrongScheme(endpoint.scheme))
        }
        let webSocket = WebSocketHandler(
            role: .client(random: random),
            maximumMessageBytes: configuration.maximumMessageBytes,
            maximumUnsentBytes: configuration.maximumUnsentBytes,
            pingInterval: configuration.pingInterval)
        webSocket.onMessage = onMessage
        webSocket.onClose = onClose
        let handler = NIOLoopBound(webSocket, eventLoop: loop)
        return WebSocketHandshake.run(
            endpoint, on: loop, configuration, trust: trust, random: random, handler: handler
        ).map { WebSocketConnection(endpoint, loop, handler) }
    }

    /// Sends a text message; nothing where the connection is closed.
    public func send(_ message: ByteBuffer) {
        onLoop { $0.send(message) }
    }

    /// Says goodbye; the connection ends when the server agrees, or after two seconds.
    public func close(code: UInt16 = 1000) {
        onLoop { $0.close(code: code) }
    }

    /// Ends the connection because of what the server sent.
    func violated(_ cause: String) {
        onLoop { $0.violated(WebSocketAssembler.Violation(code: 1007, cause: cause)) }
    }

    private func onLoop(_ body: @escaping @Sendable (WebSocketHandler) -> Void) {
        if loop.inEventLoop { return body(handler.value) }
        let handler = handler
        loop.execute { body(handler.value) }
    }
}
