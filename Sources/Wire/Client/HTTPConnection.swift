import NIOCore
import NIOHTTP1

/// A persistent connection to one origin (RFC 9112): one request at a time, the others wait in
/// their order. It is opened by the first request, and again by the next after it was lost; no
/// request is ever sent twice.
///
/// On its loop a request is written at once; from elsewhere it hops there first.
public final class HTTPConnection: Sendable {
    /// How long and how much.
    public struct Configuration: Sendable {
        /// From the call to the end of the answer, time in the queue included.
        public var requestTimeout: TimeAmount
        public var connectTimeout: TimeAmount
        /// Requests that wait for the connection, without the one under way.
        public var maximumQueued: Int
        /// Of an answer.
        public var maximumBodyBytes: Int

        public init(
            requestTimeout: TimeAmount = .seconds(10), connectTimeout: TimeAmount = .seconds(5),
            maximumQueued: Int = 256, maximumBodyBytes: Int = 64 << 20
        ) {
            self.requestTimeout = requestTimeout
            self.connectTimeout = connectTimeout
            self.maximumQueued = maximumQueued
            self.maximumBodyBytes = maximumBodyBytes
        }
    }

    public let endpoint: Endpoint
    public let loop: any EventLoop
    private let core: NIOLoopBoundBox<HTTPConnectionCore>

    /// A connection that is not open yet. Throws for ws and wss, and for unreadable roots.
    ///
    /// - Parameter trust: For https; nil takes the system's roots.
    public init(
        _ endpoint: Endpoint, on loop: any EventLoop,
        _ configuration: Configuration = Configuration(), trust: TLSTrust? = nil
    ) throws {
        guard endpoint.scheme == .http || endpoint.scheme == .https else {
            throw ConnectionError.wrongScheme(endpoint.scheme)
        }
        self.endpoint = endpoint
        self.loop = loop
        let dialer = try Dialer(
            endpoint, on: loop, connectTimeout: configuration.connectTimeout, trust: trust)
        core = NIOLoopBoundBox.makeBoxSendingValue(
            HTTPConnectionCore(dialer: dialer, configuration: configuration), eventLoop: loop)
    }

    /// Sends a POST with a JSON body.
    ///
    /// - Parameters:
    ///   - path: Nil takes the endpoint's.
    ///   - headers: Beyond Host, Content-Type, Content-Length and Authorization.
    ///   - timeout: Nil takes the configuration's.
    public func post(
        path: String? = nil, headers: HTTPHeaders = [:], body: ByteBuffer,
        timeout: TimeAmount? = nil
    ) -> EventLoopFuture<HTTPAnswer> {
        send(.POST, path, headers, body, timeout)
    }

    /// Sends a GET.
    public func get(
        path: String? = nil, headers: HTTPHeaders = [:], timeout: TimeAmount? = nil
    ) -> EventLoopFuture<HTTPAnswer> {
        send(.GET, path, headers, nil, timeout)
    }

    /// Connects ahead of the first request, so that this one does not wait for it.
    public func open() -> EventLoopFuture<Void> {
        onLoop { $0.open() }
    }

    /// Closes for good; what waits fails.
    public func close() -> EventLoopFuture<Void> {
        onLoop { $0.close() }
    }

    private func send(
        _ method: HTTPMethod, _ path: String?, _ headers: HTTPHeaders, _ body: ByteBuffer?,
        _ timeout: TimeAmount?
    ) -> EventLoopFuture<HTTPAnswer> {
        var all: HTTPHeaders = ["host": endpoint.authority, "accept": "application/json"]
        if let body {
            all.add(name: "content-type", value: "application/json")
            all.add(name: "content-length", value: String(body.readableBytes))
        }
        if let authorization = endpoint.authorization {
            all.add(name: "authorization", value: authorization)
        }
        for header in headers { all.replaceOrAdd(name: header.name, value: header.value) }
        let head = HTTPRequestHead(
            version: .http1_1, method: method, uri: path ?? endpoint.path, headers: all)
        return onLoop { $0.send(head, body, timeout: timeout) }
    }

    private func onLoop<Value: Sendable>(
        _ body: @escaping @Sendable (HTTPConnectionCore) -> EventLoopFuture<Value>
    ) -> EventLoopFuture<Value> {
        if loop.inEventLoop { return body(core.value) }
        let core = core
        return loop.flatSubmit { body(core.value) }
    }
}
