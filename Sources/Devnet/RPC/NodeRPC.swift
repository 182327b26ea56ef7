import Chain
import EVM
import Ethereum
import JSON
import Wire

/// The JSON-RPC of a node, method by method: a call in, an answer out, and what happened to the
/// node.
///
/// It owns the node; the server's one thread owns it.
public final class NodeRPC {
    /// The node behind it.
    public internal(set) var node: DevnetNode
    /// Told of every event, in order.
    public var observe: (DevnetNode.Event) -> Void = { _ in }
    /// Where each mined transaction stands.
    private var places: [Hash32: (number: UInt64, index: Int)] = [:]
    /// Keys that the node signs with for `eth_sendTransaction`: a devnet's accounts, known to all.
    let unlocked: [Address: PrivateKey]
    /// Unix seconds now; a value passed in, so that a logical clock serves as well.
    let now: () -> UInt64

    /// An RPC on a node.
    public init(node: DevnetNode, unlocked: [PrivateKey], now: @escaping () -> UInt64) {
        self.node = node
        var keys: [Address: PrivateKey] = [:]
        for key in unlocked { keys[key.address] = key }
        self.unlocked = keys
        self.now = now
        for block in node.chain.blocks { index(block) }
    }

    /// Builds the next block at the clock's time, and tells of it.
    public func buildBlock(withBundles: Bool = true) throws {
        try buildBlock(timestamp: now(), withBundles: withBundles)
    }

    /// Builds the next block at a time, or right behind the head where that is not later.
    func buildBlock(timestamp: UInt64, withBundles: Bool = true) throws {
        let timestamp = max(timestamp, chain.head.header.timestamp + 1)
        publish(try node.buildBlock(timestamp: timestamp, withBundles: withBundles))
    }

    /// Replaces the newest blocks, and tells of it.
    public func reorganise(depth: Int) throws { publish(try node.reorganise(depth: depth)) }

    private func publish(_ events: [DevnetNode.Event]) {
        for event in events {
            switch event {
            case .newHead(let block): index(block)
            case .reorganised(let blocks):
                for executed in blocks.flatMap(\.transactions) {
                    places[executed.signed.hash] = nil
                }
            case .pendingTransaction: break
            }
            observe(event)
        }
    }

    private func index(_ block: Block) {
        for (index, executed) in block.transactions.enumerated() {
            places[executed.signed.hash] = (block.number, index)
        }
    }

    var chain: Blockchain { node.chain }

    private typealias Method =
        @Sendable (NodeRPC, Parameters) throws(JSONRPCError) -> JSON

    private static let methods: [String: Method] = [
        "web3_clientVersion": { _, _ in "jit-bot/devnet" },
        "net_version": { rpc, _ in .string(String(rpc.chain.chainId)) },
        "net_listening": { _, _ in true },
        "net_peerCount": { _, _ in "0x0" },
        "eth_syncing": { _, _ in false },
        "eth_chainId": { rpc, _ in .quantity(rpc.chain.chainId) },
        "eth_blockNumber": { rpc, _ in .quantity(rpc.chain.head.number) },
        "eth_accounts": { rpc, _ in .array(rpc.unlocked.keys.sorted().map { .address($0) }) },
        "eth_coinbase": { rpc, _ in .address(rpc.node.coinbase) },
        "eth_getBlockByNumber": { (rpc, p) throws(JSONRPCError) in try rpc.getBlock(p) },
        "eth_getBlockByHash": { (rpc, p) throws(JSONRPCError) in try rpc.getBlock(p) },
        "eth_getBlockTransactionCountByNumber": { (rpc, p) throws(JSONRPCError) in
            try rpc.getTransactionCountOfBlock(p)
        },
        "eth_getBlockTransactionCountByHash": { (rpc, p) throws(JSONRPCError) in
            try rpc.getTransactionCountOfBlock(p)
        },
        "eth_getBlockReceipts": { (rpc, p) throws(JSONRPCError) in try rpc.getBlockReceipts(p) },
        "eth_getTransactionByBlockNumberAndIndex": { (rpc, p) throws(JSONRPCError) in
            try rpc.getTransactionInBlock(p)
        },
        "eth_getTransactionByBlockHashAndIndex": { (rpc, p) throws(JSONRPCError) in
            try rpc.getTransactionInBlock(p)
        },
        "eth_getTransactionByHash": { (rpc, p) throws(JSONRPCError) in try rpc.getTransaction(p) },
        "eth_getTransactionReceipt": { (rpc, p) throws(JSONRPCError) in try rpc.getReceipt(p) },
        "eth_getRawTransactionByHash": { (rpc, p) throws(JSONRPCError) in
            try rpc.getRawTransaction(p)
        },
        "eth_getLogs": { (rpc, p) throws(JSONRPCError) in try rpc.getLogs(p) },
        "eth_getBalance": { (rpc, p) throws(JSONRPCError) in try rpc.getBalance(p) },
        "eth_getCode": { (rpc, p) throws(JSONRPCError) in try rpc.getCode(p) },
        "eth_getStorageAt": { (rpc, p) throws(JSONRPCError) in try rpc.getStorageAt(p) },
        "eth_getTransactionCount": { (rpc, p) throws(JSONRPCError) in
            try rpc.getTransactionCount(p)
        },
        "eth_call": { (rpc, p) throws(JSONRPCError) in try rpc.call(p) },
        "eth_estimateGas": { (rpc, p) throws(JSONRPCError) in try rpc.estimateGas(p) },
        "eth_gasPrice": { (rpc, p) throws(JSONRPCError) in try rpc.gasPrice(p) },
        "eth_maxPriorityFeePerGas": { (rpc, p) throws(JSONRPCError) in
            try rpc.maxPriorityFeePerGas(p)
        },
        "eth_feeHistory": { (rpc, p) throws(JSONRPCError) in try rpc.feeHistory(p) },
        "eth_sendRawTransaction": { (rpc, p) throws(JSONRPCError) in try rpc.sendRawTransaction(p)
        },
        "eth_sendTransaction": { (rpc, p) throws(JSONRPCError) in try rpc.sendTransaction(p) },
        "txpool_contentFrom": { (rpc, p) throws(JSONRPCError) in try rpc.poolContent(p) },
        "txpool_status": { (rpc, p) throws(JSONRPCError) in try rpc.poolStatus(p) },
        "debug_traceCall": { (rpc, p) throws(JSONRPCError) in try rpc.traceCall(p) },
        "debug_traceTransaction": { (rpc, p) throws(JSONRPCError) in try rpc.traceTransaction(p) },
        "debug_traceBlockByNumber": { (rpc, p) throws(JSONRPCError) in try rpc.traceBlock(p) },
        "debug_traceBlockByHash": { (rpc, p) throws(JSONRPCError) in try rpc.traceBlock(p) },
    ]

