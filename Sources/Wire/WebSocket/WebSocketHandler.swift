import NIOCore
import NIOWebSocket

/// One end of a WebSocket (RFC 6455): messages in, messages out, pings answered, closing agreed.
///
/// It belongs to its channel's loop; so do its callbacks, which run inside `channelRead`.
final class WebSocketHandler: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame

    enum Role {
        case server
        /// A client masks; each mask's bits come from the closure (section 5.3).
        case client(random: @Sendable () -> UInt64)
    }

    /// How long the other end may take to agree to a close.
    static let closeTimeout = TimeAmount.seconds(2)

    var onMessage: (ByteBuffer) -> Void = { _ in }
    var onClose: (WebSocketClosure) -> Void = { _ in }
    /// Bytes that wait to be sent.
    private(set) var unsentBytes = 0

    private let role: Role
    private let maximumUnsentBytes: Int
    private let pingInterval: TimeAmount?
    private var assembler: WebSocketAssembler
    private var context: ChannelHandlerContext?
    /// Set by what ends the connection first.
    private var closure: WebSocketClosure?
    private var hasSentClose = false
    private var hasEnded = false
    private var pingTimer: RepeatedTask?
    private var isPingUnanswered = false

    /// - Parameter pingInterval: How often to ask whether the other end is there; it has as long to
    ///   answer. Nil never asks.
    init(
        role: Role, maximumMessageBytes: Int, maximumUnsentBytes: Int,
        pingInterval: TimeAmount? = nil
    ) {
        self.role = role
        self.maximumUnsentBytes = maximumUnsentBytes
        self.pingInterval = pingInterval
        let expectsMask = if case .server = role { true } else { false }
        assembler = WebSocketAssembler(
            maximumBytes: maximumMessageBytes, expectsMask: expectsMask)
    }

    /// Sends a text message. Nothing where the connection is closed or closing.
    func send(_ message: ByteBuffer) {
        guard let context, closure == nil else { return }
        let bytes = message.readableBytes
        guard unsentBytes + bytes <= maximumUnsentBytes else {
            closure = .readerTooSlow(unsentBytes: unsentBytes + bytes)
            context.close(promise: nil)
            return
        }
        unsentBytes += bytes
        let written = context.eventLoop.makePromise(of: Void.self)
        written.futureResult.assumeIsolated().whenComplete { _ in self.unsentBytes -= bytes }
        write(.text, message, promise: written)
    }

    /// Begins to close.
    func close(code: UInt16) {
        guard closure == nil else { return }
        closure = .closedHere(code: code)
        sendClose(code: code)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        guard let pingInterval else { return }
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        pingTimer = context.eventLoop.scheduleRepeatedTask(
            initialDelay: pingInterval, delay: pingInterval
        ) { _ in bound.value.ping() }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        end()
        self.context = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        do throws(WebSocketAssembler.Violation) {
            try handle(try assembler.accept(unwrapInboundIn(data)))
        } catch { violated(error) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let error = error as? NIOWebSocketError else {
            if closure == nil { closure = .lost("\(error)") }
            context.close(promise: nil)
            return
        }
        let isTooLong = if case .invalidFrameLength = error { true } else { false }
        violated(
            WebSocketAssembler.Violation(
                code: isTooLong ? 1009 : 1002, cause: "malformed frame: \(error)"))
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .some(.inputClosed) = event as? ChannelEvent { context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }

    private func handle(
        _ event: WebSocketAssembler.Event
    ) throws(WebSocketAssembler.Violation) {
        switch event {
        case .nothing: break
        case .message(let message):
            if closure == nil { onMessage(message) }
        case .ping(let data):
            if closure == nil { write(.pong, data, promise: nil) }
        case .pong: isPingUnanswered = false
        case .close(let code, let reason):
            if closure == nil { closure = .closedByPeer(code: code ?? 1005, reason: reason) }
            if !hasSentClose { sendClose(code: code) }
            context?.close(promise: nil)
        }
    }

    /// Tells the other end what it did wrong, and closes.
    func violated(_ violation: WebSocketAssembler.Violation) {
        guard closure == nil else { return }
        closure = .violated(code: violation.code, cause: violation.cause)
        sendClose(code: violation.code)
    }

    private func ping() {
        guard closure == nil else { return }
        if isPingUnanswered {
            closure = .pingUnanswered
            context?.close(promise: nil)
        } else {
            isPingUnanswered = true
            write(.ping, ByteBuffer(), promise: nil)
        }
    }

    private func sendClose(code: UInt16?) {
        guard let context, !hasSentClose else { return }
        hasSentClose = true
        var data = ByteBuffer()
        if let code { data.writeInteger(code) }
        write(.connectionClose, data, promise: nil)
        let channel = context.channel
        context.eventLoop.scheduleTask(in: WebSocketHandler.closeTimeout) {
            channel.close(promise: nil)
        }
    }

    private func write(
        _ opcode: WebSocketOpcode, _ data: ByteBuffer, promise: EventLoopPromise<Void>?
    ) {
        guard let context else {
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        var frame = WebSocketFrame(fin: true, opcode: opcode, data: data)
        if case .client(let random) = role {
            let bits = UInt32(truncatingIfNeeded: random())
            frame.maskKey = [
                UInt8(truncatingIfNeeded: bits), UInt8(truncatingIfNeeded: bits >> 8),
                UInt8(truncatingIfNeeded: bits >> 16), UInt8(truncatingIfNeeded: bits >> 24),
            ]
        }
        context.writeAndFlush(wrapOutboundOut(frame), promise: promise)
    }

    private func end() {
        guard !hasEnded else { return }
        hasEnded = true
        pingTimer?.cancel()
        pingTimer = nil
        let closure = closure ?? .lost("the other end closed the connection")
        self.closure = closure
        let callback = onClose
        onMessage = { _ in }
        onClose = { _ in }
        callback(closure)
    }
}
