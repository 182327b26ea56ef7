import Contracts
import EVM
import Ethereum
import Strategy
import TestSupport
import Testing
import UniswapV3
import World

/// A sandwicher's and a back-runner's earnings, beside trials of every size and the real contracts.
@Suite("SandwichValue and BackrunValue")
struct SandwichValueTests {
    static func pool(_ scene: Scene, address: Address, key: PoolKey) throws -> PoolState {
        let state = try PoolState(
            key: key, window: .words(4),
            reading: { (slot: UInt256) throws(StateNotLoaded) -> UInt256 in
                try scene.machine.storage(address, slot: slot)
            })
        return try #require(state)
    }

    private static func cheap(_ scene: Scene) throws -> PoolState {
        try pool(scene, address: scene.world.otherPool, key: scene.world.otherKey)
    }

    /// What is left of an amount within so many millionths.
    private static func less(_ amount: UInt256, _ millionths: UInt64) -> UInt256 {
        UInt256.mulDiv(amount, UInt256(1_000_000 - millionths), 1_000_000)!
    }

    @Test("the front-run is the largest that leaves the target at its minimum, to a millionth")
    func largest() throws {
        let scene = try Scene(.standard())
        let state = try Self.cheap(scene)
        let amount = Int256(bitPattern: 200 &* PoolWorld.ether)
        for zeroForOne in [true, false] {
            let specified =
                zeroForOne ? amount : Int256(bitPattern: 500_000 &* PoolWorld.dollar)
            let alone = try state.swap(zeroForOne: zeroForOne, amountSpecified: specified)
            let bound = Self.less(alone.amountOut, 10_000)
            let value = try #require(
                SandwichValue(
                    state: state, zeroForOne: zeroForOne, amountSpecified: specified,
                    bound: bound))
            func out(_ frontRun: UInt256) throws -> UInt256 {
                var state = state
                try state.apply(
                    zeroForOne: zeroForOne, amountSpecified: Int256(bitPattern: frontRun))
                return try state.swap(
                    zeroForOne: zeroForOne, amountSpecified: specified
                ).amountOut
            }
            #expect(try out(value.frontRun) >= bound)
            let more = UInt256.mulDiv(value.frontRun, 1_000_010, 1_000_000)!
            #expect(try out(more) < bound)
        }
    }

    @Test("no front-run within the bound earns much more, in seeded pools and sizes")
    func optimal() throws {
        let scene = try Scene(.standard())
        let state = try Self.cheap(scene)
        var random = SeededRandom(seed: 3, purpose: "sandwiches")
        var found = 0
        for round in 0..<40 {
            let ether = UInt256(20 + random.next() % 400) &* PoolWorld.ether
            let specified = Int256(bitPattern: ether)
            let alone = try state.swap(zeroForOne: true, amountSpecified: specified)
            let bound = Self.less(alone.amountOut, 500 + random.next() % 15_000)
            func profit(_ frontRun: UInt256) -> UInt256? {
                var state = state
                guard !frontRun.isZero,
                    let bought = try? state.apply(
                        zeroForOne: true, amountSpecified: Int256(bitPattern: frontRun)),
                    let target = try? state.apply(zeroForOne: true, amountSpecified: specified),
                    target.amountOut >= bound,
                    let back = try? state.swap(
                        zeroForOne: false, amountSpecified: Int256(bitPattern: bought.amountOut))
                else { return nil }
                return back.amountOut.subtractingChecked(frontRun)
            }
            let brute = (1...200).compactMap { step in
                profit(UInt256(UInt64(step)) &* (ether &* 3).dividedOrZero(by: 200))
            }.max()
            let value = SandwichValue(
                state: state, zeroForOne: true, amountSpecified: specified, bound: bound)
            if let value {
                found += 1
                #expect(profit(value.frontRun) == value.profit, "round \(round), seed 3")
                // Eighths of the largest against two hundredths of three times the target.
                let reached = UInt256.mulDiv(value.profit, 100, 95)!
                #expect(reached >= brute ?? .zero, "round \(round), seed 3")
            } else {
                // What is found by a finer search only is next to nothing.
                #expect(brute ?? .zero < PoolWorld.ether.dividedOrZero(by: 100), "\(round)")
            }
        }
        #expect(found > 10)
    }

    @Test("a tight minimum, or a fee above the impact, leaves nothing; a loose one leaves much")
    func bounds() throws {
        let scene = try Scene(.standard())
        let state = try Self.cheap(scene)
        let specified = Int256(bitPattern: 200 &* PoolWorld.ether)
        let alone = try state.swap(zeroForOne: true, amountSpecified: specified).amountOut
        func value(_ bound: UInt256, capital: UInt256 = .max) -> SandwichValue? {
            SandwichValue(
                state: state, zeroForOne: true, amountSpecified: specified, bound: bound,
                capital: capital)
        }
        #expect(value(alone) == nil)
        // Not filled even alone: nobody sandwiches what reverts.
        #expect(value(alone &+ 1) == nil)
        let loose = try #require(value(Self.less(alone, 20_000)))
        let half = try #require(
            value(Self.less(alone, 20_000), capital: loose.frontRun.dividedOrZero(by: 4)))
        #expect(half.frontRun < loose.frontRun && half.profit < loose.profit)
        let dear = try Self.pool(scene, address: scene.world.pool, key: scene.world.key)
        let small = Int256(bitPattern: PoolWorld.ether)
        let out = try dear.swap(zeroForOne: true, amountSpecified: small).amountOut
        #expect(
            SandwichValue(
                state: dear, zeroForOne: true, amountSpecified: small,
                bound: Self.less(out, 3000)) == nil)
        // An exact output is bounded by what goes in.
        let bought = -Int256(bitPattern: 200_000 &* PoolWorld.dollar)
        let paid = try state.swap(zeroForOne: true, amountSpecified: bought).amountIn
        func output(_ bound: UInt256) -> SandwichValue? {
            SandwichValue(state: state, zeroForOne: true, amountSpecified: bought, bound: bound)
        }
        #expect(output(paid) == nil)
        #expect(output(UInt256.mulDiv(paid, 102, 100)!)?.profit ?? .zero > .zero)
    }

    @Test("on the real contracts the sandwich earns what the model says, to the wei")
    func real() throws {
        let scene = try Scene(.standard())
        let state = try Self.cheap(scene)
        let amount = 300 &* PoolWorld.ether
        let specified = Int256(bitPattern: amount)
        let alone = try state.swap(zeroForOne: true, amountSpecified: specified).amountOut
        let bound = Self.less(alone, 10_000)
        let value = try #require(
            SandwichValue(
                state: state, zeroForOne: true, amountSpecified: specified, bound: bound))
        // One account plays both parts: the pool does not tell them apart.
        let swapper = PoolWorld.address(.swapper)
        let weth = scene.world.tokens.weth
        let dollars = scene.world.tokens.other
        let before = try scene.balance(weth, of: swapper)
        let dollarsBefore = try scene.balance(dollars, of: swapper)
        let router = scene.world.uniswap.swapRouter
        try scene.send(
            .swapper, to: router,
            data: scene.swap(sellingWeth: true, amountIn: value.frontRun, fee: 500))
        let bought = try scene.balance(dollars, of: swapper) &- dollarsBefore
        let target = try scene.send(
            .swapper, to: router,
            data: SwapRouter.exactInputSingle(
                tokenIn: weth, tokenOut: dollars, fee: 500, recipient: swapper, deadline: .max,
                amountIn: amount, amountOutMinimum: bound, sqrtPriceLimitX96: .zero))
        #expect(target.status == .success)
        try scene.send(
            .swapper, to: router, data: scene.swap(sellingWeth: false, amountIn: bought, fee: 500))
        #expect(try scene.balance(weth, of: swapper) &+ amount &- before == value.profit)
    }

    @Test("a back-run ends where its next unit earns nothing", arguments: [true, false])
    func backrun(zeroForOne: Bool) throws {
        let scene = try Scene(.standard())
        var state = try Self.cheap(scene)
        let valuation = WethValuation(wethIsToken0: true, sqrtPriceX96: state.sqrtPriceX96)
        #expect(
            BackrunValue(behind: state, targetZeroForOne: zeroForOne, valuation: valuation)
                == .none)
        let amount = zeroForOne ? 300 &* PoolWorld.ether : 750_000 &* PoolWorld.dollar
        try state.apply(zeroForOne: zeroForOne, amountSpecified: Int256(bitPattern: amount))
        let value = BackrunValue(
            behind: state, targetZeroForOne: zeroForOne, valuation: valuation)
        #expect(!value.profitWei.isZero)
        for percent: UInt64 in [95, 99, 101, 105] {
            let other = UInt256.mulDiv(value.amountIn, UInt256(percent), 100)!
            let swap = try state.swap(
                zeroForOne: !zeroForOne, amountSpecified: Int256(bitPattern: other))
            let profit = try #require(
                valuation.wei(
                    amount0: Int256.zero &- swap.amount0, amount1: Int256.zero &- swap.amount1))
            #expect(profit < Int256(bitPattern: value.profitWei), "\(percent) %")
        }
    }
}
