import NIOCore
import NIOHTTP1

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
        /// Whether a connection may become a WebSocket, on which nothing has to happen.
        public var acceptsWebSockets: Bool
        /// Whether it is for programs alone: what a browser sends of a page of anywhere, which it
        /// marks with its origin, is forbidden, and a `Host` that is neither an address nor
        /// `localhost` nor one of `hostNames`, as a name that was made to point here is.
        public var refusesBrowsers: Bool
        public var hostNames: Set<String>

        public init(
            host: String = "127.0.0.1", port: Int = 0, maximumBodyBytes: Int = 5 << 20,
            maximumMessageBytes: Int = 16 << 20, maximumBatch: Int = 1000,
            maximumUnsentBytes: Int = 16 << 20, maximumConnections: Int = 1024,
            idleTimeout: TimeAmount = .seconds(120), acceptsWebSockets: Bool = true,
            refusesBrowsers: Bool = false, hostNames: Set<String> = []
        ) {
            self.acceptsWebSockets = acceptsWebSockets
            self.refusesBrowsers = refusesBrowsers
            self.hostNames = hostNames
            self.host = host
            self.port = port
            self.maximumBodyBytes = maximumBodyBytes
            self.maximumMessageBytes = maximumMessageBytes
            self.maximumBatch = maximumBatch
            self.maximumUnsentBytes = maximumUnsentBytes
            self.maximumConnections = maximumConnections
            self.idleTimeout = idleTimeout
        }

        /// Why a request is forbidden by its headers; nil where it is not.
        func refusal(of head: HTTPRequestHead) -> String? {
            guard refusesBrowsers else { return nil }
            if head.headers.contains(name: "origin") {
                return "requests of web pages are not answered"
            }
            let hosts = head.headers[canonicalForm: "host"]
            guard hosts.count == 1, let name = Self.hostName(hosts[0]) else {
                return "the request names no host, or several"
            }
            let isKnown =
                name == "localhost" || hostNames.contains(name)
                || (try? SocketAddress(ipAddress: name, port: 0)) != nil
            return isKnown ? nil : "\(name.prefix(64)) is not a name of this server"
        }

        /// The name of a `Host` without its port, in lower case, an IPv6 address without brackets.
        private static func hostName(_ text: Substring) -> String? {
            let name: Substring
            if text.hasPrefix("[") {
                guard let end = text.firstIndex(of: "]") else { return nil }
                name = text[text.index(after: text.startIndex)..<end]
            } else {
                name = text.prefix { $0 != ":" }
            }
            return name.isEmpty ? nil : name.lowercased()
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
        /// Requests that their headers forbid.
        public var requestsForbidden = 0
        /// WebSockets closed because they read too slowly.
        public var slowReadersClosed = 0
        /// WebSockets closed because they broke the protocol.
        public var protocolErrors = 0

        public init() {}
    }
}
