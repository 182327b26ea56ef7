import Bot
import Devnet
import Ethereum
import Foundation
import NIOCore
import NIOPosix
import Store
import Strategy
import TestSupport
import Testing
import Wire
import World

/// What the bot has learnt of competitors outlives it.
@Suite("Tips over a restart", .serialized)
struct TipsOverRestartTests {
    /// A devnet with a world in front of it, before which bots come and go.
    private struct Stage {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
        let server: DevnetServer
        let world: NetworkWorld
        let setup: DemoSetup
        let ledgerPath = NSTemporaryDirectory() + "bot-\(UUID().uuidString).sqlite"

        init(seed: UInt64) throws {
            let artifacts = try TestFiles.artifacts()
            setup = try DemoSetup.run(seed: seed, artifacts: artifacts)
            server = try DevnetServer.start(
                chain: setup.devnet.chain, coinbase: setup.devnet.coinbase, seed: seed,
                unlocked: [], .init(port: 0, relayPort: 0, blockTimeSeconds: nil),
                on: group.next(), now: { 0 }
            ).wait()
            world = try NetworkWorld(
                seed: seed, artifacts: artifacts,
                client: JSONRPCClient(
                    try HTTPConnection(
                        Endpoint("http://127.0.0.1:\(server.rpcPort)"), on: group.next(),
                        .init(requestTimeout: .seconds(60)))))
        }

        func end() throws {
            try server.shutdown().wait()
            try group.syncShutdownGracefully()
            for suffix in ["", "-wal", "-shm", "-lock"] {
                try? FileManager.default.removeItem(atPath: ledgerPath + suffix)
            }
        }

        /// What a bot knows when it has stood in front of these slots, and then been stopped.
        func bot(tips: TipBook?, slots: Int) throws -> (before: TipBook?, after: TipBook?) {
            let events = EventLog()
            let loop = group.next()
            let settings = BotSettings(
                nodeHTTP: try Endpoint("http://127.0.0.1:\(server.rpcPort)"),
                nodeWebSocket: try Endpoint("ws://127.0.0.1:\(server.rpcPort)"),
                relays: [try Endpoint("http://127.0.0.1:\(server.relayPort)")],
                executor: setup.contracts.executor, pools: setup.contracts.pools.map(\.key),
                operators: setup.wallets.operators.map(\.key),
                relayKey: Wallet(name: "relay").key,
                parameters: StrategyParameters(
                    minimumProfitWei: 1_000_000_000_000_000, bidShareBps: 3000,
                    maxBaseFeePerGas: 50_000_000_000, tips: tips),
                fairPriceHalfWidthPips: 150, simulates: true, ledgerPath: ledgerPath,
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
            events.waitForHead(world.chain.head.number)
            let before = try loop.submit { service.value.tips }.wait()
            for _ in 0..<slots {
                let sent = try world.submitSlot()
                let block = try world.closeSlot(answersFor: sent.hashes)
                events.waitForHead(block.number)
            }
            let after = try loop.submit { service.value.tips }.wait()
            try loop.submit { service.value.stop() }.wait()
            #expect(events.failures == [])
            return (before, after)
        }
    }

    @Test("a bot that starts again bids what it had learnt, and learns the same block once")
    func restart() throws {
        let stage = try Stage(seed: 1)
        let pools = stage.setup.contracts.pools.map(\.address)
        let prior = TipBook(priorShareBps: 3000)
        let first = try stage.bot(tips: prior, slots: 12)
        let learnt = try #require(first.after)
        #expect(pools.allSatisfy { first.before?.weight(pool: $0) == 0 })
        #expect(pools.contains { learnt.weight(pool: $0) > 1 })
        #expect(pools.contains { learnt.shareBps(pool: $0) != prior.shareBps(pool: $0) })
        // On the same block as the one before, which it reads again.
        let second = try stage.bot(tips: prior, slots: 0)
        #expect(second.before == learnt)
        // With a fixed share nothing is learnt nor lost.
        let fixed = try stage.bot(tips: nil, slots: 2)
        #expect(fixed.before == nil && fixed.after == nil)
        // Another prior counts as much as it does at the beginning, and the events with it.
        let bolder = TipBook(priorShareBps: 8000)
        let third = try stage.bot(tips: bolder, slots: 4)
        for pool in pools {
            #expect(third.before?.weight(pool: pool) == learnt.weight(pool: pool))
            if learnt.weight(pool: pool) > 0 {
                #expect(
                    (third.before?.shareBps(pool: pool) ?? .max) < bolder.shareBps(pool: pool))
            }
        }
        // A ledger that is gone is what makes it forget.
        let path = stage.ledgerPath
        for suffix in ["", "-wal", "-shm"] {
            try? FileManager.default.removeItem(atPath: path + suffix)
        }
        let forgetful = try stage.bot(tips: prior, slots: 0)
        #expect(pools.allSatisfy { forgetful.before?.weight(pool: $0) == 0 })
        try stage.end()
    }
}
