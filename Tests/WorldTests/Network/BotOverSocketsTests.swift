import Bot
import Chain
import Contracts
import Devnet
import Ethereum
import Foundation
import NIOCore
import NIOPosix
import Store
import Strategy
import Synchronization
import TestSupport
import Testing
import UniswapV3
import Wire
import World

/// The whole system over sockets: a devnet with its relay, the bot that knows nothing but what
/// comes over them, and a world that executes every block again.
@Suite("The bot over sockets", .serialized)
struct BotOverSocketsTests {
    /// What a trial showed.
    struct Outcome {
        var relayRequests: UInt64 = 0
        var booksDiffer = false
        var failures: [String] = []
        var unwindings = 0
        var summary: LedgerSummary
        var unresolved: Int
    }

    /// Lets a world play in front of a devnet with a bot that simulates or is live.
    static func play(
        seed: UInt64, simulates: Bool, body: (NetworkWorld, EventLog) throws -> Void
    ) throws -> Outcome {
        let artifacts = try TestFiles.artifacts()
        let setup = try DemoSetup.run(seed: seed, artifacts: artifacts)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        defer { try? group.syncShutdownGracefully() }
        let loop = group.next()
        let server = try DevnetServer.start(
            chain: setup.devnet.chain, coinbase: setup.devnet.coinbase, seed: seed,
            unlocked: [], .init(port: 0, relayPort: 0, blockTimeSeconds: nil), on: loop,
            now: { 0 }
        ).wait()
        let ledgerPath = NSTemporaryDirectory() + "bot-\(UUID().uuidString).sqlite"
        defer {
            for suffix in ["", "-wal", "-shm", "-lock"] {
                try? FileManager.default.removeItem(atPath: ledgerPath + suffix)
            }
        }
        let events = EventLog()
        let http = try Endpoint("http://127.0.0.1:\(server.rpcPort)")
        let settings = BotSettings(
            nodeHTTP: http, nodeWebSocket: try Endpoint("ws://127.0.0.1:\(server.rpcPort)"),
            relays: [try Endpoint("http://127.0.0.1:\(server.relayPort)")],
            executor: setup.contracts.executor, pools: setup.contracts.pools.map(\.key),
            operators: setup.wallets.operators.map(\.key), relayKey: Wallet(name: "relay").key,
            parameters: StrategyParameters(
                minimumProfitWei: 1_000_000_000_000_000, bidShareBps: 3000,
                maxBaseFeePerGas: 50_000_000_000),
            fairPriceHalfWidthPips: 150, simulates: simulates, ledgerPath: ledgerPath,
            slotSeconds: 12, logicalClock: true)
        let service = try loop.flatSubmit { () -> EventLoopFuture<NIOLoopBound<BotService>> in
            do {
                let service = try BotService(
                    settings: settings, loop: loop, random: { 7 }, nowUnixMs: { 0 },
                    observe: { events.append($0) })
                let bound = NIOLoopBound(service, eventLoop: loop)
                return service.start().map { bound }
            } catch { return loop.makeFailedFuture(error) }
        }.wait()

        let clientGroup = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        defer { try? clientGroup.syncShutdownGracefully() }
        let client = JSONRPCClient(
            try HTTPConnection(http, on: clientGroup.next(), .init(requestTimeout: .seconds(60))))
        let world = try NetworkWorld(seed: seed, artifacts: artifacts, client: client)
        try body(world, events)
        // One more block, behind which everything is resolved.
        _ = try world.closeSlot()
        events.waitForHead(world.chain.head.number)
        let requests = try client.call("devnet_relayRequests").wait()
        try loop.submit { service.value.stop() }.wait()
        try server.shutdown().wait()
        let reader = try LedgerReader(path: ledgerPath)
        return Outcome(
            relayRequests: requests["eth_sendBundle"]?.uint64 ?? 0,
            booksDiffer: events.booksDiffer, failures: events.failures,
            unwindings: events.unwindings, summary: try reader.summary(),
            unresolved: try reader.unresolvedBundles().count)
    }

    /// Plays slots; counts the swaps that were served and what anybody lost by them.
    private static func play(
        slots: Int, _ world: NetworkWorld, _ events: EventLog
    ) throws -> (served: Int, losses: Int) {
        var (served, losses) = (0, 0)
        for _ in 0..<slots {
            let sent = try world.submitSlot()
            let block = try world.closeSlot(answersFor: sent.hashes)
            events.waitForHead(block.number)
            for swap in sent.swaps {
                guard let place = world.served(swap, from: block.number) else { continue }
                served += 1
                losses += try world.losses(of: swap, place).count
            }
        }
        return (served, losses)
    }