    /// Answers one call.
    public func answer(method: String, params: JSON) throws(JSONRPCError) -> JSON {
        guard let handler = Self.methods[method] else {
            throw JSONRPCError.methodNotFound(method)
        }
        return try handler(self, Parameters(params))
    }

    // MARK: Blocks, transactions, logs

    private func getBlock(_ parameters: Parameters) throws(JSONRPCError) -> JSON {
        guard let block = try parameters.knownBlock(0, of: chain) else { return .null }
        return BlockJSON.block(block, fullTransactions: parameters.flag(1))
    }

    private func getTransactionCountOfBlock(_ parameters: Parameters) throws(JSONRPCError) -> JSON {
        guard let block = try parameters.knownBlock(0, of: chain) else { return .null }
        return .quantity(UInt64(block.transactions.count))
    }

    private func getBlockReceipts(_ parameters: Parameters) throws(JSONRPCError) -> JSON {
        guard let block = try parameters.knownBlock(0, of: chain) else { return .null }
        return .array(block.transactions.indices.map { BlockJSON.receipt(block, index: $0) })
    }

    /// Where a mined transaction stands.
    func place(of hash: Hash32) -> (block: Block, index: Int)? {
        places[hash].flatMap { place in chain.block(place.number).map { ($0, place.index) } }
    }

    private func getTransaction(_ parameters: Parameters) throws(JSONRPCError) -> JSON {
        let hash = try parameters.hash(0)
        if let place = place(of: hash) {
            let executed = place.block.transactions[place.index]
            return BlockJSON.transaction(executed.signed, sender: executed.sender, place: place)
        }
        guard let entry = node.mempool.entry(hash) else { return .null }
        return BlockJSON.transaction(entry.signed, sender: entry.sender, place: nil)
    }

    private func getTransactionInBlock(_ parameters: Parameters) throws(JSONRPCError) -> JSON {
        let index = try parameters.quantity(1)
        guard let block = try parameters.knownBlock(0, of: chain),
            index < UInt256(UInt64(block.transactions.count)), let index = index.asUInt64
        else { return .null }
        let executed = block.transactions[Int(index)]
        return BlockJSON.transaction(
            executed.signed, sender: executed.sender, place: (block, Int(index)))
    }

    private func getReceipt(_ parameters: Parameters) throws(JSONRPCError) -> JSON {
        guard let place = place(of: try parameters.hash(0)) else { return .null }
        return BlockJSON.receipt(place.block, index: place.index)
    }

    private func getRawTransaction(_ parameters: Parameters) throws(JSONRPCError) -> JSON {
        let hash = try parameters.hash(0)
        let signed =
            place(of: hash).map { $0.block.transactions[$0.index].signed }
            ?? node.mempool.entry(hash)?.signed
        return signed.map { .data($0.raw) } ?? .null
    }

    private func getLogs(_ parameters: Parameters) throws(JSONRPCError) -> JSON {
        let filter = try LogFilter(parameters, 0, chain: chain)
        return .array(filter.logs(of: chain))
    }

