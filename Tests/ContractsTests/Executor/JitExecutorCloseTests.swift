import Contracts
import Ethereum
import TestSupport
import Testing
import UniswapV3
import World

@Suite("JitExecutor.close")
struct JitExecutorCloseTests {
    /// A scene behind [open, the swapper's swap]: what a closing finds.
    private struct Opened {
        var scene: Scene
        let position: JitPosition
        /// The price before the swap.
        let price: UInt256
        let before: (weth: UInt256, dollars: UInt256)

        init(wethIsToken0: Bool = true, swapEther: UInt64? = 100) throws {
            scene = try Scene(.standard(wethIsToken0: wethIsToken0))
            position = try scene.position()
            price = try scene.slot0.sqrtPriceX96
            before = try Self.inventory(scene)
            let open = try scene.send(
                .operator, to: scene.world.executor, data: scene.open([position]))
            #expect(open.status == .success)
            if let swapEther { #expect(try scene.sellWeth(swapEther).status == .success) }
        }

        static func inventory(_ scene: Scene) throws -> (weth: UInt256, dollars: UInt256) {
            (
                try scene.balance(scene.world.tokens.weth, of: scene.world.executor),
                try scene.balance(scene.world.tokens.other, of: scene.world.executor)
            )
        }

        func close(
            minProfitWei: UInt256 = .zero, tipWei: UInt256 = .zero, sweep: Bool = false
        ) throws -> [UInt8] {
            try scene.close(
                [position], minProfitWei: minProfitWei, tipWei: tipWei, sweep: sweep,
                refSqrtPriceX96: price)
        }

        var profitWei: UInt256 {
            get throws {
                let outcome = try scene.call(.operator, close())
                return try #require(ABIWords(outcome.output)[0])
            }
        }
    }

    private func rules(
        minProfitThresholdWei: UInt256 = .zero, maxTipWei: UInt256 = .zero,
        profitRecipient: Address = PoolWorld.address(.owner)
    ) -> [UInt8] {
        JitExecutor.setProfitRules(
            minProfitThresholdWei: minProfitThresholdWei, maxTipWei: maxTipWei,
            profitRecipient: profitRecipient)
    }

    @Test(
        "open, swap and close leave a profit, in both orders of the tokens",
        arguments: [true, false])
    func profit(wethIsToken0: Bool) throws {
        let opened = try Opened(wethIsToken0: wethIsToken0)
        let profitWei = try opened.profitWei
        #expect(profitWei > 100_000_000_000_000_000)
        let outcome = try opened.scene.send(
            .operator, to: opened.scene.world.executor, data: opened.close())
        #expect(outcome.status == .success)
        // The swapper sold WETH: there is more of it now, and fewer dollars.
        let after = try Opened.inventory(opened.scene)
        #expect(after.weth > opened.before.weth && after.dollars < opened.before.dollars)
        let valuation = Double(2500) * 1e6 / 1e18
        let gain =
            (after.weth &- opened.before.weth).approximateDouble
            - (opened.before.dollars &- after.dollars).approximateDouble / valuation
        #expect(abs(gain / profitWei.approximateDouble - 1) < 1e-3)
    }

    @Test("without a swap in between nothing was earned, and closing is refused")
    func noSwap() throws {
        let opened = try Opened(swapEther: nil)
        #expect(try opened.scene.call(.operator, opened.close()).jitError == 16)
    }

    @Test(
        "the floor may be the profit itself, and a wei more is refused", arguments: [true, false])
    func floor(wethIsToken0: Bool) throws {
        let opened = try Opened(wethIsToken0: wethIsToken0)
        let profit = try opened.profitWei
        let reached = try opened.scene.call(.operator, opened.close(minProfitWei: profit))
        #expect(reached.status == .success)
        let missed = try opened.scene.call(.operator, opened.close(minProfitWei: profit &+ 1))
        #expect(missed.jitError == 16)
    }

    @Test("the owner's threshold holds even where the closing asks for less")
    func threshold() throws {
        let opened = try Opened()
        let profit = try opened.profitWei
        let executor = opened.scene.world.executor
        try opened.scene.send(
            .owner, to: executor, data: rules(minProfitThresholdWei: profit))
        #expect(try opened.scene.call(.operator, opened.close()).status == .success)
        try opened.scene.send(
            .owner, to: executor, data: rules(minProfitThresholdWei: profit &+ 1))
        #expect(try opened.scene.call(.operator, opened.close()).jitError == 16)
    }

