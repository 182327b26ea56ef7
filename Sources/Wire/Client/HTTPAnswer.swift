import NIOCore
import NIOHTTP1

/// An HTTP response, complete.
public struct HTTPAnswer: Sendable {
    public let status: Int
    public let headers: HTTPHeaders
    public let body: ByteBuffer

    public init(status: Int, headers: HTTPHeaders, body: ByteBuffer) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

/// Collects the responses of one connection.
final class HTTPAnswerHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart

    /// The answer, and whether the connection may carry another request.
    var onAnswer: (HTTPAnswer, Bool) -> Void = { _, _ in }
    /// The connection ended, or has to.
    var onEnd: (ConnectionError) -> Void = { _ in }

    private let maximumBytes: Int
    private var head: HTTPResponseHead?
    private var body = ByteBuffer()
    private var hasEnded = false

    init(maximumBytes: Int) { self.maximumBytes = maximumBytes }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            body = ByteBuffer()
        case .body(let part):
            guard body.readableBytes + part.readableBytes <= maximumBytes else {
                end(.answerTooLong(limit: maximumBytes))
                return context.close(promise: nil)
            }
            body.writeImmutableBuffer(part)
        case .end:
            guard let head, !hasEnded else { return }
            let answer = HTTPAnswer(
                status: Int(head.status.code), headers: head.headers, body: body)
            self.head = nil
            body = ByteBuffer()
            onAnswer(answer, head.isKeepAlive)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        end(.lost(cause: "\(error)"))
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        end(.lost(cause: "the other end closed the connection"))
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        end(.lost(cause: "the connection ended"))
    }

    private func end(_ error: ConnectionError) {
        guard !hasEnded else { return }
        hasEnded = true
        let callback = onEnd
        onAnswer = { _, _ in }
        onEnd = { _ in }
        callback(error)
    }
}
