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
    @Test("the ranges of a grid are whole groups around the price, inside the owner's band")
    func ranges() {
        let grid = DustGrid(
            around: -61, tickSpacing: 60, rangesPerSide: 2, band: -887_272...887_272)
        #expect(grid.ranges.map(\.tickLower) == [-240, -180, -120, -60, 0, 60, 120, 180])
        #expect(grid.ranges.allSatisfy { $0.tickUpper == $0.tickLower + 60 })
        #expect(grid.groups.map(\.count) == [4, 4])
        let narrow = DustGrid(around: -61, tickSpacing: 60, rangesPerSide: 2, band: -130...70)
        #expect(narrow.groups.map { $0.map(\.tickLower) } == [[-120, -60], [0]])
        let none = DustGrid(around: 0, tickSpacing: 60, rangesPerSide: 3, band: 1000...2000)
        #expect(none.ranges.isEmpty && none.groups.isEmpty)
        #expect(DustGrid.isDust(DustGrid.positions(of: grid.groups[0])))
        #expect(
            !DustGrid.isDust([
                JitPosition(tickLower: 0, tickUpper: 60, liquidity: DustGrid.liquidity + 1)
            ]))
    }

    @Test("wherever the price stands, a range belongs to the same group")
    func groups() {
        var groups: [KeptRange: [KeptRange]] = [:]
        for tick in stride(from: Int32(-3000), through: 3000, by: 37) {
            let grid = DustGrid(
                around: tick, tickSpacing: 10, rangesPerSide: 5, band: -887_272...887_272)
            let home = TickSpacing.floor(tick, 10)
            #expect(grid.ranges.contains(KeptRange(tickLower: home, tickUpper: home + 10)))
            #expect(grid.ranges[0].tickLower <= home - 50)
            #expect(grid.ranges.last.map { $0.tickLower >= home + 50 } == true)
            for group in grid.groups {
                for range in group {
                    #expect(groups[range, default: group] == group)
                    groups[range] = group
                }
            }
        }
    }

    static let terms = GridTerms(rangesPerSide: 4)

    /// What the keeper would do about the scene's pool; nil for nothing.
    static func change(
        _ scene: Scene, _ terms: GridTerms = terms, pool: FollowedPool? = nil
    ) throws -> SimulatedGridChange? {
        let pool = try pool ?? scene.followedPool
        let head = try scene.head(pools: [pool])
        let machine = VirtualMachine(block: head.nextBlock, state: head.state)
        let keeper = GridKeeper(head: head, terms: terms, machine: machine)
        let change = try keeper.change(
            pool, kept: keeper.kept(pool), account: scene.account)
        #expect(machine.changes() == StateChanges())
        return change
    }

    /// Has a change of the grid mined.
    static func mine(_ change: SimulatedGridChange, _ scene: inout Scene) throws {
        var gas: UInt64 = 0
        for transaction in change.transactions {
            let outcome = try scene.send(
                .operator, to: scene.world.executor, data: transaction.data,
                gasLimit: transaction.gasLimit)
            #expect(outcome.status == .success)
            gas += outcome.gasUsed
        }
        #expect(gas == change.gasUsed)
        try scene.seal()
    }

    /// A scene whose executor keeps dust around the price, and the pool with it.
    static func seeded() throws -> (Scene, DustGrid, FollowedPool) {
        var scene = try Scene(.standard())
        let change = try #require(try change(scene))
        let grid = DustGrid(
            around: try scene.slot0.tick, tickSpacing: 60, rangesPerSide: terms.rangesPerSide,
            band: try scene.followedPool.bandLower...scene.followedPool.bandUpper)
        try mine(change, &scene)
        var pool = try scene.followedPool
        pool.keptRanges = grid.ranges
        return (scene, grid, pool)
    }

    @Test("what is seeded stands as dust, is bounded in cost, and is not seeded again")
    func seeding() throws {
        let (scene, grid, pool) = try Self.seeded()
        for range in grid.ranges {
            #expect(try scene.held(range.tickLower, range.tickUpper) == DustGrid.liquidity)
        }
        let head = try scene.head(pools: [pool])
        let machine = VirtualMachine(block: head.nextBlock, state: head.state)
        #expect(
            try GridKeeper(head: head, terms: Self.terms, machine: machine).kept(pool)
                == grid.ranges)
        #expect(try Self.change(scene) == nil)

        let fresh = try Scene(.standard())
        let all = try #require(try Self.change(fresh))
        #expect(all.transactions.count == grid.groups.count)
        #expect(Set(all.ranges) == Set(grid.ranges))
        // One wei less, and the last group has to wait; with less than the first costs, all.
        var terms = Self.terms
        terms.maxCostWei = all.costWei &- .one
        let part = try #require(try Self.change(fresh, terms))
        #expect(part.transactions.count == all.transactions.count - 1)
        #expect(part.costWei <= terms.maxCostWei)
        let home = TickSpacing.floor(try fresh.slot0.tick, 60)
        #expect(part.ranges.prefix(4).contains { $0.tickLower == home })
        terms.maxCostWei = .one
        #expect(throws: GridRefusal.self) { try Self.change(fresh, terms) }
    }

    @Test("the grid is renewed when the price has left its inner half, not before")
    func renewal() throws {
        var (scene, grid, _) = try Self.seeded()
        let (lowest, highest) = (grid.ranges[0].tickLower, grid.ranges.last!.tickUpper)
        var changes: [Int32: Bool] = [:]
        for _ in 0..<40 {
            let tick = try scene.slot0.tick
            let change = try Self.change(scene)
            changes[tick] = change != nil
            let home = TickSpacing.floor(tick, 60)
            let stands = home - 120 >= lowest && home + 180 <= highest
            #expect((change == nil) == stands, "tick \(tick)")
            if let change {
                #expect(change.ranges.contains { $0.tickLower == home || $0.tickLower < lowest })
            }
            guard tick > lowest else { break }
            _ = try scene.sellWeth(60)
            try scene.seal()
        }
        #expect(changes.values.contains(true) && changes.values.contains(false))
    }

    @Test("outside the owner's band nothing is seeded, and nothing beyond it")
    func band() throws {
        let scene = try Scene(.standard())
        var pool = try scene.followedPool
        let tick = try scene.slot0.tick
        pool.bandUpper = TickSpacing.floor(tick, 60) + 60
        let change = try #require(try Self.change(scene, pool: pool))
        #expect(change.ranges.allSatisfy { $0.tickUpper <= pool.bandUpper })
        pool.bandUpper = tick
        #expect(
            throws: GridRefusal.rejected(
                .priceOutsideBand(
                    tick: tick, bandLower: pool.bandLower, bandUpper: pool.bandUpper))
        ) { try Self.change(scene, pool: pool) }
        // What the owner forbids on the chain is not sent either.
        try scene.send(
            .owner, to: scene.world.executor,
            data: JitExecutor.setPool(
                scene.world.poolArguments, bandLower: pool.bandLower, bandUpper: tick + 1,
                maxDeposit0: .one, maxDeposit1: .one, blockMultiple: 0))
        var sealed = scene
        try sealed.seal()
        #expect(throws: GridRefusal.transactionFails("JitError(34)")) {
            try Self.change(sealed, pool: scene.followedPool)
        }
    }

    @Test("both modes are executed and proven, the better one is taken and the other is told")
    func bundle() throws {
        let (scene, grid, pool) = try Self.seeded()
        var chosen: [BundleMode: SimulatedBundle] = [:]
        for ether in stride(from: UInt64(50), through: 600, by: 50) {
            let bundle = try scene.decide(scene.pendingSale(ether), pools: [pool]).get()
            #expect(bundle.otherModes.count == 1)
            guard case .proven(let other)? = bundle.otherModes.first else { continue }
            #expect(other.mode != bundle.plan.mode)
            #expect(other.netProfitWei <= bundle.lowestNetProfitWei)
            #expect((bundle.plan.keptPositions > 0) == (bundle.plan.mode == .keptGrid))
            chosen[bundle.plan.mode] = bundle
        }
        // Each of them is the better one for some swap, with the other one proven too.
        #expect(chosen[.inventory] != nil)
        let bundle = try #require(chosen[.keptGrid])
        if case .proven(let other)? = bundle.otherModes.first {
            #expect(other.gasUsed > bundle.gasUsed)
        }
        try scene.include(bundle)
        for range in grid.ranges {
            #expect(try scene.held(range.tickLower, range.tickUpper) == DustGrid.liquidity)
        }
    }

    @Test("where dust stands but gas is worth nothing, new positions may be taken")
    func newPositions() throws {
        let (scene, _, pool) = try Self.seeded()
        // Dust in one far range alone: bundles on it earn less, and new positions are chosen.
        var far = pool
        far.keptRanges = [pool.keptRanges[0]]
        let bundle = try scene.decide(scene.pendingSale(600), pools: [far]).get()
        #expect(bundle.plan.mode == .inventory)
        #expect(bundle.otherModes.map(\.mode) == [.keptGrid])
        // Without a grid there is nothing to compare with.
        var none = pool
        none.keptRanges = []
        #expect(
            try scene.decide(scene.pendingSale(600), pools: [none]).get().otherModes.isEmpty)
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
        #expect(
            bundle.otherModes == [
                .refused(
                    .keptGrid, label: "no_kept_range",
                    reason: "\(Rejection.noKeptRange(pool: scene.world.pool))")
            ])
    }

    @Test("the dust is taken out again, and leaves neither liquidity nor a record")
    func retirement() throws {
        var (scene, grid, _) = try Self.seeded()
        let terms = GridTerms(rangesPerSide: 1, retires: true)
        let change = try #require(try Self.change(scene, terms))
        #expect(change.kind == .retirement && Set(change.ranges) == Set(grid.ranges))
        try Self.mine(change, &scene)
        for range in grid.ranges {
            #expect(try scene.held(range.tickLower, range.tickUpper) == 0)
        }
        let answer = try scene.call(.operator, JitExecutorViews.poolState(scene.world.pool))
        #expect(JitExecutorViews.PoolState(answer.output)?.digest == .zero)
        #expect(try Self.change(scene, terms) == nil)
        // And it may be seeded anew.
        #expect(try Self.change(scene) != nil)
    }
}