    @Test("live: bundles land, nobody loses, and the books equal the chain")
    func live() throws {
        var total = (served: 0, losses: 0)
        let outcome = try Self.play(seed: 1, simulates: false) { world, events in
            total = try Self.play(slots: 12, world, events)
        }
        #expect(outcome.failures == [])
        #expect(total.served >= 3)
        #expect(total.losses == 0)
        #expect(!outcome.booksDiffer)
        #expect(outcome.unresolved == 0 && outcome.unwindings == 0)
        #expect(outcome.summary.bundles["landed"] == total.served)
        #expect(outcome.relayRequests >= UInt64(total.served))
        #expect(outcome.summary.realisedProfitWei > .zero)
    }

    @Test("a flood of transactions in one slot is answered, each of them")
    func flood() throws {
        var block: Block?
        let outcome = try Self.play(seed: 1, simulates: true) { world, events in
            var candidates: [BlockBuilder.Candidate] = []
            for var wallet in world.setup.wallets.crowd {
                wallet.nonce = world.chain.state.account(wallet.address)?.nonce ?? 0
                for _ in 0..<50 {
                    candidates.append(
                        try wallet.sign(
                            to: wallet.address, value: .one, gasLimit: 21_000,
                            chainId: LocalChain.chainId, maxFeePerGas: 100_000_000_000,
                            maxPriorityFeePerGas: 1_000_000_000))
                }
            }
            for part in stride(from: 0, to: candidates.count, by: 100) {
                let calls = candidates[part..<min(part + 100, candidates.count)].map {
                    JSONRPCCall("eth_sendRawTransaction", [.data($0.signed.raw)])
                }
                for answer in try world.client.batch(calls).wait() { _ = try answer.get() }
            }
            block = try world.closeSlot(answersFor: candidates.map(\.signed.hash))
            events.waitForHead(world.chain.head.number)
            #expect(Set(candidates.map(\.signed.hash)).isSubset(of: events.answered))
        }
        #expect(try #require(block).transactions.count > 100)
        #expect(outcome.failures == [] && !outcome.booksDiffer)
    }

    @Test("simulating: the same opportunities, and not one bundle at the relay")
    func simulating() throws {
        var total = (served: 0, losses: 0)
        let outcome = try Self.play(seed: 1, simulates: true) { world, events in
            total = try Self.play(slots: 12, world, events)
        }
        #expect(outcome.failures == [])
        #expect(total.served == 0)
        #expect(outcome.relayRequests == 0)
        #expect(outcome.summary.opportunities["simulated", default: 0] >= 3)
        #expect(!outcome.booksDiffer)
    }

