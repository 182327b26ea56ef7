import Ethereum
import NIOCore

/// What a subscription pushed.
public enum HotMessage: Equatable, Sendable {
    case pendingTransaction(PendingTransactionMessage)
    /// A node that was not asked for whole transactions, or does not know them.
    case pendingHash(Hash32)
    case newHead(HeadMessage)
    /// Of a subscription that was never registered, or is not any more.
    case unrouted
}

/// Reads the notifications of `eth_subscribe` (geth, "Real-time Events") from the bytes, without
/// building JSON. It knows subscriptions by their id.
///
/// No input traps; what is malformed, ambiguous or untrue is an error that says where.
public struct HotMessageReader: Sendable {
    /// What was subscribed to.
    public enum Subscription: Sendable, Equatable {
        /// Whole transactions, or hashes alone.
        case newPendingTransactions
        case newHeads
    }

    private var routes: [(id: [UInt8], subscription: Subscription)] = []

    public init() {}

    /// Says what the subscription of an id pushes; replaces what was said before.
    public mutating func register(_ id: String, as subscription: Subscription) {
        unregister(id)
        routes.append((Array(id.utf8), subscription))
    }

    /// Forgets an id.
    public mutating func unregister(_ id: String) {
        routes.removeAll { $0.id.elementsEqual(id.utf8) }
    }

    /// Forgets all ids: they do not outlive their connection.
    public mutating func unregisterAll() { routes.removeAll() }

    /// Reads a message.
    public func read(_ message: ByteBuffer) throws(HotMessageError) -> HotMessage {
        let outcome = message.withUnsafeReadableBytes { self.outcome(of: $0) }
        return try outcome.get()
    }

    /// Reads a message.
    public func read(_ bytes: UnsafeRawBufferPointer) throws(HotMessageError) -> HotMessage {
        var scanner = try HotScanner(bytes)
        var seen = HotKeysSeen()
        var message: HotMessage?
        var (isSubscription, version): (Bool?, Bool?)
        scanner.skipWhitespace()
        try scanner.object { (scanner, key) throws(HotMessageError) in
            if key.is("jsonrpc") {
                try seen.read(0, "jsonrpc", into: &version, &scanner) {
                    (scanner) throws(HotMessageError) in try scanner.isString("2.0")
                }
            } else if key.is("method") {
                try seen.read(1, "method", into: &isSubscription, &scanner) {
                    (scanner) throws(HotMessageError) in try scanner.isString("eth_subscription")
                }
            } else if key.is("params") {
                try seen.read(2, "params", into: &message, &scanner) {
                    (scanner) throws(HotMessageError) in try params(&scanner)
                }
            } else {
                try scanner.skipValue()
            }
        }
        try scanner.finish()
        guard isSubscription == true else {
            throw HotMessageError(offset: 0, cause: .notASubscription)
        }
        return try required(message, "params", at: 0)
    }

    private func outcome(
        of bytes: UnsafeRawBufferPointer
    ) -> Result<HotMessage, HotMessageError> {
        do throws(HotMessageError) { return .success(try read(bytes)) } catch {
            return .failure(error)
        }
    }

    /// The id comes first at all nodes; where it does not, the result is passed over and read when
    /// the id is known.
    private func params(_ scanner: inout HotScanner) throws(HotMessageError) -> HotMessage {
        let start = scanner.offset
        var seen = HotKeysSeen()
        var route: Subscription??
        var message: HotMessage?
        var deferred: Int?
        try scanner.object { (scanner, key) throws(HotMessageError) in
            if key.is("subscription") {
                try seen.read(0, "subscription", into: &route, &scanner, subscription)
            } else if key.is("result") {
                let offset = scanner.offset
                try seen.read(1, "result", into: &message, &scanner) {
                    (scanner) throws(HotMessageError) in
                    if let route { return try result(&scanner, of: route) }
                    deferred = offset
                    try scanner.skipValue()
                    return .unrouted
                }
            } else {
                try scanner.skipValue()
            }
        }
        let known = try required(route, "subscription", at: start)
        if let deferred {
            var earlier = scanner
            earlier.offset = deferred
            return try result(&earlier, of: known)
        }
        return try required(message, "result", at: start)
    }

    private func subscription(
        _ scanner: inout HotScanner
    ) throws(HotMessageError) -> Subscription? {
        let (start, end, _) = try scanner.string()
        let id = UnsafeRawBufferPointer(start: scanner.base + start, count: end - start)
        for route in routes where route.id.count == id.count && route.id.elementsEqual(id) {
            return route.subscription
        }
        return nil
    }

    private func result(
        _ scanner: inout HotScanner, of route: Subscription?
    ) throws(HotMessageError) -> HotMessage {
        switch route {
        case .newPendingTransactions:
            if try scanner.byte() == UInt8(ascii: "{") {
                return .pendingTransaction(try PendingTransactionMessage.read(&scanner))
            }
            return .pendingHash(try scanner.hash())
        case .newHeads: return .newHead(try HeadMessage.read(&scanner))
        case nil:
            try scanner.skipValue()
            return .unrouted
        }
    }
}

extension HotScanner {
    /// Steps over a string, and says whether it is this one.
    fileprivate mutating func isString(_ wanted: StaticString) throws(Failure) -> Bool {
        let (start, end, isEscaped) = try string()
        return HotKey(
            start: base + start, escapedCount: isEscaped ? end - start : nil,
            count: isEscaped ? wanted.utf8CodeUnitCount : end - start
        ).is(wanted)
    }
}
