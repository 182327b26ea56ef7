import NIOCore
import Wire

/// A JSON-RPC socket, and what it handed on; everything on the loop of the tests.
final class SocketLog: Sendable {
    let socket: JSONRPCSocket
    private let log: NIOLoopBound<Log>

    private final class Log {
        var notifications: [String] = []
        var closures: [WebSocketClosure] = []
    }

    private init(_ socket: JSONRPCSocket, _ log: NIOLoopBound<Log>) {
        self.socket = socket
        self.log = log
    }

    static func open(
        _ url: String, _ configuration: WebSocketConnection.Configuration = .init(),
        trust: TLSTrust? = nil
    ) async throws -> SocketLog {
        let endpoint = try Endpoint(url)
        return try await loop.flatSubmit {
            let bound = NIOLoopBound(Log(), eventLoop: loop)
            let log = bound.value
            return JSONRPCSocket.open(
                endpoint, on: loop, configuration, trust: trust,
                random: { 0x0123_4567_89ab_cdef },
                onNotification: { log.notifications.append(String(buffer: $0)) },
                onClose: { log.closures.append($0) }
            ).map { SocketLog($0, bound) }
        }.get()
    }

    /// Waits until so many notifications came.
    func notifications(_ count: Int) async throws -> [String] {
        try await poll { $0.notifications.count >= count ? $0.notifications : nil }
    }

    /// Waits for the end.
    func closure() async throws -> [WebSocketClosure] {
        try await poll { $0.closures.isEmpty ? nil : $0.closures }
    }

    private struct TimedOut: Error {}

    private func poll<Value: Sendable>(
        _ value: @escaping @Sendable (Log) -> Value?
    ) async throws -> Value {
        for _ in 0..<2000 {
            if let found = try await loop.submit({ value(self.log.value) }).get() { return found }
            try await loop.scheduleTask(in: .milliseconds(2)) {}.futureResult.get()
        }
        throw TimedOut()
    }
}
