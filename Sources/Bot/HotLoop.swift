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

/// The bot on one event loop: bytes of the mempool in, signed bundles out.
///
/// Heads go before pending transactions. From a pending transaction to the bytes of its bundle
/// there is no wait where the state is known; what is missing is one round trip, after which the
/// transaction is tried again in the same slot. Books are kept behind the sending, from what the
/// chain says.
public final class HotLoop {
    let configuration: BotConfiguration
    let loop: any EventLoop
    let ledger: Ledger
    let node: JSONRPCClient
    let relays: [JSONRPCClient]
    let observe: (BotEvent) -> Void
    /// Milliseconds since 1970, passed in.
    let nowUnixMs: () -> Int64
    let tokens: [Address]

    private var reader = HotMessageReader()
    private var heads: [HeadMessage] = []
    private var pendings: [Waiting] = []
    var isBusy = false
    private var isDraining = false
    /// Signed orders, what is to be done about them, and whose they are.
    var orders = OrderBook()
    var orderJobs: [OrderJob] = []
    var reputation = OrderReputation()
    var orderPurse: OrderPurse
    /// Orders and the mempool take turns, so that neither waits for all of the other.
    var isMempoolsTurn = false

    var known: KnownState?
    var head: BlockHeader?
    var headHash = Hash32.zero
    /// What the block behind the head is executed under.
    var rules: ForkActivation?
    var nonces: [UInt64] = []
    var fairPrices: [Address: UInt256] = [:]
    var live: LiveBundles
    /// What is known of pools' competitors, restored from the ledger with the first head, and again
    /// where blocks were taken back; nil until then, and where a fixed share is bid.
    var tips: TipBook?
    /// The bids of bundles that are not resolved yet, by bundle.
    var bids: [Hash32: Bid] = [:]

    /// Targets that we would have served and did not, by transaction: simulated ones.
    var unserved: [Hash32: Address] = [:]
    /// Pools on which a competitor's liquidity landed in the newest block.
    var rivalPools: Set<Address> = []

    /// A pending transaction that waits, and the round trips that were made for it.
    private struct Waiting {
        var pending: PendingTransaction
        var round = 0
    }

    /// The share that a bundle bids on a pool.
    struct Bid {
        var pool: Address
        var shareBps: UInt64
    }

    /// What is known of the grids of dust.
    var grids = GridBook()

    /// Openings of ours that stand in the chain without their closing.
    var openings: [OwnOpening] = []
    /// What was tried to take them out, by the opening's transaction.
    var unwindings: [Hash32: Unwinding] = [:]
    /// Set where the books and the chain differ: from then on nothing is sent.
    var isHalted = false
    private var machine: VirtualMachine?
    /// What keeps targets from knowing the coinbase of our simulations.
    private let coinbaseSecret: Hash32
    /// Told of each answer to a pending transaction.
    var answered: (Hash32, String) -> Void = { _, _ in }

    /// Pending transactions that wait at most; the oldest go first.
    private static let pendingLimit = 4096
    /// Heads that wait, the oldest of which are dropped.
    private static let headLimit = 256
    /// Round trips for one transaction at most.
    static let roundLimit = 32

    init(
        configuration: BotConfiguration, loop: any EventLoop, ledger: Ledger,
        node: JSONRPCClient, relays: [JSONRPCClient], nowUnixMs: @escaping () -> Int64,
        observe: @escaping (BotEvent) -> Void
    ) {
        self.configuration = configuration
        self.loop = loop
        self.ledger = ledger
        self.node = node
        self.relays = relays
        self.nowUnixMs = nowUnixMs
        self.observe = observe
        live = LiveBundles(operatorCount: configuration.operators.count)
        // The same for the same key, so that a seed's run can be repeated; told to nobody.
        let signature = configuration.settings.relayKey.sign(
            Keccak256.hash(Array("coinbase of simulations".utf8)))
        coinbaseSecret = Keccak256.hash(signature.r, signature.s)
        orderPurse = OrderPurse(clock: configuration.parameters.targetBudget.clock)
        tokens = Set(configuration.pools.flatMap { [$0.key.token0, $0.key.token1] })
            .union([configuration.weth]).sorted()
    }

