import Bot
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
import Wire
import World

/// The whole system over sockets: a devnet with its relay, the bot that knows nothing but what
/// comes over them, and a world that executes every block again.
@Suite("The bot over sockets", .serialized)
struct BotOverSocketsTests {
    /// What a trial showed.
    struct Outcome {
        var served = 0
        var losses = 0
        var relayRequests: UInt64 = 0
        var booksDiffer = false
        var failures: [String] = []
        var summary: LedgerSummary
        var unresolved: Int
    }

    /// Plays slots of a seed with a bot that simulates or is live.
    static func play(seed: UInt64, slots: Int, simulates: Bool) throws -> Outcome {
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
        var served = 0
        var losses = 0
        for _ in 0..<slots {
            let sent = try world.submitSlot()
            let block = try world.closeSlot(answersFor: sent.hashes)
            events.waitForHead(block.number)
            for swap in sent.swaps {
                guard let place = try world.served(swap, from: block.number) else { continue }
                served += 1
                losses += try world.losses(of: swap, place).count
            }
        }
        // One more block, behind which everything is resolved.
        _ = try world.closeSlot()
        events.waitForHead(world.setup.devnet.chain.head.number)
        let requests = try client.call("devnet_relayRequests").wait()
        try loop.submit { service.value.stop() }.wait()
        try server.shutdown().wait()
        let reader = try LedgerReader(path: ledgerPath)
        return Outcome(
            served: served, losses: losses,
            relayRequests: requests["eth_sendBundle"]?.uint64 ?? 0,
            booksDiffer: events.booksDiffer, failures: events.failures,
            summary: try reader.summary(), unresolved: try reader.unresolvedBundles().count)
    }

    @Test("live: bundles land, nobody loses, and the books equal the chain")
    func live() throws {
        let outcome = try Self.play(seed: 1, slots: 12, simulates: false)
        #expect(outcome.failures == [])
        #expect(outcome.served >= 3)
        #expect(outcome.losses == 0)
        #expect(!outcome.booksDiffer)
        #expect(outcome.unresolved == 0)
        #expect(outcome.summary.bundles["landed"] == outcome.served)
        #expect(outcome.relayRequests >= UInt64(outcome.served))
        #expect(outcome.summary.realisedProfitWei > .zero)
    }

    @Test("simulating: the same opportunities, and not one bundle at the relay")
    func simulating() throws {
        let outcome = try Self.play(seed: 1, slots: 12, simulates: true)
        #expect(outcome.failures == [])
        #expect(outcome.served == 0)
        #expect(outcome.relayRequests == 0)
        #expect(outcome.summary.opportunities["simulated", default: 0] >= 3)
        #expect(!outcome.booksDiffer)
    }
}

/// What the bot reported, from its loop.
private final class EventLog: Sendable {
    private let events = Mutex<[BotEvent]>([])

    func append(_ event: BotEvent) { events.withLock { $0.append(event) } }

    var booksDiffer: Bool {
        events.withLock { $0.contains { if case .booksDiffer = $0 { true } else { false } } }
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
