import NIOCore
import Testing
import Wire

@Suite struct TLSTests {
    @Test func aCertificateThatIsTrustedIsAcceptedByBothClients() async throws {
        let identity = try SelfSigned.make()
        let server = try await startServer()
        let front = try await TLSFront.start(identity, port: server.port)
        let port = try #require(front.localAddress?.port)
        let trust = try TLSTrust.roots(pem: identity.certificatePEM)
        let connection = try HTTPConnection(
            Endpoint("https://127.0.0.1:\(port)"), on: loop, trust: trust)
        #expect(try await JSONRPCClient(connection).call("echo", [1]).get() == [1])
        let log = try await SocketLog.open("wss://127.0.0.1:\(port)", trust: trust)
        #expect(try await log.socket.call("echo", [2]).get() == [2])
        log.socket.close()
        _ = try await log.closure()
        try await connection.close().get()
        try await front.close()
        try await server.shutdown().get()
    }

    @Test func aCertificateThatIsNotTrustedIsRefusedByBothClients() async throws {
        let identity = try SelfSigned.make()
        let server = try await startServer()
        let front = try await TLSFront.start(identity, port: server.port)
        let port = try #require(front.localAddress?.port)
        for trust in [nil, try TLSTrust.roots(pem: try SelfSigned.make().certificatePEM)] {
            let connection = try HTTPConnection(
                Endpoint("https://127.0.0.1:\(port)"), on: loop, trust: trust)
            await #expect(throws: ConnectionError.self) {
                try await JSONRPCClient(connection).call("echo", [1]).get()
            }
            await #expect(throws: (any Error).self) {
                try await SocketLog.open("wss://127.0.0.1:\(port)", trust: trust)
            }
        }
        #expect(try await server.counts().get().requests == 0)
        try await front.close()
        try await server.shutdown().get()
    }

    @Test func aCertificateOfAnotherHostIsRefused() async throws {
        let identity = try SelfSigned.make(address: "127.0.0.2")
        let server = try await startServer()
        let front = try await TLSFront.start(identity, port: server.port)
        let port = try #require(front.localAddress?.port)
        let trust = try TLSTrust.roots(pem: identity.certificatePEM)
        let connection = try HTTPConnection(
            Endpoint("https://127.0.0.1:\(port)"), on: loop, trust: trust)
        await #expect(throws: ConnectionError.self) {
            try await JSONRPCClient(connection).call("echo", [1]).get()
        }
        #expect(try await server.counts().get().requests == 0)
        try await front.close()
        try await server.shutdown().get()
    }
}
