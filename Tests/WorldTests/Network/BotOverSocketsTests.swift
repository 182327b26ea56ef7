import Bot
import Chain
import Contracts
import Ethereum
import Store
import Strategy
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
        let setup = try DemoSetup.run(seed: seed, artifacts: try TestFiles.artifacts())
        let stage = try DevnetStage(setup, seed: seed)
        defer { stage.end() }
        let events = EventLog()
        let bot = try stage.bot(stage.settings(simulates: simulates), events)
        let client = try stage.client(stage.server.rpcPort)
        let world = try NetworkWorld(setup: setup, seed: seed, client: client)
        try body(world, events)
        // One more block, behind which everything is resolved.
        _ = try world.closeSlot()
        events.waitForHead(world.chain.head.number)
        let requests = try client.call("devnet_relayRequests").wait()
        try stage.stop(bot)
        let reader = try LedgerReader(path: stage.ledgerPath)
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