    @Test("the tip goes to the coinbase out of the profit; above the owner's maximum it is refused")
    func tip() throws {
        let opened = try Opened()
        let executor = opened.scene.world.executor
        let coinbase = opened.scene.builder.environment.coinbase
        let profit = try opened.profitWei
        let tip: UInt256 = 1_000_000_000_000_000
        let all = try opened.scene.call(
            .operator, opened.close(minProfitWei: profit &- tip, tipWei: tip))
        #expect(all.status == .success)
        let more = try opened.scene.call(
            .operator, opened.close(minProfitWei: profit &- tip &+ 1, tipWei: tip))
        #expect(more.jitError == 16)
        let before = try opened.scene.balance(nil, of: coinbase)
        try opened.scene.send(.operator, to: executor, data: opened.close(tipWei: tip))
        #expect(try opened.scene.balance(nil, of: coinbase) == before &+ tip)

        let again = try Opened()
        try again.scene.send(.owner, to: executor, data: rules(maxTipWei: tip))
        #expect(try again.scene.call(.operator, again.close(tipWei: tip)).status == .success)
        #expect(try again.scene.call(.operator, again.close(tipWei: tip &+ 1)).jitError == 39)
    }

    @Test("a sweep sends the profit as WETH to the recipient; without it everything stays")
    func sweep() throws {
        let opened = try Opened()
        let (weth, executor) = (opened.scene.world.tokens.weth, opened.scene.world.executor)
        let recipient = Address(word: 0xFEE)
        try opened.scene.send(
            .owner, to: executor, data: rules(profitRecipient: recipient))
        let profit = try opened.profitWei
        try opened.scene.send(.operator, to: executor, data: opened.close(sweep: true))
        #expect(try opened.scene.balance(weth, of: recipient) == profit)

        let kept = try Opened()
        try kept.scene.send(
            .owner, to: executor, data: rules(profitRecipient: recipient))
        try kept.scene.send(.operator, to: executor, data: kept.close())
        #expect(try kept.scene.balance(weth, of: recipient).isZero)
    }

    @Test("the reference price must lie in the owner's band: its first price does, its end not")
    func reference() throws {
        let opened = try Opened()
        let centre = opened.scene.world.centre
        func code(_ price: UInt256?) throws -> UInt64? {
            try opened.scene.call(
                .operator,
                opened.scene.close([opened.position], refSqrtPriceX96: #require(price))
            ).jitError
        }
        let lower = TickMath.sqrtPriceX96(atTick: centre - PoolWorld.bandTicks)!
        let upper = TickMath.sqrtPriceX96(atTick: centre + PoolWorld.bandTicks)!
        #expect(try code(lower &- (UInt256.one << 30)) == 40)
        #expect(try code(upper &+ (UInt256.one << 30)) == 40)
        #expect(try code(.zero) == 40)
        // Inside, only the profit decides.
        #expect(try code(upper &- (UInt256.one << 40)) != 40)
        #expect(try code(lower &+ (UInt256.one << 40)) != 40)
    }

    @Test("a closing works in a later block too, and only once")
    func laterBlock() throws {
        var opened = try Opened()
        try opened.scene.seal()
        try opened.scene.seal(slots: 3)
        let executor = opened.scene.world.executor
        let closed = try opened.scene.send(.operator, to: executor, data: opened.close())
        #expect(closed.status == .success)
        #expect(try opened.scene.call(.operator, opened.close()).jitError == 19)
    }

    @Test("only an operator closes, and nobody while paused")
    func roles() throws {
        let opened = try Opened()
        for actor in [PoolWorld.Actor.stranger, .owner, .guardian] {
            #expect(try opened.scene.call(actor, opened.close()).jitError == 5, "\(actor)")
        }
        try opened.scene.send(
            .operator, to: opened.scene.world.executor, data: ExecutorCalls.pause)
        #expect(try opened.scene.call(.operator, opened.close()).jitError == 11)
    }

    @Test("positions that were never opened cannot be closed")
    func notOpen() throws {
        let opened = try Opened()
        var other = opened.position
        other.liquidity -= 1
        let close = try opened.scene.close([other], refSqrtPriceX96: opened.price)
        #expect(try opened.scene.call(.operator, close).jitError == 19)
        #expect(try opened.scene.call(.operator, opened.close()).status == .success)
    }

    @Test("while paused the guardian's unwinding returns everything but a unit of rounding")
    func unwind() throws {
        let opened = try Opened(swapEther: nil)
        let executor = opened.scene.world.executor
        try opened.scene.send(.guardian, to: executor, data: ExecutorCalls.pause)
        let unwind = JitExecutor.unwind(
            pool: opened.scene.world.poolArguments, positions: [opened.position])
        #expect(try opened.scene.call(.stranger, unwind).jitError == 8)
        let outcome = try opened.scene.send(.guardian, to: executor, data: unwind)
        #expect(outcome.status == .success)
        let after = try Opened.inventory(opened.scene)
        #expect(opened.before.weth &- after.weth <= 1)
        #expect(opened.before.dollars &- after.dollars <= 1)
        // The record is gone with it.
        try opened.scene.send(.owner, to: executor, data: ExecutorCalls.unpause)
        #expect(try opened.scene.call(.operator, opened.close()).jitError == 19)
    }
}
