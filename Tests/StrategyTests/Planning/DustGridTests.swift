import Chain
import Contracts
import EVM
import Ethereum
import Strategy
import TestSupport
import Testing
import UniswapV3
import World

/// Positions that keep dust between bundles, on the real contracts.
@Suite("DustGrid")
struct DustGridTests {
    @Test("the ranges of a grid are neighbours around the price, inside the owner's band")
    func ranges() {
        let grid = DustGrid(
            around: -61, tickSpacing: 60, rangesPerSide: 2, band: -887_272...887_272)
        #expect(grid.ranges.map(\.tickLower) == [-240, -180, -120, -60, 0])
        #expect(grid.ranges.allSatisfy { $0.tickUpper == $0.tickLower + 60 })
        #expect(grid.openings.map(\.count) == [4, 1])
        let narrow = DustGrid(around: -61, tickSpacing: 60, rangesPerSide: 2, band: -130...70)
        #expect(narrow.ranges.map(\.tickLower) == [-120, -60, 0])
        let none = DustGrid(around: 0, tickSpacing: 60, rangesPerSide: 3, band: 1000...2000)
        #expect(none.ranges.isEmpty && none.openings.isEmpty)
        #expect(DustGrid.isDust(grid.openings[0]))
        #expect(
            !DustGrid.isDust([
                JitPosition(tickLower: 0, tickUpper: 60, liquidity: DustGrid.liquidity + 1)
            ]))
    }

    /// A scene whose executor keeps dust in eleven ranges, and the pool with them.
    private static func seeded() throws -> (Scene, DustGrid, FollowedPool) {
        var scene = try Scene(.standard())
        var pool = try scene.followedPool
        let grid = DustGrid(
            around: try scene.slot0.tick, tickSpacing: 60, rangesPerSide: 5,
            band: pool.bandLower...pool.bandUpper)
        let environment = scene.builder.environment
        for data in grid.seeding(
            pool: scene.world.poolArguments, sqrtPriceX96: try scene.slot0.sqrtPriceX96,
            liquidity: try scene.liquidity, targetBlock: environment.number,
            parentHash: scene.world.devnet.chain.head.hash, timestamp: environment.timestamp,
            maxAmount0: PoolWorld.ether, maxAmount1: PoolWorld.dollar)
        {
            let outcome = try scene.send(
                .operator, to: scene.world.executor, data: data, gasLimit: 2_000_000)
            #expect(outcome.status == .success)
        }
        try scene.seal()
        pool.keptRanges = grid.ranges
        pool.fairPrice = try scene.followedPool.fairPrice
        return (scene, grid, pool)
    }

    @Test("a bundle on dust leaves the dust, lands, and uses less gas than one on fresh ticks")
    func bundle() throws {
        let (scene, grid, pool) = try Self.seeded()
        let target = try scene.pendingSale(200)
        let bundle = try scene.decide(target, pools: [pool]).get()
        #expect(bundle.plan.keptPositions == bundle.plan.positions.count)
        #expect(bundle.plan.freshTicks == 0)
        let fresh = try Scene(.standard())
        let without = try fresh.decide(fresh.pendingSale(200)).get()
        #expect(without.plan.freshTicks > 0)
        #expect(bundle.gasUsed < without.gasUsed)
        #expect(ModeOffer(bundle).mode == .keptGrid && ModeOffer(without).mode == .inventory)
        #expect(
            ModeOffer.best(of: [ModeOffer(without), ModeOffer(bundle)])
                == (bundle.netProfitWei >= without.netProfitWei
                    ? ModeOffer(bundle) : ModeOffer(without)))
        try scene.include(bundle)
        for range in grid.ranges {
            #expect(try scene.held(range.tickLower, range.tickUpper) == DustGrid.liquidity)
        }
    }

    @Test("ranges that are said to be kept but hold nothing are not believed")
    func notSeeded() throws {
        let scene = try Scene(.standard())
        var pool = try scene.followedPool
        pool.keptRanges =
            DustGrid(
                around: try scene.slot0.tick, tickSpacing: 60, rangesPerSide: 5,
                band: pool.bandLower...pool.bandUpper
            ).ranges
        let bundle = try scene.decide(scene.pendingSale(200), pools: [pool]).get()
        #expect(bundle.plan.keptPositions == 0 && bundle.plan.pool.keptRanges.isEmpty)
    }

    @Test("the dust is taken out again, and leaves neither liquidity nor a record")
    func retirement() throws {
        let (scene, grid, _) = try Self.seeded()
        for data in grid.retirement(pool: scene.world.poolArguments) {
            let outcome = try scene.send(.operator, to: scene.world.executor, data: data)
            #expect(outcome.status == .success)
        }
        for range in grid.ranges {
            #expect(try scene.held(range.tickLower, range.tickUpper) == 0)
        }
        let answer = try scene.call(.operator, JitExecutorViews.poolState(scene.world.pool))
        let state = try #require(JitExecutorViews.PoolState(answer.output))
        #expect(state.digest == .zero)
    }
}
