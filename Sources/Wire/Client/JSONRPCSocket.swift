import JSON
import NIOCore

/// JSON-RPC over a WebSocket: calls with answers, and notifications, whose bytes are handed on as
/// they come.
///
/// It belongs to one loop, on which the callbacks run. A call fails with the server's
/// `JSONRPCError`, or with a `ConnectionError`. A subscription's future succeeds before its first
/// notification is handed on, if the callback on it was set at once.
public final class JSONRPCSocket: Sendable {
    public let loop: any EventLoop
    private let connection: WebSocketConnection
    private let calls: NIOLoopBound<PendingCalls>

    private init(_ connection: WebSocketConnection, _ calls: NIOLoopBound<PendingCalls>) {
        loop = connection.loop
        self.connection = connection
        self.calls = calls
    }

    /// Connects.
    ///
    /// - Parameters:
    ///   - maximumCalls: Calls that wait for their answer.
    ///   - random: 64 unpredictable bits at each call: the frames' masks.
    ///   - onNotification: The bytes of each message that answers no call, inside `channelRead`.
    ///   - onClose: Runs once, after all calls have failed.
    /// - Precondition: It is called on the loop.
    public static func open(
        _ endpoint: Endpoint, on loop: any EventLoop,
        _ configuration: WebSocketConnection.Configuration = .init(), trust: TLSTrust? = nil,
        maximumCalls: Int = 1024, random: @escaping @Sendable () -> UInt64,
        onNotification: @escaping (ByteBuffer) -> Void,
        onClose: @escaping (WebSocketClosure) -> Void
    ) -> EventLoopFuture<JSONRPCSocket> {
        let pending = PendingCalls(loop: loop, maximum: maximumCalls)
        let calls = NIOLoopBound(pending, eventLoop: loop)
        return WebSocketConnection.open(
            endpoint, on: loop, configuration, trust: trust, random: random,
            onMessage: { message in
                do throws(HotMessageError) {
                    switch try JSONRPCMessageKind(message) {
                    case .notification: onNotification(message)
                    case .answer: pending.answered(message)
                    }
                } catch { pending.violated(error.description) }
            },
            onClose: { closure in
                pending.failAll(.lost(cause: closure.description))
                onClose(closure)
            }
        ).map { connection in
            calls.value.connection = connection
            return JSONRPCSocket(connection, calls)
        }
    }

    /// One call.
    public func call(
        _ method: String, _ params: JSON = [], timeout: TimeAmount = .seconds(10)
    ) -> EventLoopFuture<JSON> {
        if loop.inEventLoop { return calls.value.call(method, params, timeout: timeout) }
        let calls = calls
        return loop.flatSubmit { calls.value.call(method, params, timeout: timeout) }
    }

    /// Calls `eth_subscribe` and returns the subscription's id.
    public func subscribe(
        _ params: JSON, timeout: TimeAmount = .seconds(10)
    ) -> EventLoopFuture<String> {
        call("eth_subscribe", params, timeout: timeout).flatMapThrowing { result in
            guard let id = result.string else {
                throw ConnectionError.notJSONRPC(
                    status: 101, cause: "the subscription's id is no string",
                    body: String(result.text.prefix(256)))
            }
            return id
        }
    }

    /// Says goodbye.
    public func close() { connection.close() }
}

/// The calls that wait for their answer; they belong to the loop.
final class PendingCalls {
    private struct Call {
        let promise: EventLoopPromise<JSON>
        let timer: Scheduled<Void>
    }

    /// Set once the connection is open; what came with the handshake's answer came before.
    var connection: WebSocketConnection? {
        didSet {
            if let violation { connection?.violated(violation) }
        }
    }
    private var violation: String?
    private let loop: any EventLoop
    private let maximum: Int
    private var calls: [UInt64: Call] = [:]
    private var nextID: UInt64 = 1
    private var end: ConnectionError?

    init(loop: any EventLoop, maximum: Int) {
        self.loop = loop
        self.maximum = maximum
    }

    func call(_ method: String, _ params: JSON, timeout: TimeAmount) -> EventLoopFuture<JSON> {
        guard let connection, end == nil else {
            return loop.makeFailedFuture(end ?? ConnectionError.closed)
        }
        guard calls.count < maximum else {
            return loop.makeFailedFuture(ConnectionError.queueFull(limit: maximum))
        }
        let id = nextID
        nextID += 1
        let promise = loop.makePromise(of: JSON.self)
        let timer = loop.assumeIsolated().scheduleTask(in: timeout) {
            self.timedOut(id, after: timeout)
        }
        calls[id] = Call(promise: promise, timer: timer)
        connection.send(JSONRPC.call(id: id, method: method, params: params).buffer)
        return promise.futureResult
    }

    /// An answer came. One to a call that has timed out is passed over.
    func answered(_ message: ByteBuffer) {
        let id: UInt64?
        let outcome: Result<JSON, JSONRPCError>
        do {
            (id, outcome) = try JSONRPCAnswer.read(try JSON(parsing: message))
        } catch {
            violated("\(error)")
            return
        }
        guard let id, let call = calls.removeValue(forKey: id) else { return }
        call.timer.cancel()
        switch outcome {
        case .success(let result): call.promise.succeed(result)
        case .failure(let error): call.promise.fail(error)
        }
    }

    private func timedOut(_ id: UInt64, after limit: TimeAmount) {
        guard let call = calls.removeValue(forKey: id) else { return }
        call.promise.fail(
            ConnectionError.timedOut(milliseconds: limit.nanoseconds / 1_000_000))
    }

    /// The server sends what is no JSON-RPC: nothing that it says can be trusted any more.
    func violated(_ cause: String) {
        violation = cause
        connection?.violated(cause)
    }

    func failAll(_ error: ConnectionError) {
        end = error
        connection = nil
        let waiting = calls.sorted { $0.key < $1.key }
        calls = [:]
        for (_, call) in waiting {
            call.timer.cancel()
            call.promise.fail(error)
        }
    }
}
