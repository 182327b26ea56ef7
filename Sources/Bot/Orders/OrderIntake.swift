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
    /// How much is taken from a client, and from all.
    static let serverLimits = (bodyBytes: 64 << 10, batch: 8, connections: 64)
    /// Requests a second, and at once.
    private static let rate = (perSecond: 50.0, burst: 200.0)

    private let chainId: UInt64
    private let entryPoint: Address
    private let beneficiary: Address
    private let hotLoop: HotLoop
    private let nowUnixMs: () -> Int64
    private var tokens = OrderIntake.rate.burst
    private var lastMs: Int64 = 0

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

    func answer(_ request: JSONRPCRequest) -> JSONRPCReply {
        do throws(JSONRPCError) {
            try takeToken()
            switch request.method {
            case "eth_chainId": return .result(.quantity(chainId))
            case "eth_supportedEntryPoints":
                return .result(.array([.string(entryPoint.checksummed)]))
            case "eth_sendUserOperation":
                return take(
                    try OrderRequest.userOperation(
                        request.params, entryPoint: entryPoint, beneficiary: beneficiary,
                        chainId: chainId))
            case "jit_sendSafeTransaction":
                return take(try OrderRequest.safe(request.params, chainId: chainId))
            case "eth_getUserOperationReceipt":
                return .result(receipt(try hash(request.params)))
            case "jit_getOrder": return .result(status(try hash(request.params)))
            default: throw .methodNotFound(request.method)
            }
        } catch {
            return .failure(error)
        }
    }

    private func takeToken() throws(JSONRPCError) {
        let now = nowUnixMs()
        let elapsed = Double(max(0, now - lastMs)) / 1000
        lastMs = now
        tokens = min(Self.rate.burst, tokens + elapsed * Self.rate.perSecond)
        guard tokens >= 1 else {
            throw JSONRPCError(
                code: OrderError.throttled,
                message: "more than \(Int(Self.rate.perSecond)) requests a second")
        }
        tokens -= 1
    }

    private func take(_ order: SignedOrder) -> JSONRPCReply {
        // The same order again is the same answer, unless it has ended without effect.
        if let known = hotLoop.orders[order.hash] {
            if case .dropped(let reason) = known.state {
                return .failure(
                    JSONRPCError(
                        code: OrderError.entryPoint, message: "the order has ended: \(reason)"))
            }
            return .result(.hash(order.hash))
        }
        return .later(hotLoop.takeIn(order).map { .hash(order.hash) })
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
