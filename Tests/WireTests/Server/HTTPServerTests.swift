import JSON
import NIOCore
import Testing
import Wire

@Suite struct HTTPServerTests {
    /// The body of the one answer to the body.
    private func answer(
        to body: String, _ configuration: JSONRPCServer.Configuration = .init()
    ) async throws -> String {
        let server = try await startServer(configuration)
        let raw = try await RawConnection.connect(port: server.port)
        try await raw.send(post(body, headers: "connection: close\r\n"))
        let text = try await raw.receivedAll()
        try await server.shutdown().get()
        #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n"))
        return String(text.split(separator: "\r\n\r\n", maxSplits: 1).dropFirst().first ?? "")
    }

    /// The status line of the answer to a request with these headers.
    private func status(
        _ headers: String, host: String = "127.0.0.1:80",
        _ configuration: JSONRPCServer.Configuration
    ) async throws -> String {
        let server = try await startServer(configuration)
        let raw = try await RawConnection.connect(port: server.port)
        let body = #"{"jsonrpc":"2.0","id":1,"method":"echo"}"#
        try await raw.send(
            "POST / HTTP/1.1\r\nhost: \(host)\r\nconnection: close\r\n\(headers)"
                + "content-length: \(body.utf8.count)\r\n\r\n\(body)")
        let text = try await raw.receivedAll()
        try await server.shutdown().get()
        return String(text.prefix { $0 != "\r\n" })
    }

    @Test func whatABrowserSendsOfAPageIsForbiddenWhereProgramsAloneAreAnswered() async throws {
        let programs = JSONRPCServer.Configuration(refusesBrowsers: true)
        let page = "origin: https://example.org\r\n"
        #expect(try await status("", programs).contains(" 200 "))
        #expect(try await status(page, programs).contains(" 403 "))
        #expect(try await status("origin: null\r\n", programs).contains(" 403 "))
        #expect(try await status(page, .init()).contains(" 200 "))
    }

    @Test func aNameThatWasMadeToPointHereIsForbidden() async throws {
        let programs = JSONRPCServer.Configuration(
            refusesBrowsers: true, hostNames: ["orders.internal"])
        for host in ["localhost", "LocalHost:8545", "[::1]:1", "10.0.0.7", "orders.internal"] {
            #expect(try await status("", host: host, programs).contains(" 200 "), "\(host)")
        }
        for host in ["rebound.example.org", "127.0.0.1.example.org:80", "[::1", ":1"] {
            #expect(try await status("", host: host, programs).contains(" 403 "), "\(host)")
        }
        #expect(try await status("", host: "rebound.example.org", .init()).contains(" 200 "))
    }