    /// An `open` of the first operator that nothing closes, mined by itself: what a reorganisation
    /// could leave behind of a bundle. Gives the positions in pools behind it and two blocks later.
    private static func openAlone(
        _ world: NetworkWorld, _ events: EventLog, liquidity: UInt128 = 1_000_000_000_000,
        keeps: Bool = false
    ) throws -> (before: Int, after: Int) {
        let setup = world.setup
        let pool = setup.contracts.hedgePool
        let chain = world.chain
        let state = try #require(
            try PoolState(key: pool.key, window: .words(1)) {
                chain.state.storage(pool.address, slot: $0)
            })
        let lower = (state.tick / 10 - 1) * 10
        let position = JitPosition(
            tickLower: lower, tickUpper: lower + 30, liquidity: liquidity)
        let environment = setup.devnet.nextEnvironment
        let data = JitExecutor.open(
            pool: .init(token0: pool.key.token0, token1: pool.key.token1, fee: pool.key.feePips),
            positions: [position],
            guard: .init(
                targetBlock: environment.number, parentHash: chain.head.hash,
                maxTimestamp: environment.timestamp, minSqrtPriceX96: state.sqrtPriceX96,
                maxSqrtPriceX96: state.sqrtPriceX96, minLiquidity: state.liquidity,
                maxLiquidity: state.liquidity, maxAmount0: .max >> 128, maxAmount1: .max >> 128,
                keeps: keeps))
        var wallet = setup.wallets.operators[0]
        wallet.nonce = chain.state.account(wallet.address)?.nonce ?? 0
        let open = try wallet.sign(
            to: setup.contracts.executor, data: data, gasLimit: 900_000,
            chainId: LocalChain.chainId, maxFeePerGas: 100_000_000_000,
            maxPriorityFeePerGas: 10_000_000_000)
        _ = try world.client.call("eth_sendRawTransaction", [.data(open.signed.raw)]).wait()
        let block = try world.closeSlot(answersFor: [open.signed.hash])
        let mined = try #require(block.transactions.first)
        #expect(mined.signed.hash == open.signed.hash && mined.outcome.status == .success)
        events.waitForHead(block.number)
        let before = try world.positionsLeftOpen()
        for _ in 0..<2 { events.waitForHead(try world.closeSlot().number) }
        return (before, try world.positionsLeftOpen())
    }

    @Test("live: an opening that stands alone is taken out in the next block")
    func unwinding() throws {
        var positions = (before: 0, after: 0)
        let outcome = try Self.play(seed: 1, simulates: false) { world, events in
            positions = try Self.openAlone(world, events)
        }
        #expect(positions.before == 1 && positions.after == 0)
        #expect(outcome.unwindings == 1)
        #expect(outcome.failures == [] && !outcome.booksDiffer)
    }

    @Test("live: what a frozen token keeps open is tried ever more seldom, and told of once")
    func frozen() throws {
        var early = 0
        var rest = 0
        let outcome = try Self.play(seed: 1, simulates: false) { world, events in
            let token = world.setup.contracts.tokens.other
            func freeze(_ function: String) throws {
                var issuer = world.setup.wallets.deployer
                issuer.nonce = world.chain.state.account(issuer.address)?.nonce ?? 0
                let call = try issuer.sign(
                    to: token, data: Calldata(Selector(function)).bytes, gasLimit: 100_000,
                    chainId: LocalChain.chainId, maxFeePerGas: 100_000_000_000,
                    maxPriorityFeePerGas: 1_000_000_000)
                _ = try world.client.call("eth_sendRawTransaction", [.data(call.signed.raw)])
                    .wait()
            }
            // Mined behind the opening, which pays more.
            try freeze("pause()")
            let positions = try Self.openAlone(world, events)
            #expect(positions.before == 1 && positions.after == 1)
            for _ in 0..<12 { events.waitForHead(try world.closeSlot().number) }
            early = events.unwindings
            #expect(events.stillOpen == 1)
            try freeze("unpause()")
            for _ in 0..<12 { events.waitForHead(try world.closeSlot().number) }
            rest = try world.positionsLeftOpen()
        }
        // Tries behind the first head, two, four and eight heads after each was seen to be in vain.
        #expect(early == 3 && outcome.unwindings == 4)
        #expect(rest == 0)
        #expect(outcome.failures == [] && !outcome.booksDiffer)
    }

    @Test("live: dust that is to be kept stays, the same dust without that is taken out")
    func dustStays() throws {
        for keeps in [true, false] {
            var positions = (before: 0, after: 0)
            let outcome = try Self.play(seed: 1, simulates: false) { world, events in
                positions = try Self.openAlone(
                    world, events, liquidity: DustGrid.liquidity, keeps: keeps)
            }
            #expect(positions.before == 1 && positions.after == (keeps ? 1 : 0))
            #expect(outcome.unwindings == (keeps ? 0 : 1))
            #expect(outcome.failures == [] && !outcome.booksDiffer)
        }
    }

    @Test("simulating: an opening that stands alone is left to the live bot")
    func noUnwinding() throws {
        var positions = (before: 0, after: 0)
        let outcome = try Self.play(seed: 1, simulates: true) { world, events in
            positions = try Self.openAlone(world, events)
        }
        #expect(positions.before == 1 && positions.after == 1)
        #expect(outcome.unwindings == 0 && !outcome.booksDiffer)
    }
}

/// What the bot reported, from its loop.
final class EventLog: Sendable {
    private let events = Mutex<[BotEvent]>([])

    func append(_ event: BotEvent) { events.withLock { $0.append(event) } }

    var booksDiffer: Bool {
        events.withLock { $0.contains { if case .booksDiffer = $0 { true } else { false } } }
    }

    /// Transactions that were declined.
    var answered: Set<Hash32> {
        events.withLock { events in
            Set(
                events.compactMap {
                    if case .rejected(let hash, _, _) = $0 { hash } else { nil }
                })
        }
    }

    /// Where orders are taken in.
    var port: Int? {
        events.withLock {
            $0.lazy.compactMap { if case .intake(_, let port) = $0 { port } else { nil } }.first
        }
    }

    var unwindings: Int {
        events.withLock { $0.count { if case .unwinding = $0 { true } else { false } } }
    }

    /// Openings that were told of as still standing.
    var stillOpen: Int {
        events.withLock { $0.count { if case .stillOpen = $0 { true } else { false } } }
    }

    var failures: [String] {
        events.withLock {
            $0.compactMap { if case .failed(let what) = $0 { what } else { nil } }
        }
    }

    /// Returns when the bot stands on a block, or after twenty seconds.
    func waitForHead(_ number: UInt64) {
        for _ in 0..<2000 {
            let reached = events.withLock {
                $0.contains { event in
                    if case .head(let block, _) = event { block.number >= number } else { false }
                }
            }
            if reached { return }
            Thread.sleep(forTimeInterval: 0.01)
        }
    }
}
