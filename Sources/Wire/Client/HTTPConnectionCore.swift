import NIOCore
import NIOHTTP1

/// A connection's state; it belongs to the loop.
final class HTTPConnectionCore {
    private enum State {
        case idle
        case connecting
        case open(any Channel)
        case closed
    }

    private struct Request {
        let id: UInt64
        let head: HTTPRequestHead
        let body: ByteBuffer?
        let promise: EventLoopPromise<HTTPAnswer>
        let timer: Scheduled<Void>
    }

    private let dialer: Dialer
    private let configuration: HTTPConnection.Configuration
    private var state = State.idle
    private var queue = CircularBuffer<Request>()
    private var current: Request?
    private var opening: [EventLoopPromise<Void>] = []
    private var nextID: UInt64 = 0
    /// Counts connections, so that the end of one that was given up is not taken for the end of its
    /// successor.
    private var generation: UInt64 = 0

    init(dialer: Dialer, configuration: HTTPConnection.Configuration) {
        self.dialer = dialer
        self.configuration = configuration
    }

    private var loop: any EventLoop { dialer.loop }

    func send(
        _ head: HTTPRequestHead, _ body: ByteBuffer?, timeout: TimeAmount?
    ) -> EventLoopFuture<HTTPAnswer> {
        if case .closed = state { return loop.makeFailedFuture(ConnectionError.closed) }
        guard queue.count < configuration.maximumQueued else {
            return loop.makeFailedFuture(
                ConnectionError.queueFull(limit: configuration.maximumQueued))
        }
        let id = nextID
        nextID += 1
        let limit = timeout ?? configuration.requestTimeout
        let timer = loop.assumeIsolated().scheduleTask(in: limit) {
            self.timedOut(id, after: limit)
        }
        let promise = loop.makePromise(of: HTTPAnswer.self)
        queue.append(
            Request(id: id, head: head, body: body, promise: promise, timer: timer))
        advance()
        return promise.futureResult
    }

    func open() -> EventLoopFuture<Void> {
        switch state {
        case .closed: return loop.makeFailedFuture(ConnectionError.closed)
        case .open: return loop.makeSucceededVoidFuture()
        case .idle, .connecting:
            let promise = loop.makePromise(of: Void.self)
            opening.append(promise)
            if case .idle = state { connect() }
            return promise.futureResult
        }
    }

    func close() -> EventLoopFuture<Void> {
        let previous = state
        state = .closed
        generation += 1
        failAll(.closed)
        guard case .open(let channel) = previous else { return loop.makeSucceededVoidFuture() }
        return channel.close().flatMapError { [loop] _ in loop.makeSucceededVoidFuture() }
    }

    /// Writes the next request, where there is one and nothing is under way.
    private func advance() {
        guard current == nil, let request = queue.first else { return }
        switch state {
        case .idle: connect()
        case .connecting, .closed: break
        case .open(let channel):
            queue.removeFirst()
            current = request
            channel.write(HTTPClientRequestPart.head(request.head), promise: nil)
            if let body = request.body {
                channel.write(HTTPClientRequestPart.body(.byteBuffer(body)), promise: nil)
            }
            channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
        }
    }

    private func connect() {
        state = .connecting
        generation += 1
        let generation = generation
        let limit = configuration.maximumBodyBytes
        let bound = NIOLoopBound(self, eventLoop: loop)
        let connected = dialer.connect { channel in
            let handler = HTTPAnswerHandler(maximumBytes: limit)
            handler.onAnswer = { bound.value.answered($0, keepsAlive: $1, generation) }
            handler.onEnd = { bound.value.ended($0, generation) }
            try channel.pipeline.syncOperations.addHTTPClientHandlers()
            try channel.pipeline.syncOperations.addHandler(handler)
        }
        connected.assumeIsolated().whenComplete { result in
            self.connected(result, generation)
        }
    }

    private func connected(_ result: Result<any Channel, any Error>, _ generation: UInt64) {
        guard generation == self.generation, case .connecting = state else {
            if case .success(let channel) = result { channel.close(promise: nil) }
            return
        }
        switch result {
        case .success(let channel):
            guard channel.isActive else {
                return failed(.lost(cause: "the other end closed the connection"))
            }
            state = .open(channel)
            let promises = opening
            opening = []
            for promise in promises { promise.succeed() }
            advance()
        case .failure(let error):
            failed(error as? ConnectionError ?? .lost(cause: "\(error)"))
        }
    }

    private func failed(_ error: ConnectionError) {
        state = .idle
        failAll(error)
    }

    private func answered(_ answer: HTTPAnswer, keepsAlive: Bool, _ generation: UInt64) {
        guard generation == self.generation, case .open(let channel) = state else { return }
        let request = current
        current = nil
        // An answer to nothing: what else comes cannot be trusted to answer anything.
        if !keepsAlive || request == nil {
            state = .idle
            self.generation += 1
            channel.close(promise: nil)
        }
        request?.timer.cancel()
        request?.promise.succeed(answer)
        advance()
    }

    private func ended(_ error: ConnectionError, _ generation: UInt64) {
        // Before it is open, the end is reported by `connected`.
        guard generation == self.generation, case .open = state else { return }
        state = .idle
        self.generation += 1
        let request = current
        current = nil
        request?.timer.cancel()
        request?.promise.fail(error)
        advance()
    }

    private func timedOut(_ id: UInt64, after limit: TimeAmount) {
        let error = ConnectionError.timedOut(milliseconds: limit.nanoseconds / 1_000_000)
        if let request = current, request.id == id {
            current = nil
            if case .open(let channel) = state {
                // The answer may still come, and would be taken for that of the next request.
                state = .idle
                generation += 1
                channel.close(promise: nil)
            }
            request.promise.fail(error)
            advance()
        } else if let index = queue.firstIndex(where: { $0.id == id }) {
            queue.remove(at: index).promise.fail(error)
        }
    }

    private func failAll(_ error: ConnectionError) {
        let requests = (current.map { [$0] } ?? []) + Array(queue)
        current = nil
        queue.removeAll()
        let promises = opening
        opening = []
        for request in requests {
            request.timer.cancel()
            request.promise.fail(error)
        }
        for promise in promises { promise.fail(error) }
    }
}
