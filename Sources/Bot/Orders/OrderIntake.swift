import Ethereum
import JSON
import NIOCore
import Strategy
import Wire

/// The bot's door for signed orders: JSON-RPC over HTTP, ERC-4337's methods and one for Safes.
///
/// It belongs to the hot loop's event loop. What cannot be answered from the request alone is
/// executed there, one order after the other, in front of the mempool.
final class OrderIntake {
    /// How much is taken from a connection, and how many there are.
    static let serverLimits = (bodyBytes: 64 << 10, batch: 8, connections: 64)
    /// Requests of one client a second, and at once; and clients that are remembered.
    private static let rate = (perSecond: 50.0, burst: 200.0)
    private static let clientLimit = 1024

    /// What a client may still ask.
    private struct Bucket {
        var tokens = OrderIntake.rate.burst
        var lastMs: Int64
    }

    private let chainId: UInt64
    private let entryPoint: Address
    private let beneficiary: Address
    private let hotLoop: HotLoop
    private let nowUnixMs: () -> Int64
    /// By the address that requests come from.
    private var buckets: [String: Bucket] = [:]

    init(
        chainId: UInt64, entryPoint: Address, beneficiary: Address, hotLoop: HotLoop,
        nowUnixMs: @escaping () -> Int64
    ) {
        self.chainId = chainId
        self.entryPoint = entryPoint
        self.beneficiary = beneficiary
        self.hotLoop = hotLoop
        self.nowUnixMs = nowUnixMs
    }

    func answer(_ request: JSONRPCRequest, from client: String) -> JSONRPCReply {
        do throws(JSONRPCError) {
            try takeToken(client)
            switch request.method {
            case "eth_chainId": return .result(.quantity(chainId))
            case "eth_supportedEntryPoints":
                return .result(.array([.string(entryPoint.checksummed)]))
            case "eth_sendUserOperation":
                return take(
                    try OrderRequest.userOperation(
                        request.params, entryPoint: entryPoint, beneficiary: beneficiary,
                        chainId: chainId), client)
            case "jit_sendSafeTransaction":
                return take(try OrderRequest.safe(request.params, chainId: chainId), client)
            case "eth_getUserOperationReceipt":
                return .result(receipt(try hash(request.params)))
            case "jit_getOrder": return .result(status(try hash(request.params)))
            default: throw .methodNotFound(request.method)
            }
        } catch {
            return .failure(error)
        }
    }

    private func takeToken(_ client: String) throws(JSONRPCError) {
        let now = nowUnixMs()
        if buckets[client] == nil, buckets.count >= Self.clientLimit {
            // Who has been silent for the longest has got all of his tokens back.
            let silent = buckets.min { ($0.value.lastMs, $0.key) < ($1.value.lastMs, $1.key) }
            if let silent { buckets[silent.key] = nil }
        }
        var bucket = buckets[client] ?? Bucket(lastMs: now)
        let elapsed = Double(max(0, now - bucket.lastMs)) / 1000
        bucket.lastMs = now
        bucket.tokens = min(Self.rate.burst, bucket.tokens + elapsed * Self.rate.perSecond)
        defer { buckets[client] = bucket }
        guard bucket.tokens >= 1 else {
            throw JSONRPCError(
                code: OrderError.throttled,
                message: "more than \(Int(Self.rate.perSecond)) requests a second")
        }
        bucket.tokens -= 1
    }

    private func take(_ order: SignedOrder, _ client: String) -> JSONRPCReply {
        switch hotLoop.orders[order.hash]?.state {
        // The same order again is the same answer.
        case .waiting, .sent:
            hotLoop.orders.extend(order.hash, validUntil: order.validUntil)
            return .result(.hash(order.hash))
        case .landed: return .result(.hash(order.hash))
        // One that has ended without effect may come again; what was against it may be over, or
        // somebody else's word.
        case .dropped, nil:
            return .later(hotLoop.takeIn(order, from: client).map { .hash(order.hash) })
        }
    }

    private func hash(_ params: JSON) throws(JSONRPCError) -> Hash32 {
        guard let hash = params[0]?.hash else {
            throw .invalidParams("the first parameter must be a hash")
        }
        return hash
    }

    /// What became of an order; null for one that is not known.
    private func status(_ hash: Hash32) -> JSON {
        guard let entry = hotLoop.orders[hash] else { return .null }
        var members: [JSON.Member] = [
            .init("orderHash", .hash(hash)), .init("account", .address(entry.order.account)),
            .init("form", .string(entry.order.form.label)),
            .init("state", .string(entry.state.label)),
            .init("lastOutcome", entry.lastOutcome.map { .string($0) } ?? .null),
        ]
        switch entry.state {
        case .landed(let block, let transaction):
            members.append(.init("blockNumber", .quantity(block)))
            members.append(.init("transactionHash", .hash(transaction)))
        case .dropped(let reason): members.append(.init("reason", .string(reason)))
        case .waiting, .sent: break
        }
        return .object(members)
    }

    /// An operation that landed, as far as we know of it; null before.
    private func receipt(_ hash: Hash32) -> JSON {
        guard let entry = hotLoop.orders[hash],
            case .landed(let block, let transaction) = entry.state,
            case .userOperation(let entryPoint, let paymaster, _) = entry.order.form
        else { return .null }
        return [
            "userOpHash": .hash(hash), "entryPoint": .address(entryPoint),
            "sender": .address(entry.order.account),
            "paymaster": paymaster.map { .address($0) } ?? .null, "success": true,
            "receipt": [
                "transactionHash": .hash(transaction), "blockNumber": .quantity(block),
            ],
        ]
    }
}
