import Chain
import Ethereum
import JSON
import Wire

/// Who wants to hear of what: `eth_subscribe` over WebSocket.
final class Subscriptions {
    private enum Topic {
        case newHeads
        /// Hashes, or the transactions whole.
        case pendingTransactions(full: Bool)
        case logs(LogFilter)
    }

    private struct Subscription {
        let id: String
        let topic: Topic
        let peer: JSONRPCPeer
    }

    /// Subscriptions of one connection at most.
    private static let limitPerPeer = 64

    private var subscriptions: [String: Subscription] = [:]
    private var nextID: UInt64 = 1

    /// Opens a subscription; its id is the answer.
    func subscribe(_ params: JSON, peer: JSONRPCPeer) throws(JSONRPCError) -> JSON {
        guard peer.canBeNotified else {
            throw JSONRPCError.server("notifications not supported over HTTP; use the WebSocket")
        }
        guard subscriptions.values.count(where: { $0.peer.id == peer.id }) < Self.limitPerPeer
        else {
            throw JSONRPCError.server("too many subscriptions: at most \(Self.limitPerPeer)")
        }
        let parameters = Parameters(params)
        let topic: Topic
        switch parameters.value(0)?.string {
        case "newHeads": topic = .newHeads
        case "newPendingTransactions": topic = .pendingTransactions(full: parameters.flag(1))
        case "logs":
            topic = .logs(try LogFilter(parameters.value(1) ?? .object([]), parameters, 1))
        case let name:
            throw JSONRPCError.invalidParams(
                "no subscription \"\(name ?? "")\"; there are newHeads, newPendingTransactions, "
                    + "logs")
        }
        let id = UInt256(nextID).hexQuantity
        nextID += 1
        if !subscriptions.values.contains(where: { $0.peer.id == peer.id }) {
            peer.onClose { [weak self] in self?.drop(peer: peer.id) }
        }
        subscriptions[id] = Subscription(id: id, topic: topic, peer: peer)
        return .string(id)
    }

    /// Closes a subscription of the same connection; whether there was one.
    func unsubscribe(_ params: JSON, peer: JSONRPCPeer) -> JSON {
        guard let id = params[0]?.string, subscriptions[id]?.peer.id == peer.id else {
            return false
        }
        subscriptions[id] = nil
        return true
    }

    private func drop(peer: UInt64) {
        subscriptions = subscriptions.filter { $0.value.peer.id != peer }
        peerLeft()
    }

    /// Told when a connection that had a subscription is closed.
    var peerLeft: () -> Void = {}

    /// Whether anybody hears of pending transactions.
    var hasListener: Bool {
        subscriptions.values.contains {
            if case .pendingTransactions = $0.topic { true } else { false }
        }
    }

    /// Closes every connection that has a subscription: a fault for trials.
    func dropAllPeers() {
        var closed: Set<UInt64> = []
        for subscription in ordered where closed.insert(subscription.peer.id).inserted {
            subscription.peer.close()
        }
    }

    /// In the order in which they were opened.
    private var ordered: [Subscription] {
        subscriptions.values.sorted {
            (UInt256(hex: $0.id) ?? .zero) < (UInt256(hex: $1.id) ?? .zero)
        }
    }

    /// Tells of an event.
    func publish(_ event: DevnetNode.Event) {
        guard !subscriptions.isEmpty else { return }
        for subscription in ordered {
            switch (event, subscription.topic) {
            case (.newHead(let block), .newHeads):
                push(.object(BlockJSON.header(block)), to: subscription)
            case (.newHead(let block), .logs(let filter)):
                for log in filter.logs(of: block) { push(log, to: subscription) }
            case (.reorganised(let blocks), .logs(let filter)):
                for log in blocks.flatMap({ filter.logs(of: $0, removed: true) }) {
                    push(log, to: subscription)
                }
            case (.pendingTransaction(let signed, let sender), .pendingTransactions(let full)):
                push(
                    full
                        ? BlockJSON.transaction(signed, sender: sender, place: nil)
                        : .hash(signed.hash), to: subscription)
            default: break
            }
        }
    }

    private func push(_ result: JSON, to subscription: Subscription) {
        subscription.peer.notify([
            "jsonrpc": "2.0", "method": "eth_subscription",
            "params": ["subscription": .string(subscription.id), "result": result],
        ])
    }
}
