import NIOCore
import NIOHTTP1
import NIOWebSocket

/// The opening handshake of a client (RFC 6455 section 4.1).
enum WebSocketHandshake {
    /// What the server's answer leads to.
    private enum Outcome {
        case webSocket
        case http(NIOLoopBound<StatusReader>)
    }

    /// Connects and puts the handler into the pipeline. The future succeeds when it is there.
    static func run(
        _ endpoint: Endpoint, on loop: any EventLoop,
        _ configuration: WebSocketConnection.Configuration, trust: TLSTrust?,
        random: @Sendable () -> UInt64, handler: NIOLoopBound<WebSocketHandler>
    ) -> EventLoopFuture<Void> {
        let key = key(random)
        let opened = loop.makePromise(of: Void.self)
        let timer = loop.scheduleTask(in: configuration.connectTimeout) {
            opened.fail(
                ConnectionError.timedOut(
                    milliseconds: configuration.connectTimeout.nanoseconds / 1_000_000))
        }
        opened.futureResult.whenComplete { _ in timer.cancel() }
        let dialer: Dialer
        do {
            dialer = try Dialer(
                endpoint, on: loop, connectTimeout: configuration.connectTimeout, trust: trust)
        } catch {
            opened.fail(error)
            return opened.futureResult
        }
        dialer.connect { channel in
            let outcome = try upgrade(channel, endpoint, key, configuration, handler)
            outcome.assumeIsolated().flatMap { outcome in
                switch outcome {
                case .webSocket: channel.eventLoop.makeSucceededVoidFuture()
                case .http(let reader): reader.value.refusal.futureResult
                }
            }.nonisolated().cascade(to: opened)
            // Whoever stopped waiting wants no connection.
            opened.futureResult.whenFailure { _ in
                handler.value.onClose = { _ in }
                channel.close(promise: nil)
            }
            channel.closeFuture.whenComplete { _ in
                opened.fail(ConnectionError.lost(cause: "closed during the handshake"))
            }
        }.whenFailure { opened.fail($0) }
        return opened.futureResult
    }

    private static func upgrade(
        _ channel: any Channel, _ endpoint: Endpoint, _ key: String,
        _ configuration: WebSocketConnection.Configuration,
        _ handler: NIOLoopBound<WebSocketHandler>
    ) throws -> EventLoopFuture<Outcome> {
        let upgrader = NIOTypedWebSocketClientUpgrader<Outcome>(
            requestKey: key,
            maxFrameSize: min(configuration.maximumMessageBytes, Int(UInt32.max)),
            enableAutomaticErrorHandling: false,
            upgradePipelineHandler: { channel, _ in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(handler.value)
                    return .webSocket
                }
            })
        var headers: HTTPHeaders = ["host": endpoint.authority, "content-length": "0"]
        if let authorization = endpoint.authorization {
            headers.add(name: "authorization", value: authorization)
        }
        let head = HTTPRequestHead(
            version: .http1_1, method: .GET, uri: endpoint.path, headers: headers)
        var pipeline = NIOUpgradableHTTPClientPipelineConfiguration(
            upgradeConfiguration: NIOTypedHTTPClientUpgradeConfiguration(
                upgradeRequestHead: head, upgraders: [upgrader],
                notUpgradingCompletionHandler: { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let reader = StatusReader(loop: channel.eventLoop)
                        try channel.pipeline.syncOperations.addHandler(reader)
                        return .http(NIOLoopBound(reader, eventLoop: channel.eventLoop))
                    }
                }))
        // Frames that come in the same read as the answer; by default they are thrown away.
        pipeline.leftOverBytesStrategy = .forwardBytes
        return try channel.pipeline.syncOperations.configureUpgradableHTTPClientPipeline(
            configuration: pipeline)
    }

    /// 16 bytes in base 64.
    private static func key(_ random: () -> UInt64) -> String {
        let words = [random(), random()]
        return Base64.encode(
            words.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } })
    }

    /// Learns with which status the server refuses.
    private final class StatusReader: ChannelInboundHandler {
        typealias InboundIn = HTTPClientResponsePart

        let refusal: EventLoopPromise<Void>

        init(loop: any EventLoop) { refusal = loop.makePromise() }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            guard case .head(let head) = unwrapInboundIn(data) else { return }
            refusal.fail(ConnectionError.upgradeRefused(status: Int(head.status.code)))
        }

        func handlerRemoved(context: ChannelHandlerContext) {
            refusal.fail(ConnectionError.lost(cause: "closed during the handshake"))
        }
    }
}