    // MARK: What comes in

    func register(heads: String, pending: String) {
        reader.unregisterAll()
        reader.register(heads, as: .newHeads)
        reader.register(pending, as: .newPendingTransactions)
    }

    /// The bytes of a notification, inside `channelRead`.
    func received(_ bytes: ByteBuffer) {
        do throws(HotMessageError) {
            switch try reader.read(bytes) {
            case .newHead(let message) where message.isConsistent:
                heads.append(message)
                // What lies between two heads is booked with the later one.
                if heads.count > Self.headLimit { heads.removeFirst() }
            case .newHead(let message):
                observe(
                    .failed(what: "a head whose hash is not its header's: \(message.statedHash)"))
            case .pendingTransaction(let message):
                pendings.append(
                    Waiting(
                        pending: PendingTransaction(
                            signed: message.signed, sender: message.statedFrom)))
                if pendings.count > Self.pendingLimit { pendings.removeFirst() }
            case .pendingHash, .unrouted: break
            }
        } catch {
            observe(.failed(what: "a notification that cannot be read: \(error)"))
        }
        drain()
    }

    /// Takes a head as if it had been announced: the newest one at the start.
    func takeHead(_ message: HeadMessage) {
        heads.append(message)
        drain()
    }

    /// Works off what waits. An answer that needs no round trip ends inside this loop, which then
    /// goes on: it is not entered again, so that the stack does not grow with the queue.
    func drain() {
        guard !isDraining else { return }
        isDraining = true
        defer { isDraining = false }
        while !isBusy {
            if !heads.isEmpty {
                let message = heads.removeFirst()
                isBusy = true
                follow(message).whenComplete { [self] result in
                    if case .failure(let error) = result {
                        if !(error is HeadOfThePast) { known = nil }
                        observe(.failed(what: "block \(message.header.number): \(error)"))
                    }
                    isBusy = false
                    drain()
                }
            } else if known != nil, !orderJobs.isEmpty, !isMempoolsTurn || pendings.isEmpty {
                isBusy = true
                isMempoolsTurn = true
                perform(orderJobs.removeFirst())
            } else if known != nil, !pendings.isEmpty {
                let next = pendings.removeFirst()
                isBusy = true
                isMempoolsTurn = false
                answer(next.pending, round: next.round)
            } else {
                return
            }
        }
    }

    /// Whether a head waits to be followed. It goes before the next round trip of whatever is being
    /// looked at, which waits behind the others of its kind: state that leads from one slot to the
    /// next must not hold it up.
    var headWaits: Bool { !heads.isEmpty }

    private func finish(_ pending: PendingTransaction, _ label: String) {
        answered(pending.hash, label)
        isBusy = false
        drain()
    }

    // MARK: One pending transaction

    private func answer(_ pending: PendingTransaction, round: Int) {
        guard let (state, missing) = speculativeHead() else { return finish(pending, "no_head") }
        let outcome = decide(pending, state)
        guard missing.all.isEmpty else {
            guard round < Self.roundLimit else {
                return conclude(
                    pending, .failure(.unsimulatable(.stateNotLoaded(missing.all.first!))))
            }
            fetch(missing.all, tracing: round == 0 ? pending.callObject : nil).whenComplete {
                [self] result in
                switch result {
                case _ where headWaits:
                    pendings.append(Waiting(pending: pending, round: round + 1))
                    isBusy = false
                    drain()
                case .success: answer(pending, round: round + 1)
                case .failure(let error):
                    observe(.failed(what: "missing state of \(pending.hash): \(error)"))
                    finish(pending, "state_unreachable")
                }
            }
            return
        }
        conclude(pending, outcome)
    }

