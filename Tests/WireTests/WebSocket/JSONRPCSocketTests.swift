import JSON
import NIOCore
import NIOPosix
import Testing
import Wire

@Suite struct JSONRPCSocketTests {
    @Test func callsAreAnsweredByTheirIdAndNotificationsHandedOn() async throws {
        let server = try await startServer()
        let log = try await SocketLog.open("ws://127.0.0.1:\(server.port)")
        let late = log.socket.call("later", [1])
        let early = log.socket.call("echo", [2])
        #expect(try await early.get() == [2])
        #expect(try await late.get() == [1])
        #expect(try await log.socket.call("subscribe", ["é"]).get() == true)
        #expect(
            try await log.notifications(1)
                == [#"{"jsonrpc":"2.0","method":"pushed","params":["é"]}"#])
        await #expect(throws: JSONRPCError.methodNotFound("none")) {
            try await log.socket.call("none").get()
        }
        log.socket.close()
        #expect(try await log.closure() == [.closedHere(code: 1000)])
        await #expect(throws: ConnectionError.self) { try await log.socket.call("echo").get() }
        try await server.shutdown().get()
    }

    @Test func largeMessagesGoBothWays() async throws {
        let server = try await startServer()
        let log = try await SocketLog.open("ws://127.0.0.1:\(server.port)")
        let text = JSON.string(String(repeating: "0123456789", count: 300_000))
        #expect(try await log.socket.call("echo", [text]).get() == [text])
        log.socket.close()
        try await server.shutdown().get()
    }

    @Test func aServerThatGoesAwayEndsTheSocketAndItsCalls() async throws {
        let server = try await startServer()
        let log = try await SocketLog.open("ws://127.0.0.1:\(server.port)")
        let waiting = log.socket.call("never")
        while try await server.counts().get().requests == 0 { await Task.yield() }
        try await server.shutdown().get()
        await #expect(throws: ConnectionError.self) { try await waiting.get() }
        #expect(try await log.closure() == [.closedByPeer(code: 1001, reason: "")])
    }

    @Test func aCallThatTakesTooLongFailsAlone() async throws {
        let server = try await startServer()
        let log = try await SocketLog.open("ws://127.0.0.1:\(server.port)")
        await #expect(throws: ConnectionError.timedOut(milliseconds: 20)) {
            try await log.socket.call("never", timeout: .milliseconds(20)).get()
        }
        #expect(try await log.socket.call("echo", [1]).get() == [1])
        log.socket.close()
        try await server.shutdown().get()
    }

    @Test func aSubscriptionWhoseIdIsNoTextFails() async throws {
        let server = try await startServer()
        let log = try await SocketLog.open("ws://127.0.0.1:\(server.port)")
        await #expect(throws: JSONRPCError.methodNotFound("eth_subscribe")) {
            try await log.socket.subscribe(["newHeads"]).get()
        }
        log.socket.close()
        try await server.shutdown().get()
    }

    @Test func aMessageAboveTheLimitEndsTheSocket() async throws {
        let server = try await startServer()
        let log = try await SocketLog.open(
            "ws://127.0.0.1:\(server.port)", .init(maximumMessageBytes: 1000))
        _ = log.socket.call("flood", [1])
        guard case .violated(1009, _) = try await log.closure()[0] else {
            Issue.record("\(try await log.closure())")
            return
        }
        try await server.shutdown().get()
    }

    @Test func aServerThatAnswersWithoutAWebSocketIsRefusedWithItsStatus() async throws {
        let server = try await answering("HTTP/1.1 429 Too Many\r\ncontent-length: 0\r\n\r\n")
        await #expect(throws: ConnectionError.upgradeRefused(status: 429)) {
            try await SocketLog.open("ws://127.0.0.1:\(port(server))")
        }
        try await server.close()
    }

    @Test func aServerThatDoesNotKnowTheKeyIsRefused() async throws {
        let server = try await answering(
            "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n"
                + "sec-websocket-accept: AAAA\r\n\r\n")
        await #expect(throws: (any Error).self) {
            try await SocketLog.open("ws://127.0.0.1:\(port(server))")
        }
        try await server.close()
    }

    @Test func aServerThatSaysNothingTimesOut() async throws {
        let server = try await answering("")
        await #expect(throws: ConnectionError.timedOut(milliseconds: 100)) {
            try await SocketLog.open(
                "ws://127.0.0.1:\(port(server))", .init(connectTimeout: .milliseconds(100)))
        }
        try await server.close()
    }

    @Test func aServerThatDoesNotAnswerPingsIsGivenUp() async throws {
        let server = try await answering(
            "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n"
                + "sec-websocket-accept: \(acceptOfTestKey)\r\n\r\n")
        let log = try await SocketLog.open(
            "ws://127.0.0.1:\(port(server))", .init(pingInterval: .milliseconds(20)))
        #expect(try await log.closure() == [.pingUnanswered])
        try await server.close()
    }

    @Test func aNotificationThatComesWithTheHandshakeIsHandedOn() async throws {
        let text = #"{"method":"m"}"#
        let server = try await answering(
            "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n"
                + "sec-websocket-accept: \(acceptOfTestKey)\r\n\r\n",
            then: [0x81, UInt8(text.utf8.count)] + Array(text.utf8))
        let log = try await SocketLog.open("ws://127.0.0.1:\(port(server))")
        #expect(try await log.notifications(1) == [text])
        log.socket.close()
        try await server.close()
    }

    @Test func aServerThatSendsNoJSONRPCIsLeft() async throws {
        let server = try await answering(
            "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n"
                + "sec-websocket-accept: \(acceptOfTestKey)\r\n\r\n", then: [0x81, 1, 0x78])
        let log = try await SocketLog.open("ws://127.0.0.1:\(port(server))")
        guard case .violated(1007, _) = try await log.closure()[0] else {
            Issue.record("\(try await log.closure())")
            return
        }
        try await server.close()
    }

    /// What RFC 6455 section 4.2.2 makes of the key of the tests' random bits:
    /// base64(sha1(key ‖ "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")).
    private let acceptOfTestKey = "azxiGmXWWzLkZ8NDSiP3sWoZfYk="

    private func port(_ channel: any Channel) -> Int { channel.localAddress?.port ?? 0 }

    /// A server that answers whatever comes with the text, once.
    private func answering(_ text: String, then more: [UInt8] = []) async throws -> any Channel {
        try await ServerBootstrap(group: loop, childGroup: loop)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        OneAnswer(Array(text.utf8) + more))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
    }

    private final class OneAnswer: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer
        private var bytes: [UInt8]

        init(_ bytes: [UInt8]) { self.bytes = bytes }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
            bytes = []
        }
    }
}
