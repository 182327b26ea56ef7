import JSON
import NIOCore

/// A client of a server, as the handler sees it. It belongs to the server's loop.
///
/// What is pushed while the handler runs is sent after the handler's reply, so that the id of a
/// subscription arrives before what is subscribed to.
public final class JSONRPCPeer {
    /// Distinct among all connections of the server.
    public let id: UInt64
    /// Whether `notify` can reach the client: over WebSocket, not over HTTP.
    public let canBeNotified: Bool
    /// The address it comes from, without the port; nil where the socket has none.
    public let remoteAddress: String?
    public private(set) var isOpen = true

    private var push: ((ByteBuffer) -> Void)?
    private var disconnect: (() -> Void)?
    private var closeCallbacks: [() -> Void] = []
    private var isAnswering = false
    private var held: [ByteBuffer] = []

    init(
        id: UInt64, remoteAddress: String?, push: ((ByteBuffer) -> Void)? = nil,
        disconnect: @escaping () -> Void
    ) {
        self.id = id
        self.remoteAddress = remoteAddress
        self.push = push
        self.disconnect = disconnect
        canBeNotified = push != nil
    }

    /// Sends a message that answers nothing. False where it can go nowhere: the client has gone, or
    /// came over HTTP.
    @discardableResult
    public func notify(_ message: JSON) -> Bool { notify(message.buffer) }

    /// Sends the bytes of a message that answers nothing: encoded once for many peers.
    @discardableResult
    public func notify(_ message: ByteBuffer) -> Bool {
        guard isOpen, let push else { return false }
        if isAnswering { held.append(message) } else { push(message) }
        return true
    }

    /// Runs once when the connection ends; at once when it has ended.
    public func onClose(_ callback: @escaping () -> Void) {
        if isOpen { closeCallbacks.append(callback) } else { callback() }
    }

    /// Closes the connection: a WebSocket with 1000.
    public func close() { disconnect?() }

    /// Holds back what is pushed until the reply is written.
    func answering(_ body: () -> Void) {
        isAnswering = true
        body()
        isAnswering = false
        let messages = held
        held = []
        for message in messages where isOpen { push?(message) }
    }

    func didClose() {
        guard isOpen else { return }
        isOpen = false
        push = nil
        disconnect = nil
        held = []
        let callbacks = closeCallbacks
        closeCallbacks = []
        for callback in callbacks { callback() }
    }
}
