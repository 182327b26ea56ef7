import NIOCore

extension JSONRPCServer {
    /// Where a server listens, and how much it takes from a client.
    public struct Configuration: Sendable {
        public var host: String
        /// 0 takes a free one; `JSONRPCServer.port` says which.
        public var port: Int
        /// Bytes of an HTTP body; above it the answer is 413.
        public var maximumBodyBytes: Int
        /// Bytes of a WebSocket message, in one frame or many; above it the connection is closed
        /// with 1009.
        public var maximumMessageBytes: Int
        /// Calls in one batch.
        public var maximumBatch: Int
        /// Bytes that wait to be sent to one WebSocket; above it the reader is too slow, and the
        /// connection is closed.
        public var maximumUnsentBytes: Int
        /// Open connections; a further one is closed at once.
        public var maximumConnections: Int
        /// An HTTP connection on which nothing happens for so long is closed.
        public var idleTimeout: TimeAmount

        public init(
            host: String = "127.0.0.1", port: Int = 0, maximumBodyBytes: Int = 5 << 20,
            maximumMessageBytes: Int = 16 << 20, maximumBatch: Int = 1000,
            maximumUnsentBytes: Int = 16 << 20, maximumConnections: Int = 1024,
            idleTimeout: TimeAmount = .seconds(120)
        ) {
            self.host = host
            self.port = port
            self.maximumBodyBytes = maximumBodyBytes
            self.maximumMessageBytes = maximumMessageBytes
            self.maximumBatch = maximumBatch
            self.maximumUnsentBytes = maximumUnsentBytes
            self.maximumConnections = maximumConnections
            self.idleTimeout = idleTimeout
        }
    }

    /// What happened since the start.
    public struct Counts: Sendable, Equatable {
        public var connections = 0
        public var webSockets = 0
        public var requests = 0
        /// Closed at once, for there were too many.
        public var connectionsRefused = 0
        /// Bodies above the limit.
        public var bodiesTooLarge = 0
        /// WebSockets closed because they read too slowly.
        public var slowReadersClosed = 0
        /// WebSockets closed because they broke the protocol.
        public var protocolErrors = 0

        public init() {}
    }
}
