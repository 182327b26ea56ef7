import Chain
import Ethereum
import JSON
import NIOCore
import Relay
import Wire

/// The devnet on sockets: a node (HTTP and WebSocket on one port) and its relay (HTTP on another),
/// all on one event loop.
public final class DevnetServer: Sendable {
    /// Where it listens, and how time passes.
    public struct Configuration: Sendable {
        public var host: String
        /// 0 takes a free port.
        public var port: Int
        public var relayPort: Int
        /// Seconds between blocks; nil where blocks are built only when asked for.
        public var blockTimeSeconds: Double?
        /// What it answers to methods of its world's choice, such as `devnet_lenders`.
        public var facts: [String: JSON]

        public init(
            host: String = "127.0.0.1", port: Int = 8545, relayPort: Int = 8550,
            blockTimeSeconds: Double? = 2, facts: [String: JSON] = [:]
        ) {
            self.facts = facts
            self.host = host
            self.port = port
            self.relayPort = relayPort
            self.blockTimeSeconds = blockTimeSeconds
        }
    }

    private let node: JSONRPCServer
    private let relay: JSONRPCServer
    private let core: NIOLoopBound<DevnetCore>
    public var rpcPort: Int { node.port }
    public var relayPort: Int { relay.port }

    private init(node: JSONRPCServer, relay: JSONRPCServer, core: NIOLoopBound<DevnetCore>) {
        self.node = node
        self.relay = relay
        self.core = core
    }

    /// Starts both servers on the loop. `now` gives Unix seconds.
    public static func start(
        chain: Blockchain, coinbase: Address, seed: UInt64, unlocked: [PrivateKey],
        _ configuration: Configuration, on loop: any EventLoop,
        now: @escaping @Sendable () -> UInt64
    ) -> EventLoopFuture<DevnetServer> {
        loop.flatSubmit {
            let core = DevnetCore(
                rpc: NodeRPC(
                    node: DevnetNode(chain: chain, coinbase: coinbase, seed: seed),
                    unlocked: unlocked, now: now), facts: configuration.facts, loop: loop)
            let bound = NIOLoopBound(core, eventLoop: loop)
            let node = JSONRPCServer.start(
                on: loop, .init(host: configuration.host, port: configuration.port)
            ) { bound.value.answer($0, $1) }
            let relay = JSONRPCServer.start(
                on: loop, .init(host: configuration.host, port: configuration.relayPort)
            ) { request, _ in bound.value.answerRelay(request) }
            return node.and(relay).map { node, relay in
                if let seconds = configuration.blockTimeSeconds {
                    bound.value.buildBlocks(every: seconds, on: loop)
                }
                bound.value.relayServer = relay
                return DevnetServer(node: node, relay: relay, core: bound)
            }
        }
    }

    /// Stops both servers.
    public func shutdown() -> EventLoopFuture<Void> {
        node.loop.flatSubmit { [self] in
            core.value.stop()
            return node.shutdown().and(relay.shutdown()).map { _ in }
        }
    }
}

/// The devnet's state; it belongs to the loop.
final class DevnetCore {
    private let rpc: NodeRPC
    private let relay: RelayRPC
    private let subscriptions = Subscriptions()
    private var blocks: RepeatedTask?
    /// Where the relay listens.
    var relayServer: JSONRPCServer?
    private weak var loop: (any EventLoop)?
    private let facts: [String: JSON]

    init(rpc: NodeRPC, facts: [String: JSON], loop: any EventLoop) {
        self.facts = facts
        self.rpc = rpc
        self.loop = loop
        relay = RelayRPC(nodeRPC: rpc)
        rpc.observe = { [subscriptions] in subscriptions.publish($0) }
        subscriptions.peerLeft = { [weak self] in self?.closeIfAnswered() }
    }

    func buildBlocks(every seconds: Double, on loop: any EventLoop) {
        let delay = TimeAmount.nanoseconds(Int64(seconds * 1e9))
        blocks = loop.scheduleRepeatedTask(initialDelay: delay, delay: delay) { [weak self] _ in
            // A block without the bundles and transactions of this moment is still a block; an
            // engine that cannot build even that stops the clock.
            guard let rpc = self?.rpc else { return }
            let head = rpc.chain.head.header.timestamp
            // Slots are as long as they are said to be, as on mainnet; the first one catches up.
            let next = head + UInt64(seconds.rounded(.up))
            try rpc.buildBlock(timestamp: rpc.now() > next + 1 ? rpc.now() : next)
        }
    }

    func stop() { blocks?.cancel() }

    func answer(_ request: JSONRPCRequest, _ peer: JSONRPCPeer) -> JSONRPCReply {
        do throws(JSONRPCError) {
            switch request.method {
            case "eth_subscribe":
                return .result(try subscriptions.subscribe(request.params, peer: peer))
            case "eth_unsubscribe":
                return .result(subscriptions.unsubscribe(request.params, peer: peer))
            case "devnet_closeSlot": return try closeSlot(request.params)
            default:
                if request.method.hasPrefix("devnet_") {
                    return .result(try control(request.method, Parameters(request.params)))
                }
                return .result(try rpc.answer(method: request.method, params: request.params))
            }
        } catch {
            return .failure(error)
        }
    }

