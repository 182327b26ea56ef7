import NIOCore
import NIOPosix
import Wire

/// The one thread of the tests' servers and clients.
let loop: any EventLoop = MultiThreadedEventLoopGroup.singleton.next()

/// A server on a free port that knows a few methods:
///
/// - `echo` returns its params, `later` does so after 5 ms, `never` leaves it, `refuse` fails,
/// - `bytes` returns the number of bytes of the body, `header` the value of X-Test,
/// - `subscribe` pushes one notification at once and returns `true`,
/// - `flood` pushes the first param's number of 64 KiB notifications.
func startServer(
    _ configuration: JSONRPCServer.Configuration = JSONRPCServer.Configuration()
) async throws -> JSONRPCServer {
    try await JSONRPCServer.start(on: loop, configuration, makeHandler: { testHandler }).get()
}

private func testHandler(_ request: JSONRPCRequest, _ peer: JSONRPCPeer) -> JSONRPCReply {
    switch request.method {
    case "echo": return .result(request.params)
    case "later":
        let params = request.params
        return .later(loop.scheduleTask(in: .milliseconds(5)) { params }.futureResult)
    case "laterRefused":
        return .later(loop.makeFailedFuture(JSONRPCError.server("no", data: "0x08c379a0")))
    case "never": return .later(loop.scheduleTask(in: .hours(1)) { .null }.futureResult)
    case "refuse": return .failure(.invalidParams("always"))
    case "bytes": return .result(.integer(request.body.readableBytes))
    case "header": return .result(.string(request.headers.first(name: "x-test") ?? ""))
    case "subscribe":
        let pushed = peer.notify(JSONRPC.notification(method: "pushed", params: request.params))
        return .result(.bool(pushed))
    case "flood":
        let text = String(repeating: "x", count: 65_536)
        let message = JSONRPC.notification(method: "flood", params: .string(text)).buffer
        for _ in 0..<(request.params[0]?.uint64 ?? 0) { peer.notify(message) }
        return .result(.bool(peer.isOpen))
    default: return .failure(.methodNotFound(request.method))
    }
}
