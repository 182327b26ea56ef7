import JSON
import NIOCore
import Testing
import Wire

@Suite struct HTTPConnectionTests {
    private func connect(
        _ port: Int, _ configuration: HTTPConnection.Configuration = .init()
    ) throws -> HTTPConnection {
        try HTTPConnection(Endpoint("http://127.0.0.1:\(port)"), on: loop, configuration)
    }

    private func body(_ method: String, _ params: JSON = []) -> ByteBuffer {
        JSONRPCCall(method, params).body
    }

    @Test func manyCallsGoOverOneConnectionInTheirOrder() async throws {
        let server = try await startServer()
        let client = JSONRPCClient(try connect(server.port))
        try await client.connection.open().get()
        var answers: [EventLoopFuture<JSON>] = []
        for index in 0..<50 {
            answers.append(client.call(index % 2 == 0 ? "later" : "echo", [.integer(index)]))
        }
        for (index, answer) in answers.enumerated() {
            #expect(try await answer.get() == [.integer(index)])
        }
        #expect(try await server.counts().get().connections == 1)
        try await client.connection.close().get()
        try await server.shutdown().get()
    }

    @Test func aCallThatTheServerRefusesFailsWithItsError() async throws {
        let server = try await startServer()
        let client = JSONRPCClient(try connect(server.port))
        await #expect(throws: JSONRPCError.invalidParams("always")) {
            try await client.call("refuse").get()
        }
        #expect(try await client.call("echo", ["a": 1]).get() == ["a": 1])
        try await server.shutdown().get()
    }

    @Test func aBatchIsOneRequestAndKeepsItsOrder() async throws {
        let server = try await startServer()
        let client = JSONRPCClient(
            try connect(server.port),
            headersOfBody: { ["x-test": "signature of \($0.readableBytes) bytes"] })
        let calls = [
            JSONRPCCall("later", [1]), JSONRPCCall("none"), JSONRPCCall("header"),
        ]
        let outcomes = try await client.batch(calls).get()
        let bytes = JSONRPCCall.body(ofBatch: calls).readableBytes
        #expect(
            outcomes == [
                .success([1]), .failure(.methodNotFound("none")),
                .success(.string("signature of \(bytes) bytes")),
            ])
        #expect(try await client.batch([]).get() == [])
        #expect(try await server.counts().get().requests == 1)
        try await server.shutdown().get()
    }

    @Test func aRequestThatTakesTooLongFailsAndTheNextIsAnswered() async throws {
        let server = try await startServer()
        let connection = try connect(server.port)
        try await connection.open().get()
        await #expect(throws: ConnectionError.timedOut(milliseconds: 100)) {
            try await connection.post(body: body("never"), timeout: .milliseconds(100)).get()
        }
        let answer = try await connection.post(body: body("echo", [2])).get()
        #expect(answer.status == 200)
        #expect(try JSON(parsing: answer.body)["result"] == [2])
        #expect(try await server.counts().get().connections == 2)
        try await server.shutdown(within: .milliseconds(100)).get()
    }

    @Test func requestsAboveTheQueueAreRefusedUnsent() async throws {
        let server = try await startServer()
        let connection = try connect(
            server.port, .init(requestTimeout: .milliseconds(300), maximumQueued: 2))
        try await connection.open().get()
        let waiting = (0..<3).map { _ in connection.post(body: body("never")) }
        await #expect(throws: ConnectionError.queueFull(limit: 2)) {
            try await connection.post(body: body("echo")).get()
        }
        for future in waiting {
            await #expect(throws: ConnectionError.timedOut(milliseconds: 300)) {
                try await future.get()
            }
        }
        #expect(try await server.counts().get().requests == 1)
        try await server.shutdown(within: .milliseconds(100)).get()
    }

    @Test func anAnswerAboveTheLimitFails() async throws {
        let server = try await startServer()
        let connection = try connect(server.port, .init(maximumBodyBytes: 200))
        let long = JSON.string(String(repeating: "x", count: 300))
        await #expect(throws: ConnectionError.answerTooLong(limit: 200)) {
            try await connection.post(body: body("echo", [long])).get()
        }
        #expect(try await connection.post(body: body("echo")).get().status == 200)
        try await server.shutdown().get()
    }

    @Test func aServerThatComesBackIsFoundByTheNextRequest() async throws {
        let server = try await startServer()
        let client = JSONRPCClient(try connect(server.port))
        #expect(try await client.call("echo").get() == [])
        try await server.shutdown().get()
        await #expect(throws: ConnectionError.self) { try await client.call("echo").get() }
        let again = try await startServer(.init(port: server.port))
        #expect(try await client.call("echo", [3]).get() == [3])
        try await again.shutdown().get()
    }

    @Test func nothingListensAtAClosedPort() async throws {
        let server = try await startServer()
        try await server.shutdown().get()
        let connection = try connect(server.port)
        let error = await #expect(throws: ConnectionError.self) {
            try await connection.post(body: body("echo")).get()
        }
        guard case .connectFailed(let endpoint, _)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(endpoint == "http://127.0.0.1:\(server.port)")
    }

    @Test func aConnectionThatWasClosedTakesNoRequest() async throws {
        let server = try await startServer()
        let connection = try connect(server.port)
        let waiting = connection.post(body: body("never"))
        try await connection.close().get()
        await #expect(throws: ConnectionError.closed) { try await waiting.get() }
        await #expect(throws: ConnectionError.closed) {
            try await connection.post(body: body("echo")).get()
        }
        try await server.shutdown(within: .milliseconds(100)).get()
    }

    @Test func whatIsNoJSONRPCIsAnErrorWithItsStatus() async throws {
        let server = try await startServer(.init(maximumBodyBytes: 10))
        let client = JSONRPCClient(try connect(server.port))
        let error = await #expect(throws: ConnectionError.self) {
            try await client.call("echo").get()
        }
        guard case .notJSONRPC(413, _, "the body is above 10 bytes\n")? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        try await server.shutdown().get()
    }

    @Test func aWebSocketEndpointIsNoHTTPConnection() throws {
        #expect(throws: ConnectionError.wrongScheme(.ws)) {
            try HTTPConnection(Endpoint("ws://127.0.0.1:1"), on: loop)
        }
    }
}
