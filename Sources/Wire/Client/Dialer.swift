import NIOCore
import NIOPosix

/// Opens connections to one endpoint, all on one loop.
struct Dialer: Sendable {
    let endpoint: Endpoint
    let loop: any EventLoop
    let connectTimeout: TimeAmount
    /// Nil where the scheme is without TLS.
    let trust: TLSTrust?

    /// - Parameter trust: For https and wss; nil takes the system's roots.
    init(
        _ endpoint: Endpoint, on loop: any EventLoop, connectTimeout: TimeAmount, trust: TLSTrust?
    ) throws {
        self.endpoint = endpoint
        self.loop = loop
        self.connectTimeout = connectTimeout
        self.trust = endpoint.scheme.usesTLS ? try trust ?? TLSTrust.system() : nil
    }

    /// Connects; the initializer adds the handlers above TLS, on the loop.
    func connect(
        _ initializer: @escaping @Sendable (any Channel) throws -> Void
    ) -> EventLoopFuture<any Channel> {
        let (endpoint, trust) = (endpoint, trust)
        let bootstrap = ClientBootstrap(group: loop)
            .connectTimeout(connectTimeout)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let trust {
                        try channel.pipeline.syncOperations.addHandler(
                            trust.handler(for: endpoint))
                    }
                    try initializer(channel)
                }
            }
        let connected =
            if let address = endpoint.address {
                bootstrap.connect(to: address)
            } else {
                bootstrap.connect(host: endpoint.host, port: endpoint.port)
            }
        return connected.flatMapErrorThrowing { error in
            throw ConnectionError.connectFailed(
                endpoint: endpoint.description, cause: "\(error)")
        }
    }
}
