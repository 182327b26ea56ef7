import JSON
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket

/// A JSON-RPC 2.0 server: HTTP POST and WebSocket on one port, everything on one event loop, so
/// that the handler is called for one request after the other and needs no lock.
public final class JSONRPCServer: Sendable {
    public let loop: any EventLoop
    /// The port it listens on.
    public let port: Int
    private let channel: any Channel
    private let core: NIOLoopBound<JSONRPCServerCore>

    private init(
        loop: any EventLoop, channel: any Channel, core: NIOLoopBound<JSONRPCServerCore>
    ) {
        self.loop = loop
        self.channel = channel
        self.core = core
        port = channel.localAddress?.port ?? 0
    }

    /// Listens, with a handler that is used on the loop alone.
    ///
    /// - Precondition: It is called on the loop.
    public static func start(
        on loop: any EventLoop, _ configuration: Configuration = Configuration(),
        handler: @escaping JSONRPCHandler
    ) -> EventLoopFuture<JSONRPCServer> {
        let core = NIOLoopBound(
            JSONRPCServerCore(loop: loop, configuration: configuration, handler: handler),
            eventLoop: loop)
        return ServerBootstrap(group: loop, childGroup: loop)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try core.value.accept(channel) }
            }
            .bind(host: configuration.host, port: configuration.port)
            .map { JSONRPCServer(loop: loop, channel: $0, core: core) }
    }

    /// Listens, with a handler that is made on the loop; callable from anywhere.
    public static func start(
        on loop: any EventLoop, _ configuration: Configuration = Configuration(),
        makeHandler: @escaping @Sendable () -> JSONRPCHandler
    ) -> EventLoopFuture<JSONRPCServer> {
        loop.flatSubmit { start(on: loop, configuration, handler: makeHandler()) }
    }

    /// What happened since the start.
    public func counts() -> EventLoopFuture<Counts> {
        loop.submit { self.core.value.counts }
    }

    /// Accepts no more connections, lets replies that are due go out, closes WebSockets with 1001,
    /// and cuts what is left after the time.
    public func shutdown(within limit: TimeAmount = .seconds(2)) -> EventLoopFuture<Void> {
        let core = core
        return channel.close().flatMapError { [loop] error in
            // A second shutdown finds it closed.
            if case ChannelError.alreadyClosed = error { return loop.makeSucceededVoidFuture() }
            return loop.makeFailedFuture(error)
        }.flatMap { core.value.shutdown(within: limit) }
    }
}

/// The server's state; it belongs to the loop.
final class JSONRPCServerCore {
    let loop: any EventLoop
    let configuration: JSONRPCServer.Configuration
    let dispatch: JSONRPCDispatch
    var counts = JSONRPCServer.Counts()
    private(set) var isShuttingDown = false

    private var connections: [UInt64: Connection] = [:]
    private var nextID: UInt64 = 1
    private var emptied: EventLoopPromise<Void>?

    private struct Connection {
        let channel: any Channel
        var beginClosing: () -> Void
    }

    init(
        loop: any EventLoop, configuration: JSONRPCServer.Configuration,
        handler: @escaping JSONRPCHandler
    ) {
        self.loop = loop
        self.configuration = configuration
        dispatch = JSONRPCDispatch(
            loop: loop, handler: handler,
            limits: JSON.Limits(
                bytes: max(configuration.maximumBodyBytes, configuration.maximumMessageBytes)),
            maximumBatch: configuration.maximumBatch)
    }

    /// Why a connection was refused.
    struct TooManyConnections: Error {}

