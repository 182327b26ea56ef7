import NIOCore
import Testing
import Wire

@Suite struct WebSocketServerTests {
    private let echo = Array(#"{"jsonrpc":"2.0","id":1,"method":"echo","params":[1]}"#.utf8)
    private let echoed = #"{"jsonrpc":"2.0","id":1,"result":[1]}"#

    private func upgraded(
        _ server: JSONRPCServer, reads: Bool = true
    ) async throws -> RawConnection {
        let raw = try await RawConnection.connect(port: server.port, reads: reads)
        try await raw.send(upgradeRequest)
        if reads { try await raw.received { $0.hasSuffix("\r\n\r\n") } }
        return raw
    }

    @Test func aMessageInFragmentsWithAPingBetweenIsAnswered() async throws {
        let server = try await startServer()
        let raw = try await upgraded(server)
        try await raw.send(frame(1, Array(echo[..<10]), isLast: false))
        try await raw.send(frame(9, Array("hello".utf8)))
        try await raw.send(frame(0, Array(echo[10..<20]), isLast: false))
        try await raw.send(frame(0, Array(echo[20...])))
        let text = try await raw.received { $0.contains(echoed) }
        #expect(text.contains("hello"))
        #expect(try await raw.bytes().contains(0x8a))
        try await server.shutdown().get()
    }

    @Test func messagesThatComeWithTheUpgradeAreAnswered() async throws {
        let server = try await startServer()
        let raw = try await RawConnection.connect(port: server.port)
        try await raw.send(Array(upgradeRequest.utf8) + frame(1, echo) + frame(2, echo))
        try await raw.received { $0.ranges(of: echoed).count == 2 }
        try await server.shutdown().get()
    }

    @Test func aServerWithoutWebSocketsAnswersAnUpgradeWithAnError() async throws {
        for (configuration, expected) in [
            (JSONRPCServer.Configuration(acceptsWebSockets: false), " 400 "), (.init(), " 101 "),
        ] {
            let server = try await startServer(configuration)
            let raw = try await RawConnection.connect(port: server.port)
            try await raw.send(upgradeRequest)
            try await raw.received { $0.contains(expected) }
            try await server.shutdown().get()
        }
    }

    /// 1002 is 0x03ea, 1009 is 0x03f1.
    @Test(
        arguments: [
            (frame(1, [0x31], masked: false), [0x03, 0xea]),
            (frame(0, [0x31]), [0x03, 0xea]),
            (frame(1, [0x31], isLast: false) + frame(1, [0x31]), [0x03, 0xea]),
            (frame(3, [0x31]), [0x03, 0xea]),
            ([0xc1, 0x81, 0, 0, 0, 0, 0x31], [0x03, 0xea]),
            (frame(9, [0x31], isLast: false), [0x03, 0xea]),
            (frame(8, [0x03]), [0x03, 0xea]),
            (frame(8, [0x03, 0xed]), [0x03, 0xea]),
            (frame(1, [UInt8](repeating: 0x20, count: 1001)), [0x03, 0xf1]),
            (
                frame(1, [UInt8](repeating: 0x20, count: 600), isLast: false)
                    + frame(0, [UInt8](repeating: 0x20, count: 600)), [0x03, 0xf1]
            ),
            (frame(8, [0x03, 0xe8]), [0x03, 0xe8]),
            (frame(8, []), []),
        ] as [([UInt8], [UInt8])])
    func whatBreaksTheProtocolIsClosedWithItsCode(
        _ bytes: [UInt8], _ code: [UInt8]
    ) async throws {
        let server = try await startServer(.init(maximumMessageBytes: 1000))
        let raw = try await upgraded(server)
        let before = try await raw.bytes().count
        try await raw.send(bytes)
        if code == [0x03, 0xe8] || code.isEmpty {
            _ = try await raw.receivedAll()
        } else {
            try await raw.received { $0.utf8.count > before }
            // The server waits for this a while only: on a busy machine it may have hung up.
            try? await raw.send(frame(8, code))
        }
        let answer = try await raw.bytes().dropFirst(before)
        #expect(Array(answer.prefix(2 + code.count)) == [0x88, UInt8(code.count)] + code)
        try await server.shutdown().get()
    }

    @Test func whatIsPushedWhileAnsweringComesAfterTheAnswer() async throws {
        let server = try await startServer()
        let raw = try await upgraded(server)
        try await raw.send(
            frame(1, Array(#"{"jsonrpc":"2.0","id":1,"method":"subscribe","params":[7]}"#.utf8)))
        let text = try await raw.received { $0.contains("pushed") }
        let answer = try #require(text.firstRange(of: #""result":true"#))
        let push = try #require(text.firstRange(of: #""method":"pushed","params":[7]"#))
        #expect(answer.lowerBound < push.lowerBound)
        try await server.shutdown().get()
    }

    @Test func overHTTPNothingCanBePushed() async throws {
        let server = try await startServer()
        let raw = try await RawConnection.connect(port: server.port)
        try await raw.send(
            post(
                #"{"jsonrpc":"2.0","id":1,"method":"subscribe"}"#,
                headers: "connection: close\r\n"))
        #expect(try await raw.receivedAll().hasSuffix(#""result":false}"#))
        try await server.shutdown().get()
    }

    @Test func aSlowReaderIsClosedAndCounted() async throws {
        let server = try await startServer(.init(maximumUnsentBytes: 4 << 20))
        let slow = try await upgraded(server, reads: false)
        let other = try await upgraded(server)
        let flood = #"{"jsonrpc":"2.0","id":1,"method":"flood","params":[1000]}"#
        try await slow.send(frame(1, Array(flood.utf8)))
        for _ in 0..<1000 where try await server.counts().get().slowReadersClosed == 0 {
            try await loop.scheduleTask(in: .milliseconds(1)) {}.futureResult.get()
        }
        #expect(try await server.counts().get().slowReadersClosed == 1)
        try await other.send(frame(1, echo))
        try await other.received { $0.contains(echoed) }
        try await slow.channel.close()
        try await server.shutdown().get()
    }

    @Test func aShutdownSaysGoingAway() async throws {
        let server = try await startServer()
        let raw = try await upgraded(server)
        try await server.shutdown(within: .milliseconds(200)).get()
        _ = try await raw.receivedAll()
        let bytes = try await raw.bytes()
        #expect(Array(bytes.suffix(4)) == [0x88, 2, 0x03, 0xe9])
    }
}
