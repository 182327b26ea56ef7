import Contracts
import EVM
import Ethereum
import TestSupport
import Testing
import UniswapV3
import World

@Suite("The hedge of JitExecutor.close")
struct JitExecutorHedgeTests {
    /// A scene behind [open, a large swap], in a world whose other pool is deep.
    private struct Opened {
        var scene: Scene
        let position: JitPosition
        let price: UInt256
        let before: (weth: UInt256, dollars: UInt256)

        init(wethIsToken0: Bool = true, sellingWeth: Bool = true) throws {
            let world = try FlashWorld.standard(wethIsToken0: wethIsToken0)
            scene = try Scene(world.pools)
            position = try scene.position()
            price = try scene.slot0.sqrtPriceX96
            before = try Self.inventory(scene)
            let open = try scene.send(
                .operator, to: scene.world.executor, data: scene.open([position]))
            #expect(open.status == .success)
            let swap = try scene.send(
                .swapper, to: scene.world.uniswap.swapRouter,
                data: scene.swap(
                    sellingWeth: sellingWeth,
                    amountIn: sellingWeth
                        ? 100 &* PoolWorld.ether : 250_000 &* PoolWorld.dollar))
            #expect(swap.status == .success)
        }

        static func inventory(_ scene: Scene) throws -> (weth: UInt256, dollars: UInt256) {
            (
                try scene.balance(scene.world.tokens.weth, of: scene.world.executor),
                try scene.balance(scene.world.tokens.other, of: scene.world.executor)
            )
        }

        func close(
            hedgeFee: UInt32 = 500, hedgeMaxIn: UInt256 = UInt256.max >> 1,
            minProfitWei: UInt256 = .zero, tipWei: UInt256 = .zero
        ) -> [UInt8] {
            JitExecutor.close(
                pool: scene.world.poolArguments, positions: [position],
                settlement: .init(
                    refSqrtPriceX96: price, refTick: Scene.tick(price), minProfitWei: minProfitWei,
                    tipWei: tipWei, sweep: false, hedgeFee: hedgeFee, hedgeMaxIn: hedgeMaxIn))
        }
    }

    @Test(
        "a hedged closing leaves the dollars as they were and the profit in WETH, both ways",
        arguments: [true, false], [true, false])
    func hedged(wethIsToken0: Bool, sellingWeth: Bool) throws {
        let opened = try Opened(wethIsToken0: wethIsToken0, sellingWeth: sellingWeth)
        let executor = opened.scene.world.executor
        let outcome = try opened.scene.send(.operator, to: executor, data: opened.close())
        #expect(outcome.status == .success)
        let profit = try #require(ABIWords(outcome.output)[0])
        let after = try Opened.inventory(opened.scene)
        #expect(after.dollars == opened.before.dollars)
        #expect(after.weth == opened.before.weth &+ profit)
        #expect(profit > 10_000_000_000_000_000)
        // Without the hedge the closing leaves the searcher long of what the swapper sold.
        let open = try Opened(wethIsToken0: wethIsToken0, sellingWeth: sellingWeth)
        try open.scene.send(.operator, to: executor, data: open.close(hedgeFee: 0))
        #expect(try Opened.inventory(open.scene).dollars != open.before.dollars)
    }

    @Test("the floor counts what the hedge cost, to the wei")
    func floor() throws {
        let opened = try Opened()
        let outcome = try opened.scene.call(.operator, opened.close())
        let profit = try #require(ABIWords(outcome.output)[0])
        let reached = try opened.scene.call(.operator, opened.close(minProfitWei: profit))
        #expect(reached.status == .success)
        let missed = try opened.scene.call(
            .operator, opened.close(minProfitWei: profit &- 5, tipWei: 6))
        #expect(missed.jitError == 16)
    }

    @Test("the hedge pays no more than its maximum, to the unit, in another pool than the served")
    func bounds() throws {
        let opened = try Opened()
        var (low, high) = (UInt256.zero, UInt256.one << 80)
        while high &- low > 1 {
            let middle = (low &+ high) >> 1
            let outcome = try opened.scene.call(.operator, opened.close(hedgeMaxIn: middle))
            if outcome.status == .success { high = middle } else { low = middle }
        }
        let most = try opened.scene.call(.operator, opened.close(hedgeMaxIn: high))
        #expect(most.status == .success)
        #expect(try opened.scene.call(.operator, opened.close(hedgeMaxIn: low)).jitError == 26)
        #expect(try opened.scene.call(.operator, opened.close(hedgeFee: 3000)).jitError == 22)
        // No pool has that fee.
        let nowhere = try opened.scene.call(.operator, opened.close(hedgeFee: 10_000))
        #expect(nowhere.status == .revert && nowhere.jitError == nil)
    }

    @Test("a stolen key hedges at no price outside the owner's band, whatever it sold there before")
    func band() throws {
        let opened = try Opened()
        let world = opened.scene.world
        #expect(try opened.scene.call(.operator, opened.close()).status == .success)
        // The thief empties the pool that hedges down to below the band.
        let below = try #require(
            TickMath.sqrtPriceX96(atTick: world.centre - PoolWorld.bandTicks - 100))
        let skew = try opened.scene.send(
            .swapper, to: world.uniswap.swapRouter,
            data: opened.scene.swap(
                sellingWeth: true, amountIn: 19_000 &* PoolWorld.ether, sqrtPriceLimitX96: below,
                fee: 500))
        #expect(skew.status == .success)
        // Selling WETH any lower is refused: the pool's Error(string) "SPL".
        let outcome = try opened.scene.call(.operator, opened.close())
        #expect(outcome.status == .revert && Hex.encode(outcome.output).contains("53504c"))
        // Just inside the band the hedge is partial, and that is refused too.
        let inside = try Opened()
        let edge = try #require(TickMath.sqrtPriceX96(atTick: world.centre - 995))
        let skewed = try inside.scene.send(
            .swapper, to: world.uniswap.swapRouter,
            data: inside.scene.swap(
                sellingWeth: true, amountIn: 19_000 &* PoolWorld.ether, sqrtPriceLimitX96: edge,
                fee: 500))
        #expect(skewed.status == .success)
        #expect(try inside.scene.call(.operator, inside.close()).jitError == 26)
    }

    @Test("outside a hedge the swap callback pays nobody")
    func callback() throws {
        let scene = try Scene(.standard())
        for caller in [
            PoolWorld.address(.stranger), scene.world.pool, scene.world.otherPool, .zero,
        ] {
            #expect(
                try scene.call(from: caller, ExecutorCalls.swapCallback(1, 1)).jitError == 27)
        }
    }
}