    @Test(arguments: [
        (
            #"{"jsonrpc":"2.0","id":1,"method":"echo","params":[1,"a"]}"#,
            #"{"jsonrpc":"2.0","id":1,"result":[1,"a"]}"#
        ),
        (
            #"{"jsonrpc":"2.0","id":"x","method":"later","params":{"a":1}}"#,
            #"{"jsonrpc":"2.0","id":"x","result":{"a":1}}"#
        ),
        (
            #"{"jsonrpc":"2.0","id":null,"method":"echo"}"#,
            #"{"jsonrpc":"2.0","id":null,"result":[]}"#
        ),
        (
            #"{"jsonrpc":"2.0","id":1,"method":"refuse"}"#,
            #"{"jsonrpc":"2.0","id":1,"error":{"code":-32602,"#
                + #""message":"invalid params: always"}}"#
        ),
        (
            #"{"jsonrpc":"2.0","id":1,"method":"laterRefused"}"#,
            #"{"jsonrpc":"2.0","id":1,"error":{"code":-32000,"message":"no","#
                + #""data":"0x08c379a0"}}"#
        ),
        (
            #"{"jsonrpc":"2.0","id":1,"method":"none"}"#,
            #"{"jsonrpc":"2.0","id":1,"error":{"code":-32601,"#
                + #""message":"the method none does not exist/is not available"}}"#
        ),
        (
            #"{"jsonrpc":"2.0","id":1,"method":"#,
            #"{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"#
                + #""message":"parse error: the text ends too early at byte 33"}}"#
        ),
        (
            #"{"id":1,"method":"echo"}"#,
            #"{"jsonrpc":"2.0","id":1,"error":{"code":-32600,"#
                + #""message":"invalid request: \"jsonrpc\" is not \"2.0\""}}"#
        ),
        (
            #"{"jsonrpc":"2.0","id":7,"method":5}"#,
            #"{"jsonrpc":"2.0","id":7,"error":{"code":-32600,"#
                + #""message":"invalid request: \"method\" is not a string"}}"#
        ),
        (
            #"{"jsonrpc":"2.0","id":[1],"method":"echo"}"#,
            #"{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"#
                + #""message":"invalid request: the id is neither a string nor a number"}}"#
        ),
        (
            #"{"jsonrpc":"2.0","id":7,"method":"echo","params":"a"}"#,
            #"{"jsonrpc":"2.0","id":7,"error":{"code":-32600,"#
                + #""message":"invalid request: \"params\" is neither an array nor an object"}}"#
        ),
        (
            "5",
            #"{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"#
                + #""message":"invalid request: it is not an object"}}"#
        ),
        (
            "[]",
            #"{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"#
                + #""message":"invalid request: the batch is empty"}}"#
        ),
        (#"{"jsonrpc":"2.0","method":"echo"}"#, ""),
        (#"[{"jsonrpc":"2.0","method":"echo"},{"jsonrpc":"2.0","method":"none"}]"#, ""),
    ])
    func aBodyIsAnsweredByTheSpecification(_ body: String, _ expected: String) async throws {
        #expect(try await answer(to: body) == expected)
    }

    @Test func aBatchIsAnsweredInItsOrderWithoutItsNotifications() async throws {
        let body =
            #"[{"jsonrpc":"2.0","id":1,"method":"later","params":[1]},5,"#
            + #"{"jsonrpc":"2.0","method":"echo","params":[2]},"#
            + #"{"jsonrpc":"2.0","id":3,"method":"echo","params":[3]}]"#
        let json = try JSON(parsing: try await answer(to: body))
        #expect(json.array?.count == 3)
        #expect(json[0]?["result"] == [1])
        #expect(json[1]?["error"]?["code"] == -32600 && json[1]?["id"] == .null)
        #expect(json[2]?["result"] == [3])
    }

    @Test func aBatchAboveTheLimitIsRefusedWhole() async throws {
        let call = #"{"jsonrpc":"2.0","id":1,"method":"echo"}"#
        let allowed = try await answer(to: "[\(call),\(call)]", .init(maximumBatch: 2))
        #expect(try JSON(parsing: allowed).array?.count == 2)
        let refused = try await answer(to: "[\(call),\(call),\(call)]", .init(maximumBatch: 2))
        #expect(try JSON(parsing: refused)["error"]?["code"] == -32600)
    }

    @Test func theHandlerSeesTheBytesOfTheBodyAndTheHeaders() async throws {
        let server = try await startServer()
        let raw = try await RawConnection.connect(port: server.port)
        let body =
            "  [ {\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"bytes\"},"
            + "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"header\"}]\n"
        try await raw.send(post(body, headers: "X-Test: a:b\r\nconnection: close\r\n"))
        let text = try await raw.receivedAll()
        #expect(text.contains(#""result":\#(body.utf8.count)}"#))
        #expect(text.contains(#""result":"a:b"}"#))
        try await server.shutdown().get()
    }

    @Test func pipelinedPostsAreAnsweredInTheirOrder() async throws {
        let server = try await startServer()
        let raw = try await RawConnection.connect(port: server.port)
        let bodies = (0..<20).map { index in
            #"{"jsonrpc":"2.0","id":\#(index),"method":"\#(index % 2 == 0 ? "later" : "echo")"}"#
        }
        try await raw.send(bodies.map { post($0) }.joined())
        let text = try await raw.received { $0.contains(#""id":19,"#) }
        let ids = text.split(separator: #""id":"#).dropFirst().compactMap {
            Int($0.prefix { $0.isNumber })
        }
        #expect(ids == Array(0..<20))
        #expect(try await server.counts().get().connections == 1)
        #expect(try await server.counts().get().requests == 20)
        try await server.shutdown().get()
    }

    @Test func aBodyOfTheLimitIsTakenAndOneMoreByteIs413() async throws {
        let server = try await startServer(.init(maximumBodyBytes: 100_000))
        let call = #"{"jsonrpc":"2.0","id":1,"method":"bytes"}"#
        let padding = String(repeating: " ", count: 100_000 - call.utf8.count)
        let raw = try await RawConnection.connect(port: server.port)
        try await raw.send(post(call + padding))
        try await raw.received { $0.contains(#""result":100000}"#) }
        try await raw.send(post(call + padding + " "))
        let text = try await raw.receivedAll()
        #expect(text.contains("HTTP/1.1 413 Payload Too Large\r\n"))
        #expect(try await server.counts().get().bodiesTooLarge == 1)
        try await server.shutdown().get()
    }

    @Test func achunkedBodyAboveTheLimitIs413() async throws {
        let server = try await startServer(.init(maximumBodyBytes: 1000))
        let raw = try await RawConnection.connect(port: server.port)
        let chunk = "200\r\n" + String(repeating: " ", count: 512) + "\r\n"
        try await raw.send(
            "POST / HTTP/1.1\r\nhost: test\r\ntransfer-encoding: chunked\r\n\r\n" + chunk + chunk
                + chunk + "0\r\n\r\n")
        #expect(try await raw.receivedAll().hasPrefix("HTTP/1.1 413 "))
        try await server.shutdown().get()
    }

    @Test func aClientThatAsksMayContinue() async throws {
        let server = try await startServer()
        let raw = try await RawConnection.connect(port: server.port)
        let body = #"{"jsonrpc":"2.0","id":1,"method":"echo"}"#
        let whole = post(body, headers: "expect: 100-continue\r\nconnection: close\r\n")
        try await raw.send(String(whole.dropLast(body.count)))
        try await raw.received { $0.hasPrefix("HTTP/1.1 100 Continue\r\n\r\n") }
        try await raw.send(body)
        #expect(try await raw.receivedAll().hasSuffix(#""result":[]}"#))
        try await server.shutdown().get()
    }

    @Test func aClientThatClosesItsHalfStillGetsItsAnswer() async throws {
        let server = try await startServer()
        let raw = try await RawConnection.connect(port: server.port)
        try await raw.send(post(#"{"jsonrpc":"2.0","id":1,"method":"later","params":[5]}"#))
        try await raw.closeOutput()
        #expect(try await raw.receivedAll().hasSuffix(#""result":[5]}"#))
        try await server.shutdown().get()
    }

    @Test(arguments: [
        ("GET / HTTP/1.1\r\nhost: t\r\nconnection: close\r\n\r\n", "HTTP/1.1 200 OK"),
        ("HEAD / HTTP/1.1\r\nhost: t\r\nconnection: close\r\n\r\n", "HTTP/1.1 200 OK"),
        (
            "PUT / HTTP/1.1\r\nhost: t\r\nconnection: close\r\ncontent-length: 0\r\n\r\n",
            "HTTP/1.1 405 Method Not Allowed"
        ),
        ("nonsense\r\n\r\n", "HTTP/1.1 400 Bad Request"),
        (
            "GET / HTTP/1.1\r\nhost: t\r\nconnection: close, upgrade\r\nupgrade: websocket\r\n\r\n",
            "HTTP/1.1 400 Bad Request"
        ),
        (
            "POST / HTTP/1.0\r\ncontent-length: 40\r\n\r\n"
                + #"{"jsonrpc":"2.0","id":1,"method":"echo"}"#, "HTTP/1.0 200 OK"
        ),
    ])
    func aRequestWithoutACallHasItsStatus(_ request: String, _ status: String) async throws {
        let server = try await startServer()
        let raw = try await RawConnection.connect(port: server.port)
        try await raw.send(request)
        let text = try await raw.receivedAll()
        #expect(text.hasPrefix(status), "\(text)")
        try await server.shutdown().get()
    }

    @Test func aConnectionOnWhichNothingHappensIsClosed() async throws {
        let server = try await startServer(.init(idleTimeout: .milliseconds(50)))
        let raw = try await RawConnection.connect(port: server.port)
        #expect(try await raw.receivedAll() == "")
        try await server.shutdown().get()
    }

    @Test func connectionsAboveTheLimitAreClosedAndCounted() async throws {
        let server = try await startServer(.init(maximumConnections: 1))
        let first = try await RawConnection.connect(port: server.port)
        try await first.send(post(#"{"jsonrpc":"2.0","id":1,"method":"echo"}"#))
        try await first.received { $0.contains("result") }
        let second = try await RawConnection.connect(port: server.port)
        #expect(try await second.receivedAll() == "")
        #expect(try await server.counts().get().connectionsRefused == 1)
        try await server.shutdown().get()
    }

    @Test func aShutdownLetsAnAnswerOutAndThenRefuses() async throws {
        let server = try await startServer()
        let raw = try await RawConnection.connect(port: server.port)
        try await raw.send(post(#"{"jsonrpc":"2.0","id":1,"method":"later","params":[6]}"#))
        while try await server.counts().get().requests == 0 { await Task.yield() }
        try await server.shutdown().get()
        #expect(try await raw.receivedAll().hasSuffix(#""result":[6]}"#))
        try await server.shutdown().get()
        await #expect(throws: (any Error).self) {
            try await RawConnection.connect(port: server.port)
        }
    }
}
