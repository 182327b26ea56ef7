import Contracts
import EVM
import Ethereum
import Strategy
import TestSupport
import Testing
import UniswapV3
import World

/// Targets that swap on several pools, through the real router.
@Suite("Targets over several pools")
struct RouteTests {
    private static func scene() throws -> (Scene, RouteWorld) {
        let route = try RouteWorld.standard()
        return (try Scene(route.world), route)
    }

    /// WETH for dollars at 0.3 %, dollars for euros at 0.05 %.
    private static func path(_ route: RouteWorld) -> SwapPath {
        let tokens = route.world.tokens
        return SwapPath(tokens: [tokens.weth, tokens.other, route.euro], feesPips: [3000, 500])
    }

    private static func reversed(_ path: SwapPath) -> SwapPath {
        SwapPath(tokens: path.tokens.reversed(), feesPips: path.feesPips.reversed())
    }

    private static func sale(
        _ scene: Scene, _ path: SwapPath, _ amount: UInt256
    ) throws -> PendingTransaction {
        try scene.pending(
            SwapRouter.exactInput(
                path: path, recipient: PoolWorld.address(.swapper), deadline: .max,
                amountIn: amount, amountOutMinimum: .zero))
    }

    @Test("every swap of a route is read in order, followed pools marked")
    func probed() throws {
        let (scene, route) = try Self.scene()
        let target = try Self.sale(scene, Self.path(route), 100 &* PoolWorld.ether)
        let head = try scene.head()
        let machine = VirtualMachine(block: head.nextBlock, state: head.state)
        let probe = try SwapProbe.run(target, on: head, machine: machine)
        #expect(probe.swaps.map(\.pool) == [route.world.pool, route.euroPool])
        #expect(probe.swaps.map { $0.followed != nil } == [true, false])
        #expect(probe.swaps[0].amountOut == probe.swaps[1].amountIn)
        #expect(probe.swaps[1].tokenOut == route.euro && probe.swaps[1].key == route.euroKey)
        let ways = try probe.ways(weth: scene.world.tokens.weth)
        #expect(ways.map(\.pool.address) == [route.world.pool])
    }

    @Test("a route's hop is served: on its way in, on its way out, exact input and exact output")
    func served() throws {
        let (scene, route) = try Self.scene()
        let path = Self.path(route)
        let outwards = try scene.decide(
            Self.sale(scene, path, 100 &* PoolWorld.ether)
        ).get()
        #expect(outwards.plan.pool.address == route.world.pool)
        #expect(outwards.netProfitWei > .zero)

        let inwards = try scene.decide(
            Self.sale(scene, Self.reversed(path), 250_000 &* PoolWorld.dollar)
        ).get()
        #expect(inwards.plan.pool.address == route.world.pool)
        // The last hop pays WETH: what is gained there is counted.
        #expect(!inwards.swapper.gainWei.isZero)

        let purchase = try scene.pending(
            SwapRouter.exactOutput(
                path: Self.reversed(path), recipient: PoolWorld.address(.swapper),
                deadline: .max, amountOut: 200_000 &* PoolWorld.dollar, amountInMaximum: .max))
        let bought = try scene.decide(purchase).get()
        // The swapper pays less of what he sells.
        #expect(!bought.swapper.gainWei.isZero && bought.netProfitWei > .zero)
    }

    @Test("of two pools on the way the one that earns more is served")
    func best() throws {
        let (scene, route) = try Self.scene()
        let weth = scene.world.tokens.weth
        let pools = try route.followedPools(scene)
        let one = { (fee: UInt32, ether: UInt64) in
            scene.swap(sellingWeth: true, amountIn: UInt256(ether) &* PoolWorld.ether, fee: fee)
        }
        for (first, second, expected) in [
            (100 as UInt64, 20 as UInt64, route.world.pool), (5, 400, route.world.otherPool),
        ] {
            let target = try scene.pending(
                SwapRouter.multicall([one(3000, first), one(500, second)]))
            let head = try scene.head(pools: pools)
            let machine = VirtualMachine(block: head.nextBlock, state: head.state)
            let probe = try SwapProbe.run(target, on: head, machine: machine)
            #expect(try probe.ways(weth: weth).count == 2)
            let bundle = try scene.decide(target, pools: pools).get()
            #expect(bundle.plan.pool.address == expected, "\(first) and \(second) ether")
            // Alone the same pool brings no less.
            let only = pools.filter { $0.address == expected }
            #expect(try scene.decide(target, pools: only).get().netProfitWei == bundle.netProfitWei)
        }
    }

    @Test("several sales in one pool are one way; a sale and a purchase in it are none")
    func samePool() throws {
        let (scene, _) = try Self.scene()
        let sale = scene.swap(sellingWeth: true, amountIn: 50 &* PoolWorld.ether)
        let twice = try scene.decide(scene.pending(SwapRouter.multicall([sale, sale]))).get()
        let once = try scene.decide(scene.pendingSale(50)).get()
        #expect(twice.netProfitWei > once.netProfitWei)
        let back = scene.swap(sellingWeth: false, amountIn: 100_000 &* PoolWorld.dollar)
        let both = try scene.pending(SwapRouter.multicall([sale, back]))
        #expect(
            try scene.decide(both).rejection == .swapsBothWays(pool: scene.world.pool))
    }

    @Test("a route over pools of which none is followed is named by its first")
    func notFollowed() throws {
        let (scene, route) = try Self.scene()
        let target = try Self.sale(scene, Self.path(route), PoolWorld.ether)
        #expect(
            try scene.decide(target, pools: []).rejection
                == .poolNotFollowed(pool: route.world.pool, venue: "Uniswap V3"))
    }
}
