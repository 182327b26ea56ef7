import Bot
import Ethereum
import Store
import Strategy
import TestSupport
import Testing
import Wire
import World

/// What the bot has learnt of competitors outlives it.
@Suite("Tips over a restart", .serialized)
struct TipsOverRestartTests {
    /// A world in front of a devnet, before which bots come and go.
    private struct Play {
        let stage: DevnetStage
        let world: NetworkWorld

        init(seed: UInt64) throws {
            let setup = try DemoSetup.run(seed: seed, artifacts: try TestFiles.artifacts())
            stage = try DevnetStage(setup, seed: seed)
            world = try NetworkWorld(
                setup: setup, seed: seed, client: stage.client(stage.server.rpcPort))
        }

        /// What a bot knows when it has stood in front of these slots, and then been stopped.
        func bot(tips: TipBook?, slots: Int) throws -> (before: TipBook?, after: TipBook?) {
            let events = EventLog()
            let bot = try stage.bot(stage.settings(simulates: true, tips: tips), events)
            events.waitForHead(world.chain.head.number)
            let before = try stage.loop.submit { bot.value.tips }.wait()
            for _ in 0..<slots {
                let sent = try world.submitSlot()
                let block = try world.closeSlot(answersFor: sent.hashes)
                events.waitForHead(block.number)
            }
            let after = try stage.loop.submit { bot.value.tips }.wait()
            try stage.stop(bot)
            #expect(events.failures == [])
            return (before, after)
        }
    }

    @Test("a bot that starts again bids what it had learnt, and learns the same block once")
    func restart() throws {
        let play = try Play(seed: 1)
        defer { play.stage.end() }
        let pools = play.stage.setup.contracts.pools.map(\.address)
        let prior = TipBook(priorShareBps: 3000)
        let first = try play.bot(tips: prior, slots: 12)
        let learnt = try #require(first.after)
        #expect(pools.allSatisfy { first.before?.weight(pool: $0) == 0 })
        #expect(pools.contains { learnt.weight(pool: $0) > 1 })
        #expect(pools.contains { learnt.shareBps(pool: $0) != prior.shareBps(pool: $0) })
        // On the same block as the one before, which it reads again.
        let second = try play.bot(tips: prior, slots: 0)
        #expect(second.before == learnt)
        // With a fixed share nothing is learnt nor lost.
        let fixed = try play.bot(tips: nil, slots: 2)
        #expect(fixed.before == nil && fixed.after == nil)
        // Another prior counts as much as it does at the beginning, and the events with it.
        let bolder = TipBook(priorShareBps: 8000)
        let third = try play.bot(tips: bolder, slots: 4)
        for pool in pools {
            #expect(third.before?.weight(pool: pool) == learnt.weight(pool: pool))
            if learnt.weight(pool: pool) > 0 {
                #expect(
                    (third.before?.shareBps(pool: pool) ?? .max) < bolder.shareBps(pool: pool))
            }
        }
        // A ledger that is gone is what makes it forget.
        play.stage.removeLedger()
        let forgetful = try play.bot(tips: prior, slots: 0)
        #expect(pools.allSatisfy { forgetful.before?.weight(pool: $0) == 0 })
    }
}