    // MARK: What a world asks of its devnet

    /// The price that the world quotes for each pool: a root in Q64.96.
    private var fairPrices: [Address: UInt256] = [:]
    /// Answers of the bot in the slot under way, by transaction.
    private var botAnswers: [Hash32: String] = [:]
    private var waiting: (hashes: Set<Hash32>, promise: EventLoopPromise<JSON>, close: () -> JSON)?

    private func control(
        _ method: String, _ parameters: Parameters
    ) throws(JSONRPCError) -> JSON {
        switch method {
        case "devnet_setFairPrice":
            fairPrices[try parameters.address(0)] = try parameters.quantity(1)
            return true
        case "devnet_fairPrices":
            return .object(
                fairPrices.sorted { $0.key < $1.key }.map {
                    .init($0.key.description, .quantity($0.value))
                })
        case "devnet_answered":
            botAnswers[try parameters.hash(0)] = parameters.value(1)?.string ?? ""
            closeIfAnswered()
            return true
        case "devnet_reorganise":
            do {
                // A depth that no chain has is like any other that this one has not.
                try rpc.reorganise(
                    depth: Int(clamping: try parameters.quantity(0).asUInt64 ?? .max))
            } catch let error as JSONRPCError {
                throw error
            } catch {
                throw JSONRPCError.server("\(error)")
            }
            return .quantity(rpc.chain.head.number)
        case "devnet_dropWebSockets":
            subscriptions.dropAllPeers()
            return true
        case "devnet_stopRelay":
            _ = relayServer?.shutdown()
            return true
        case "devnet_refuseBundles":
            relay.refusesBundles = parameters.flag(0)
            return true
        case "devnet_relayRequests":
            return .object(
                relay.requestCounts.sorted { $0.key < $1.key }.map {
                    .init($0.key, .integer($0.value))
                })
        default:
            guard let fact = facts[method] else { throw JSONRPCError.methodNotFound(method) }
            return fact
        }
    }

    /// Block times are counted on from the newest: none may be near the end of 64 bits.
    private static let latestTime: UInt64 = 1 << 40
    /// How long a slot may wait for the bot.
    private static let slotSeconds = 0.0...3600

    /// Builds the slot's block as soon as the bot has answered for each of these transactions, or
    /// nobody listens for them any more, or after the time: parameters are the hashes, the block's
    /// time in Unix seconds, and seconds to wait.
    private func closeSlot(_ params: JSON) throws(JSONRPCError) -> JSONRPCReply {
        let parameters = Parameters(params)
        guard let hashes = parameters.value(0)?.array?.map(\.hash), !hashes.contains(nil) else {
            throw parameters.invalid(0, "hashes")
        }
        guard let timestamp = try parameters.quantity(1).asUInt64, timestamp <= Self.latestTime
        else { throw parameters.invalid(1, "Unix seconds up to \(Self.latestTime)") }
        let seconds = parameters.value(2)?.double ?? 30
        guard Self.slotSeconds.contains(seconds) else {
            throw parameters.invalid(2, "0 to \(Int(Self.slotSeconds.upperBound)) seconds")
        }
        guard waiting == nil else { throw JSONRPCError.server("a slot is being closed already") }
        guard let loop else { throw JSONRPCError.server("no clock") }
        let promise = loop.makePromise(of: JSON.self)
        waiting = (
            Set(hashes.compactMap { $0 }), promise,
            { [rpc] in
                do {
                    try rpc.buildBlock(timestamp: timestamp)
                    return ["number": .quantity(rpc.chain.head.number), "answered": true]
                } catch {
                    return ["error": .string("\(error)")]
                }
            }
        )
        let timer = loop.scheduleTask(in: .milliseconds(Int64(seconds * 1000))) { [weak self] in
            self?.close()
        }
        promise.futureResult.whenComplete { _ in timer.cancel() }
        closeIfAnswered()
        return .later(promise.futureResult)
    }

    private func closeIfAnswered() {
        guard let waiting,
            waiting.hashes.isSubset(of: botAnswers.keys) || !subscriptions.hasListener
        else { return }
        close()
    }

    private func close() {
        guard let waiting else { return }
        self.waiting = nil
        botAnswers = [:]
        waiting.promise.succeed(waiting.close())
    }

    func answerRelay(_ request: JSONRPCRequest) -> JSONRPCReply {
        do throws(JSONRPCError) {
            return .result(
                try relay.answer(
                    method: request.method, params: request.params,
                    body: Array(request.body.readableBytesView),
                    signatureHeader: request.headers.first(name: FlashbotsSignature.headerName)))
        } catch {
            return .failure(error)
        }
    }
}