    private func decide(
        _ pending: PendingTransaction, _ head: HeadState
    ) -> Result<SimulatedBundle, Rejection> {
        let machine = reusedMachine(head)
        var parameters = configuration.parameters
        parameters.tips = tips
        let pipeline = JitPipeline(head: head, parameters: parameters, machine: machine)
        return Result { () throws(Rejection) in
            let free = (try? live.account()) ?? 0
            let first = try pipeline.decide(
                pending, account: account(free), reserved: live.reserved(besides: nil))
            let pool = first.plan.pool.address
            let owner = try live.place(for: first).operatorIndex
            if owner == free { return first }
            // Proven again with the account that signs it, and with what its predecessor frees.
            let bundle = try pipeline.decide(
                pending, account: account(owner), reserved: live.reserved(besides: pool))
            guard try live.place(for: bundle).operatorIndex == owner else {
                throw .poolBusy(pool: pool)
            }
            return bundle
        }
    }

    /// The head with a reader that notes what it does not know; nil before the first head.
    func speculativeHead() -> (state: HeadState, missing: MissingKeys)? {
        guard let known, let head, let rules else { return nil }
        let missing = MissingKeys()
        let environment = nextBlock(after: head, rules)
        let reader = SpeculativeReader(
            known: known, missing: missing,
            coinbases: [
                environment.coinbase,
                ExecutionVariation.coinbase.environment(environment).coinbase,
            ])
        return (headState(environment, reader), missing)
    }

    /// The loop's one machine.
    func reusedMachine(_ head: HeadState) -> VirtualMachine {
        let machine = machine ?? VirtualMachine(block: head.nextBlock, state: head.state)
        self.machine = machine
        return machine
    }

    func account(_ index: Int) -> OperatorAccount {
        OperatorAccount(address: configuration.operators[index].address, nonce: nonces[index])
    }

    private func nextBlock(
        after head: BlockHeader, _ rules: ForkActivation
    ) -> BlockEnvironment {
        BlockEnvironment(
            fork: rules.fork, chainId: configuration.chainId, number: head.number + 1,
            timestamp: head.timestamp + configuration.slotSeconds,
            coinbase: SimulatedCoinbase.on(head: headHash, secret: coinbaseSecret),
            gasLimit: head.gasLimit, baseFeePerGas: head.nextBaseFeePerGas,
            prevRandao: head.prevRandao,
            blobBaseFee: rules.blobs.map {
                $0.weiPerBlobGas(
                    excessBlobGas: $0.excessBlobGas(after: head, fork: rules.fork))
            } ?? .one)
    }

    private func headState(
        _ environment: BlockEnvironment, _ reader: SpeculativeReader
    ) -> HeadState {
        let pools = configuration.pools.map { pool -> FollowedPool in
            var pool = pool
            pool.fairPrice = fairPrices[pool.address].map {
                FairPriceBand(
                    midSqrtPriceX96: $0, halfWidthPips: configuration.fairPriceHalfWidthPips)
            }
            pool.keptRanges = grids.kept[pool.address] ?? []
            return pool
        }
        return HeadState(
            hash: headHash, nextBlock: environment, state: reader, pools: pools,
            venues: configuration.venues, weth: configuration.weth,
            executor: configuration.executor,
            ownAccounts: configuration.allOwnAccounts)
    }

    /// Fetches keys in one round trip; with the prestate of a call, where given.
    func fetch(
        _ missing: Set<StateKey>, tracing call: JSON?
    ) -> EventLoopFuture<Void> {
        let hash = headHash
        let query = StateQuery(missing, blockHash: hash)
        var calls = query.calls
        if let call {
            calls.append(
                JSONRPCCall(
                    "debug_traceCall",
                    [
                        call, ["blockHash": .hash(hash)],
                        ["tracer": "prestateTracer"],
                    ]))
        }
        return node.batch(calls).flatMapThrowing { [self] answers in
            guard var state = known, state.blockHash == hash else { return }
            // What a call reads is a help, not a need: one that fails is fetched key by key.
            if call != nil, case .success(let trace)? = answers.last {
                state.learn(prestate: trace)
            }
            guard query.teach(&state, Array(answers.prefix(query.calls.count))) else {
                throw BlockEntries.Malformed(what: "state of block \(hash)")
            }
            known = state
        }
    }

