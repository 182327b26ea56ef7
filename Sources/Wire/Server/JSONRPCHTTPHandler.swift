import NIOCore
import NIOHTTP1
import NIOWebSocket

/// Answers the HTTP requests of one connection, one after the other: POST carries JSON-RPC, GET and
/// OPTIONS are health checks, everything else is 405. The content type is not looked at.
final class JSONRPCHTTPHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    /// How long the rest of a body that was refused is read and thrown away, so that the client
    /// gets to read why.
    static let discardTimeout = TimeAmount.seconds(2)

    private enum State {
        case idle
        case reading(HTTPRequestHead)
        case answering
        /// Answered before its end; the connection closes there.
        case discarding
    }

    private let core: JSONRPCServerCore
    private let peer: JSONRPCPeer
    private var state = State.idle
    private var body = ByteBuffer()
    private var closesAfterAnswer = false
    private var context: ChannelHandlerContext?

    init(core: JSONRPCServerCore, id: UInt64, channel: any Channel) {
        self.core = core
        peer = JSONRPCPeer(
            id: id, remoteAddress: channel.remoteAddress?.ipAddress,
            disconnect: { channel.close(promise: nil) })
    }

    /// Closes the connection now where nothing is under way, else after the answer.
    func beginClosing() {
        closesAfterAnswer = true
        if case .idle = state { context?.close(promise: nil) }
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        peer.didClose()
    }

    func channelInactive(context: ChannelHandlerContext) {
        peer.didClose()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch (unwrapInboundIn(data), state) {
        case (.head(let head), _): begin(head)
        case (.body(let part), .reading(let head)):
            guard body.readableBytes + part.readableBytes <= core.configuration.maximumBodyBytes
            else { return refuseBody(head) }
            body.writeImmutableBuffer(part)
        case (.end, .reading(let head)): answer(head)
        case (.end, .discarding): context.close(promise: nil)
        case (.body, _), (.end, _): break
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is IdleStateHandler.IdleStateEvent {
            if case .answering = state {} else { context.close(promise: nil) }
        } else if case .some(.inputClosed) = event as? ChannelEvent {
            if case .answering = state {
                closesAfterAnswer = true
            } else {
                context.close(promise: nil)
            }
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // The request of an upgrade that is none follows, and is answered with 400.
        if error is NIOWebSocketUpgradeError { return }
        context.close(promise: nil)
    }

    private func begin(_ head: HTTPRequestHead) {
        state = .reading(head)
        body.clear(minimumCapacity: 0)
        if let cause = core.configuration.refusal(of: head) {
            core.counts.requestsForbidden += 1
            return refuse(head, .forbidden, cause)
        }
        let length = head.headers.first(name: "content-length").flatMap { Int($0) } ?? 0
        guard length <= core.configuration.maximumBodyBytes else { return refuseBody(head) }
        if head.headers.first(name: "expect")?.lowercased() == "100-continue" {
            let interim = HTTPResponseHead(version: head.version, status: .continue)
            context?.writeAndFlush(wrapOutboundOut(.head(interim)), promise: nil)
        }
    }

    private func refuseBody(_ head: HTTPRequestHead) {
        core.counts.bodiesTooLarge += 1
        refuse(
            head, .payloadTooLarge,
            "the body is above \(core.configuration.maximumBodyBytes) bytes")
    }

    /// Answers before the request's end, and closes there.
    private func refuse(_ head: HTTPRequestHead, _ status: HTTPResponseStatus, _ cause: String) {
        state = .discarding
        body = ByteBuffer()
        write(head, status, ByteBuffer(string: cause + "\n"), close: true)
        guard let context else { return }
        let channel = context.channel
        context.eventLoop.scheduleTask(in: JSONRPCHTTPHandler.discardTimeout) {
            channel.close(promise: nil)
        }
    }

    private func answer(_ head: HTTPRequestHead) {
        state = .answering
        guard head.method == .POST else { return answerWithoutCall(head) }
        core.counts.requests += 1
        let request = body
        body = ByteBuffer()
        var reply = JSONRPCDispatch.Answer.now(nil)
        peer.answering {
            reply = core.dispatch.answer(
                request, headers: head.headers, transport: .http, peer: peer)
        }
        switch reply {
        case .now(let answer): finish(head, .ok, answer)
        case .later(let future):
            future.assumeIsolated().whenComplete { result in
                self.finish(head, .ok, (try? result.get()) ?? nil)
            }
        }
    }

    private func answerWithoutCall(_ head: HTTPRequestHead) {
        let isUpgrade = head.headers.contains(name: "upgrade")
        switch head.method {
        case .GET, .HEAD, .OPTIONS:
            if isUpgrade {
                finish(head, .badRequest, ByteBuffer(string: "not a WebSocket upgrade\n"))
            } else {
                finish(head, .ok, nil)
            }
        default: finish(head, .methodNotAllowed, nil)
        }
    }

    private func finish(
        _ head: HTTPRequestHead, _ status: HTTPResponseStatus, _ answer: ByteBuffer?
    ) {
        let close = closesAfterAnswer || !head.isKeepAlive || core.isShuttingDown
        state = .idle
        write(head, status, answer ?? ByteBuffer(), close: close)
    }

    private func write(
        _ head: HTTPRequestHead, _ status: HTTPResponseStatus, _ body: ByteBuffer, close: Bool
    ) {
        guard let context else { return }
        var headers = HTTPHeaders()
        headers.add(
            name: "content-type", value: status == .ok ? "application/json" : "text/plain")
        headers.add(name: "content-length", value: String(body.readableBytes))
        if status == .methodNotAllowed { headers.add(name: "allow", value: "POST, GET, OPTIONS") }
        if close {
            headers.add(name: "connection", value: "close")
        } else if head.version == .http1_0 {
            headers.add(name: "connection", value: "keep-alive")
        }
        let response = HTTPResponseHead(version: head.version, status: status, headers: headers)
        context.write(wrapOutboundOut(.head(response)), promise: nil)
        if head.method != .HEAD, body.readableBytes > 0 {
            context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        }
        guard close else {
            return context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        }
        let channel = context.channel
        let isDiscarding = if case .discarding = state { true } else { false }
        context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in
            if !isDiscarding { channel.close(promise: nil) }
        }
    }
}
