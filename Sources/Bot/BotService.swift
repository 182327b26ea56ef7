import Contracts
import EVM
import Ethereum
import JSON
import NIOCore
import Relay
import Store
import Strategy
import UniswapV3
import Wire

/// Brings a bot up on one event loop and keeps it connected: reads the executor's terms, opens the
/// ledger, subscribes, and connects again whenever the node goes away.
public final class BotService {
    let settings: BotSettings
    let loop: any EventLoop
    let node: JSONRPCClient
    private let relays: [JSONRPCClient]
    private let random: @Sendable () -> UInt64
    let nowUnixMs: () -> Int64
    let observe: (BotEvent) -> Void
    private(set) var hotLoop: HotLoop?
    private var socket: JSONRPCSocket?
    /// What is known of pools' competitors; nil before the first head, and where nothing is learnt.
    package var tips: TipBook? { hotLoop?.tips }
    /// Where signed orders are taken in; nil where they are not.
    var intake: JSONRPCServer?
    private var backoff = ReconnectBackoff()
    private var isStopped = false

    /// - Precondition: It is made and used on the loop.
    public init(
        settings: BotSettings, loop: any EventLoop, random: @escaping @Sendable () -> UInt64,
        nowUnixMs: @escaping () -> Int64, observe: @escaping (BotEvent) -> Void
    ) throws {
        self.settings = settings
        self.loop = loop
        self.random = random
        self.nowUnixMs = nowUnixMs
        self.observe = observe
        node = JSONRPCClient(try HTTPConnection(settings.nodeHTTP, on: loop))
        let key = settings.relayKey
        relays = try settings.relays.map { endpoint in
            JSONRPCClient(try HTTPConnection(endpoint, on: loop)) { body in
                [
                    FlashbotsSignature.headerName: FlashbotsSignature.headerValue(
                        body: Array(body.readableBytesView), key: key)
                ]
            }
        }
    }

    /// Why a bot cannot start.
    public enum StartError: Error, CustomStringConvertible {
        case executorNotThere(Address)
        case poolNotAllowed(Address)
        case malformed(String)
        case flashNotThere(Address)
        case flashOfAnother(executor: Address)
        case lenderNotAllowed(Address)

        public var description: String {
            switch self {
            case .executorNotThere(let address):
                "\(address) is no JitExecutor on this chain: check CONTRACT_ADDRESS and the node."
            case .poolNotAllowed(let pool):
                "the executor's owner has not allowed pool \(pool): call setPool first."
            case .malformed(let what): "the node's answer is malformed: \(what)"
            case .flashNotThere(let address):
                "\(address) is no JitFlash on this chain: check FLASH_CONTRACT and the node."
            case .flashOfAnother(let executor):
                "the JitFlash contract belongs to the executor \(executor): check FLASH_CONTRACT "
                    + "and CONTRACT_ADDRESS."
            case .lenderNotAllowed(let lender):
                "the owner has not allowed the lender \(lender): call setLender first, or take it "
                    + "out of FLASH_LENDERS."
            }
        }
    }

    /// Reads the executor's terms, opens the ledger and connects.
    public func start() -> EventLoopFuture<Void> {
        readTerms().flatMap { [self] configuration in
            readAtomicTerms(configuration)
        }.flatMapThrowing { [self] configuration in
            let ledger = try Ledger(path: settings.ledgerPath)
            try ledger.bind(chainId: configuration.chainId, executor: configuration.executor)
            let hotLoop = HotLoop(
                configuration: configuration, loop: loop, ledger: ledger, node: node,
                relays: relays, nowUnixMs: nowUnixMs, observe: observe)
            self.hotLoop = hotLoop
        }.flatMap { [self] in connect() }.flatMap { [self] in openIntake() }
    }

    /// Says goodbye to the node and closes the ledger.
    public func stop() {
        isStopped = true
        socket?.close()
        _ = intake?.shutdown()
        try? hotLoop?.ledger.close()
    }

    // MARK: The executor's terms

    private func call(_ data: [UInt8]) -> JSONRPCCall {
        JSONRPCCall(
            "eth_call", [["to": .address(settings.executor), "input": .data(data)], "latest"])
    }