    // MARK: State

    private func state(_ parameters: Parameters, _ index: Int) throws(JSONRPCError) -> WorldState {
        let block = try parameters.block(index, of: chain)
        return chain.state(after: block.number) ?? chain.state
    }

    private func getBalance(_ parameters: Parameters) throws(JSONRPCError) -> JSON {
        let address = try parameters.address(0)
        return .quantity(try state(parameters, 1).account(address)?.balance ?? .zero)
    }

    private func getCode(_ parameters: Parameters) throws(JSONRPCError) -> JSON {
        let address = try parameters.address(0)
        let state = try state(parameters, 1)
        return .data(state.account(address).flatMap { state.code($0.codeHash) }?.bytes ?? [])
    }

    private func getStorageAt(_ parameters: Parameters) throws(JSONRPCError) -> JSON {
        let address = try parameters.address(0)
        let slot = try parameters.slot(1)
        return .string(try state(parameters, 2).storage(address, slot: slot).hexWord)
    }

    private func getTransactionCount(_ parameters: Parameters) throws(JSONRPCError) -> JSON {
        let address = try parameters.address(0)
        let nonce = try state(parameters, 1).account(address)?.nonce ?? 0
        guard parameters.value(1)?.string == "pending" else { return .quantity(nonce) }
        return .quantity(node.mempool.nextNonce(of: address, stateNonce: nonce))
    }

    // MARK: Mempool

    private func sendRawTransaction(_ parameters: Parameters) throws(JSONRPCError) -> JSON {
        let signed = try Self.decode(try parameters.data(0))
        return try submit(signed)
    }

    /// A signed transaction from its bytes.
    static func decode(_ raw: [UInt8]) throws(JSONRPCError) -> SignedTransaction {
        do {
            return try SignedTransaction(decoding: raw)
        } catch {
            throw JSONRPCError.server("unable to decode transaction: \(error)")
        }
    }

    /// The account that signed a transaction.
    static func sender(of signed: SignedTransaction) throws(JSONRPCError) -> Address {
        do {
            return try signed.sender()
        } catch {
            throw JSONRPCError.server("invalid sender: \(error)")
        }
    }

    private func submit(_ signed: SignedTransaction) throws(JSONRPCError) -> JSON {
        let sender = try Self.sender(of: signed)
        do {
            publish(try node.submit(signed, sender: sender))
        } catch {
            throw JSONRPCError.server("\(error)")
        }
        return .hash(signed.hash)
    }

    private func sendTransaction(_ parameters: Parameters) throws(JSONRPCError) -> JSON {
        let request = try CallRequest(parameters, 0)
        guard let key = unlocked[request.from] else {
            throw JSONRPCError.server("unknown account")
        }
        let environment = environment
        let stateNonce = chain.state.account(request.from)?.nonce ?? 0
        let tip = request.maxPriorityFeePerGas ?? Self.suggestedTip
        let gasLimit: UInt64
        if let gas = request.gasLimit {
            gasLimit = gas
        } else {
            gasLimit = try estimate(request, behind: chain.head)
        }
        let transaction = Transaction(
            type: .feeMarket, chainId: chain.chainId,
            nonce: request.nonce
                ?? node.mempool.nextNonce(of: request.from, stateNonce: stateNonce),
            maxFeePerGas: request.gasPrice
                ?? environment.baseFeePerGas &+ environment.baseFeePerGas &+ tip,
            maxPriorityFeePerGas: min(tip, request.gasPrice ?? tip), gasLimit: gasLimit,
            to: request.to, value: request.value, data: request.data)
        do {
            return try submit(SignedTransaction(transaction, signedBy: key))
        } catch let error as JSONRPCError {
            throw error
        } catch {
            throw JSONRPCError.server("\(error)")
        }
    }

    private func poolStatus(_ parameters: Parameters) throws(JSONRPCError) -> JSON {
        let pending = node.mempool.senders.reduce(0) { $0 + waiting(of: $1).pending.count }
        return [
            "pending": .quantity(UInt64(pending)),
            "queued": .quantity(UInt64(node.mempool.count - pending)),
        ]
    }

    private func poolContent(_ parameters: Parameters) throws(JSONRPCError) -> JSON {
        let waiting = waiting(of: try parameters.address(0))
        func byNonce(_ entries: [Mempool.Entry]) -> JSON {
            .object(
                entries.map {
                    .init(
                        "\($0.signed.transaction.nonce)",
                        BlockJSON.transaction($0.signed, sender: $0.sender, place: nil))
                })
        }
        return ["pending": byNonce(waiting.pending), "queued": byNonce(waiting.queued)]
    }

    private func waiting(
        of sender: Address
    ) -> (pending: [Mempool.Entry], queued: [Mempool.Entry]) {
        node.mempool.waiting(
            of: sender, stateNonce: chain.state.account(sender)?.nonce ?? 0)
    }
}
