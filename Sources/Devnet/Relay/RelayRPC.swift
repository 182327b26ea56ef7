import Chain
import EVM
import Ethereum
import JSON
import Relay
import Wire

/// The relay's JSON-RPC: signed bundles in, simulations out. It shares the node with its RPC.
public final class RelayRPC {
    private let nodeRPC: NodeRPC

    public init(nodeRPC: NodeRPC) { self.nodeRPC = nodeRPC }

    /// Requests that were answered, by method.
    public private(set) var requestCounts: [String: Int] = [:]
    /// Makes every bundle be refused: a fault for trials.
    public var refusesBundles = false

    /// Answers one call whose body and signature header are these.
    public func answer(
        method: String, params: JSON, body: [UInt8], signatureHeader: String?
    ) throws(JSONRPCError) -> JSON {
        requestCounts[method, default: 0] += 1
        let signer: Address
        do {
            signer = try FlashbotsSignature.signer(body: body, headerValue: signatureHeader)
        } catch {
            throw JSONRPCError(code: -32600, message: error.description)
        }
        switch method {
        case "eth_sendBundle": return try sendBundle(params, signer)
        case "eth_callBundle": return try callBundle(params)
        case "eth_cancelBundle": return try cancelBundle(params, signer)
        case "eth_sendPrivateTransaction": return try sendPrivateTransaction(params, signer)
        case "eth_cancelPrivateTransaction": return try cancelPrivateTransaction(params, signer)
        case "flashbots_getUserStatsV2", "flashbots_getUserStats": return try userStats(params)
        case "flashbots_getBundleStatsV2", "flashbots_getBundleStats":
            return try bundleStats(params)
        default: throw JSONRPCError.methodNotFound(method)
        }
    }

    private var node: DevnetNode { nodeRPC.node }

    private func decode(_ raws: [[UInt8]]) throws(JSONRPCError) -> [BlockBuilder.Candidate] {
        var candidates: [BlockBuilder.Candidate] = []
        for raw in raws {
            let signed: SignedTransaction
            do {
                signed = try SignedTransaction(decoding: raw)
            } catch {
                throw JSONRPCError.server("unable to decode txs: \(error)")
            }
            guard signed.transaction.type != .blob else {
                throw JSONRPCError.server("unable to decode txs: blobs are not supported")
            }
            candidates.append(
                .init(signed: signed, sender: try NodeRPC.sender(of: signed)))
        }
        return candidates
    }

    /// keccak256 of the transactions' hashes.
    private func bundleHash(_ candidates: [BlockBuilder.Candidate]) -> Hash32 {
        Keccak256.hash(candidates.flatMap { $0.signed.hash.bytes })
    }

    private func sendBundle(_ params: JSON, _ signer: Address) throws(JSONRPCError) -> JSON {
        let request = try SendBundleRequest(params)
        let candidates = try decode(request.transactions)
        guard !refusesBundles else {
            throw JSONRPCError.server("internal server error: bundles are refused")
        }
        let head = node.chain.head.number
        guard request.blockNumber > head else {
            throw JSONRPCError.server(
                "bundle is for block \(request.blockNumber), the head is \(head)")
        }
        let hash = bundleHash(candidates)
        try requireRoom()
        nodeRPC.node.submit(
            PooledBundle(
                hash: hash, blockNumber: request.blockNumber, minTimestamp: request.minTimestamp,
                maxTimestamp: request.maxTimestamp, transactions: candidates,
                revertingHashes: Set(request.revertingTxHashes),
                replacementUuid: request.replacementUuid, signer: signer))
        return ["bundleHash": .hash(hash)]
    }

    private func requireRoom() throws(JSONRPCError) {
        guard node.bundles.hasRoom else {
            throw JSONRPCError.server("too many bundles are waiting; cancel some, or send later")
        }
    }

    private func cancelBundle(_ params: JSON, _ signer: Address) throws(JSONRPCError) -> JSON {
        guard let uuid = params[0]?["replacementUuid"]?.string else {
            throw JSONRPCError.invalidParams("replacementUuid is missing")
        }
        return .bool(nodeRPC.node.cancelBundle(uuid: uuid.lowercased(), signer: signer))
    }

    private func sendPrivateTransaction(
        _ params: JSON, _ signer: Address
    ) throws(JSONRPCError) -> JSON {
        guard let raw = params[0]?["tx"]?.data else {
            throw JSONRPCError.invalidParams("tx is missing")
        }
        let candidates = try decode([raw])
        let hash = candidates[0].signed.hash
        let head = node.chain.head.number
        var last = head + Self.privateBlocks
        if let field = params[0]?["maxBlockNumber"], !field.isNull {
            guard let number = field.uint64 ?? field.quantity64 else {
                throw JSONRPCError.invalidParams("maxBlockNumber must be a block number")
            }
            guard number > head else {
                throw JSONRPCError.server("maxBlockNumber is \(number), the head is \(head)")
            }
            last = min(number, last)
        }
        try requireRoom()
        // Public transactions may fail in a block, and so may this one.
        nodeRPC.node.submit(
            PooledBundle(
                hash: bundleHash(candidates), blockNumber: head + 1, lastBlockNumber: last,
                transactions: candidates, revertingHashes: [hash],
                replacementUuid: Self.privateName(hash), signer: signer))
        return .hash(hash)
    }

    /// Blocks in which a private transaction is tried at most.
    static let privateBlocks: UInt64 = 25

    /// The name in the pool of a private transaction: no UUID is like it.
    private static func privateName(_ hash: Hash32) -> String { "private \(hash)" }

    private func cancelPrivateTransaction(
        _ params: JSON, _ signer: Address
    ) throws(JSONRPCError) -> JSON {
        guard let hash = params[0]?["txHash"]?.hash else {
            throw JSONRPCError.invalidParams("txHash is missing")
        }
        return .bool(nodeRPC.node.cancelBundle(uuid: Self.privateName(hash), signer: signer))
    }

    private func callBundle(_ params: JSON) throws(JSONRPCError) -> JSON {
        let request = try CallBundleRequest(params)
        let candidates = try decode(request.transactions)
        let chain = node.chain
        let stateNumber = request.stateBlockNumber ?? chain.head.number
        guard let block = chain.block(stateNumber) else {
            throw JSONRPCError.server("header not found: block \(stateNumber)")
        }
        var environment = chain.environment(
            after: stateNumber, timestamp: request.timestamp ?? block.header.timestamp + 12,
            coinbase: node.coinbase, prevRandao: block.header.prevRandao)
        environment.number = request.blockNumber
        let machine = VirtualMachine(block: environment, state: chain.reader(on: stateNumber))
        return try BundleSimulationJSON.run(
            candidates, hash: bundleHash(candidates), environment: environment,
            stateBlockNumber: stateNumber, machine: machine)
    }

    private func userStats(_ params: JSON) throws(JSONRPCError) -> JSON {
        [
            "isHighPriority": false, "allTimeValidatorPayments": "0", "allTimeGasSimulated": "0",
            "last7dValidatorPayments": "0", "last7dGasSimulated": "0",
            "last1dValidatorPayments": "0", "last1dGasSimulated": "0",
        ]
    }

    private func bundleStats(_ params: JSON) throws(JSONRPCError) -> JSON {
        guard let hash = params[0]?["bundleHash"]?.hash else {
            throw JSONRPCError.invalidParams("bundleHash is missing")
        }
        let isSimulated = node.recentBundleResults.contains { $0.hash == hash }
        return ["isHighPriority": false, "isSimulated": .bool(isSimulated)]
    }
}