    private func readTerms() -> EventLoopFuture<BotConfiguration> {
        let settings = settings
        return node.batch([
            JSONRPCCall("eth_chainId"), call(JitExecutorViews.factory),
            call(JitExecutorViews.weth), call(JitExecutorViews.owner),
        ]).flatMap { [self] answers -> EventLoopFuture<BotConfiguration> in
            func address(_ index: Int) -> Address? {
                (try? answers[index].get())?.data.flatMap { ABIWords($0)[0] }
                    .map { Address(word: $0) }
            }
            guard let chainId = (try? answers[0].get())?.quantity64 else {
                return loop.makeFailedFuture(StartError.malformed("eth_chainId"))
            }
            guard let factory = address(1), let weth = address(2), let owner = address(3) else {
                return loop.makeFailedFuture(StartError.executorNotThere(settings.executor))
            }
            let deployment = Deployment(
                factory: factory, initCodeHash: Deployment.uniswapV3Mainnet.initCodeHash)
            let addresses = settings.pools.map { $0.address(in: deployment) }
            return node.batch(addresses.map { call(JitExecutorViews.poolState($0)) })
                .flatMapThrowing { answers in
                    var pools: [FollowedPool] = []
                    for (index, answer) in answers.enumerated() {
                        guard let data = try answer.get().data,
                            let record = JitExecutorViews.PoolState(data)
                        else { throw StartError.malformed("pools") }
                        guard record.blockMultiple > 0 else {
                            throw StartError.poolNotAllowed(addresses[index])
                        }
                        pools.append(
                            FollowedPool(
                                key: settings.pools[index], address: addresses[index],
                                bandLower: record.bandLower, bandUpper: record.bandUpper,
                                maxDeposit0: record.maxDeposit0, maxDeposit1: record.maxDeposit1,
                                fairPrice: nil))
                    }
                    return BotConfiguration(
                        settings: settings, forkSchedule: try ForkSchedule.of(chainId: chainId),
                        weth: weth, pools: pools,
                        venues: PoolVenue.venues(uniswapFactory: factory),
                        ownAccounts: [owner], atomic: nil)
                }
        }
    }

    // MARK: The node's push

    private func connect() -> EventLoopFuture<Void> {
        guard let hotLoop else { return loop.makeSucceededVoidFuture() }
        return JSONRPCSocket.open(
            settings.nodeWebSocket, on: loop, random: random,
            onNotification: { hotLoop.received($0) },
            onClose: { [weak self] in self?.lost("\($0)") }
        ).flatMap { [self] socket in
            self.socket = socket
            if settings.logicalClock {
                hotLoop.answered = { hash, label in
                    _ = socket.call("devnet_answered", [.hash(hash), .string(label)])
                }
            }
            return socket.subscribe(["newHeads"])
                .and(socket.subscribe(["newPendingTransactions", true]))
        }.flatMap { [self] heads, pending in
            hotLoop.register(heads: heads, pending: pending)
            backoff.connected(at: .now())
            observe(.connected(node: "\(settings.nodeWebSocket)"))
            return node.call("eth_getBlockByNumber", ["latest", false])
        }.flatMapThrowing { block in
            guard let message = HeadMessage(block: block) else {
                throw StartError.malformed("eth_getBlockByNumber")
            }
            hotLoop.takeHead(message)
        }
    }

    private func lost(_ reason: String) {
        guard !isStopped else { return }
        socket = nil
        let delay = backoff.delay(at: .now(), random: random())
        observe(.disconnected(reason: reason, retryInMilliseconds: delay.nanoseconds / 1_000_000))
        loop.scheduleTask(in: delay) { [weak self] in
            guard let self, !isStopped else { return }
            connect().whenFailure { [weak self] error in self?.lost("\(error)") }
        }
    }
}

extension HeadMessage {
    /// The head that a block's JSON describes; nil where a field is missing, or where the header's
    /// hash is not the one stated.
    init?(block: JSON) {
        guard let hash = block["hash"]?.hash, let parent = block["parentHash"]?.hash,
            let ommers = block["sha3Uncles"]?.hash, let coinbase = block["miner"]?.address,
            let state = block["stateRoot"]?.hash,
            let transactions = block["transactionsRoot"]?.hash,
            let receipts = block["receiptsRoot"]?.hash,
            let bloom = block["logsBloom"]?.data.flatMap({ LogsBloom(bytes: $0) }),
            let number = block["number"]?.quantity64, let gasLimit = block["gasLimit"]?.quantity64,
            let gasUsed = block["gasUsed"]?.quantity64, let time = block["timestamp"]?.quantity64,
            let extra = block["extraData"]?.data, let randao = block["mixHash"]?.hash
        else { return nil }
        var header = BlockHeader(
            parentHash: parent, ommersHash: ommers, coinbase: coinbase, stateRoot: state,
            transactionsRoot: transactions, receiptsRoot: receipts, logsBloom: bloom,
            difficulty: block["difficulty"]?.quantity ?? .zero, number: number,
            gasLimit: gasLimit, gasUsed: gasUsed, timestamp: time, extraData: extra,
            prevRandao: randao)
        header.baseFeePerGas = block["baseFeePerGas"]?.quantity
        header.withdrawalsRoot = block["withdrawalsRoot"]?.hash
        header.blobGasUsed = block["blobGasUsed"]?.quantity64
        header.excessBlobGas = block["excessBlobGas"]?.quantity64
        header.parentBeaconBlockRoot = block["parentBeaconBlockRoot"]?.hash
        header.requestsHash = block["requestsHash"]?.hash
        header.blockAccessListHash = block["blockAccessListHash"]?.hash
        header.slotNumber = block["slotNumber"]?.quantity64
        guard header.hash == hash else { return nil }
        self.init(header: header, statedHash: hash)
    }
}