    // MARK: The answer

    private func conclude(
        _ pending: PendingTransaction, _ outcome: Result<SimulatedBundle, Rejection>
    ) {
        let block = (head?.number ?? 0) + 1
        switch outcome {
        case .failure(let rejection):
            observe(.rejected(txHash: pending.hash, block: block, rejection))
            // The mempool is full of what swaps nowhere; the books hold what was considered.
            if rejection.wasConsidered { record(pending, block, rejection) }
            finish(pending, rejection.label)
        case .success(let bundle):
            let sends = !configuration.simulates && !isHalted
            let opportunity = record(pending, bundle, label: sends ? "sent" : "simulated")
            observe(.bundle(bundle, sent: sends))
            guard sends else {
                unserved[pending.hash] = bundle.plan.pool.address
                return finish(pending, "simulated")
            }
            send(bundle, opportunity: opportunity).whenComplete { [self] _ in
                finish(pending, "sent")
            }
        }
    }

    private func send(
        _ bundle: SimulatedBundle, opportunity: Int64?
    ) -> EventLoopFuture<Void> {
        guard
            let index = configuration.operators.firstIndex(where: {
                $0.address == bundle.account.address
            }), let signed = try? SignedBundle(bundle, key: configuration.operators[index])
        else { return loop.makeSucceededVoidFuture() }
        let pool = bundle.plan.pool.address
        let displaced = (try? live.place(for: bundle))?.displaced
        if let displaced { live.remove(displaced) }
        let uuid =
            live.byPool[pool]?.replacementUuid ?? displaced?.replacementUuid
            ?? BundleUuid.from(Keccak256.hash(headHash.bytes + pool.bytes))
        let replaced = live.byPool[pool]
        live.insert(
            .init(
                simulated: bundle, bundleHash: signed.hash, operatorIndex: index,
                replacementUuid: uuid))
        let request = SendBundleRequest(
            transactions: signed.transactions.map(\.raw), blockNumber: bundle.targetBlock,
            replacementUuid: uuid)
        return submit(request, bundleHash: signed.hash) { [self] sentAt in
            bids[signed.hash] = Bid(pool: pool, shareBps: bundle.bidShareBps)
            recordBundle(signed, uuid: uuid, opportunity: opportunity, at: sentAt)
            if let replaced {
                recordReplacement(
                    of: replaced.bundleHash, target: replaced.simulated.target.hash,
                    by: signed.hash)
            }
            if let displaced, let order = displaced.order {
                recordReplacement(of: displaced.bundleHash, target: order, by: signed.hash)
                orders.set(order, .waiting)
            }
        }
    }

    /// Sends a bundle to every relay and writes down what they answer; `record` keeps the bundle
    /// itself, once the request is on its way.
    func submit(
        _ request: SendBundleRequest, bundleHash: Hash32, record: (_ sentAtUnixMs: Int64) -> Void
    ) -> EventLoopFuture<Void> {
        let sentAt = nowUnixMs()
        let answers = relays.map { relay in
            relay.call("eth_sendBundle", request.params).map { Result<JSON, any Error>.success($0) }
                .flatMapErrorThrowing { .failure($0) }
        }
        record(sentAt)
        return EventLoopFuture.whenAllSucceed(answers, on: loop).map { [self] results in
            for (relay, result) in zip(relays, results) {
                recordSubmission(bundleHash, relay.connection.endpoint, sentAt, result)
            }
        }
    }
}

extension PendingTransaction {
    /// The transaction as a call.
    var callObject: JSON {
        let transaction = signed.transaction
        var members: [JSON.Member] = [
            .init("from", .address(sender)), .init("gas", .quantity(transaction.gasLimit)),
            .init("value", .quantity(transaction.value)), .init("input", .data(transaction.data)),
        ]
        if let to = transaction.to { members.append(.init("to", .address(to))) }
        return .object(members)
    }
}