    /// Sets up the pipeline of a new connection.
    func accept(_ channel: any Channel) throws {
        guard connections.count < configuration.maximumConnections, !isShuttingDown else {
            counts.connectionsRefused += 1
            throw TooManyConnections()
        }
        counts.connections += 1
        let id = nextID
        nextID += 1
        let http = JSONRPCHTTPHandler(core: self, id: id, channel: channel)
        connections[id] = Connection(channel: channel, beginClosing: http.beginClosing)
        channel.closeFuture.assumeIsolated().whenComplete { _ in self.ended(id) }

        let bound = NIOLoopBound((core: self, http: http), eventLoop: loop)
        let upgrader = NIOWebSocketServerUpgrader(
            maxFrameSize: min(configuration.maximumMessageBytes, Int(UInt32.max)),
            automaticErrorHandling: false,
            shouldUpgrade: { channel, head in
                let configuration = bound.value.core.configuration
                let isWelcome =
                    configuration.acceptsWebSockets && configuration.refusal(of: head) == nil
                return channel.eventLoop.makeSucceededFuture(isWelcome ? [:] : nil)
            },
            upgradePipelineHandler: { channel, head in
                channel.eventLoop.makeCompletedFuture {
                    try bound.value.core.upgrade(channel, id: id, headers: head.headers)
                }
            })
        let pipeline = channel.pipeline.syncOperations
        let idle = IdleStateHandler(allTimeout: configuration.idleTimeout)
        try pipeline.addHandlers([BackPressureHandler(), idle])
        let boundIdle = NIOLoopBound(idle, eventLoop: loop)
        try pipeline.configureHTTPServerPipeline(
            withServerUpgrade: (
                upgraders: [upgrader],
                completionHandler: { context in
                    let operations = context.pipeline.syncOperations
                    operations.removeHandler(bound.value.http, promise: nil)
                    operations.removeHandler(boundIdle.value, promise: nil)
                }
            ))
        try pipeline.addHandler(http)
    }

    /// Turns a connection into a WebSocket. Its callbacks hold the core until the WebSocket ends,
    /// which forgets them.
    private func upgrade(_ channel: any Channel, id: UInt64, headers: HTTPHeaders) throws {
        counts.webSockets += 1
        let webSocket = WebSocketHandler(
            role: .server, maximumMessageBytes: configuration.maximumMessageBytes,
            maximumUnsentBytes: configuration.maximumUnsentBytes)
        let peer = JSONRPCPeer(
            id: id, remoteAddress: channel.remoteAddress?.ipAddress,
            push: { webSocket.send($0) }, disconnect: { webSocket.close(code: 1000) })
        webSocket.onMessage = { [self] message in
            counts.requests += 1
            peer.answering {
                switch dispatch.answer(message, headers: headers, transport: .webSocket, peer: peer)
                {
                case .now(let answer):
                    if let answer { webSocket.send(answer) }
                case .later(let future):
                    future.assumeIsolated().whenSuccess { answer in
                        if let answer { webSocket.send(answer) }
                    }
                }
            }
        }
        webSocket.onClose = { [self] closure in
            switch closure {
            case .readerTooSlow: counts.slowReadersClosed += 1
            case .violated: counts.protocolErrors += 1
            default: break
            }
            peer.didClose()
        }
        connections[id]?.beginClosing = { webSocket.close(code: 1001) }
        try channel.pipeline.syncOperations.addHandler(webSocket)
        if isShuttingDown { webSocket.close(code: 1001) }
    }

    private func ended(_ id: UInt64) {
        connections[id] = nil
        if connections.isEmpty, isShuttingDown {
            emptied?.succeed()
            emptied = nil
        }
    }

    func shutdown(within limit: TimeAmount) -> EventLoopFuture<Void> {
        if let emptied { return emptied.futureResult }
        isShuttingDown = true
        guard !connections.isEmpty else { return loop.makeSucceededVoidFuture() }
        let promise = loop.makePromise(of: Void.self)
        emptied = promise
        for connection in connections.values { connection.beginClosing() }
        let timer = loop.assumeIsolated().scheduleTask(in: limit) {
            for connection in self.connections.values { connection.channel.close(promise: nil) }
        }
        promise.futureResult.whenComplete { _ in timer.cancel() }
        return promise.futureResult
    }
}
