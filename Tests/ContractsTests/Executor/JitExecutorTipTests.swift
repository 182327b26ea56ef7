import Contracts
import EVM
import Ethereum
import TestSupport
import Testing
import UniswapV3
import World

/// A tip that is not earned in WETH: a stolen key earns the other token at the band's dearest price
/// of it, and tips as much WETH to a coinbase of its own.
@Suite("Tips of JitExecutor.close against the caps")
struct JitExecutorTipTests {
    /// A scene in which the key's holder opened and traded to and fro through the position, so that
    /// fees of both tokens are owed; the price is where it was.
    private struct Opened {
        let scene: Scene
        let position: JitPosition
        let paid: (weth: UInt256, dollars: UInt256)
        let fair: UInt256
        let before: (weth: UInt256, dollars: UInt256)
        /// The price in the band at which dollars are worth most.
        let dearest: UInt256
        /// All that the closing earns at that price: what a thief tips.
        let tipWei: UInt256

        init() throws {
            scene = try Scene(.standard())
            let world = scene.world
            position = try scene.position()
            fair = try scene.slot0.sqrtPriceX96
            before = try Self.inventory(scene)
            let open = try scene.send(
                .operator, to: world.executor, data: scene.open([position]))
            #expect(open.status == .success)
            let after = try Self.inventory(scene)
            paid = (before.weth &- after.weth, before.dollars &- after.dollars)
            for _ in 0..<10 {
                #expect(try scene.sellWeth(60).status == .success)
                let back = try scene.send(
                    .swapper, to: world.uniswap.swapRouter,
                    data: scene.swap(
                        sellingWeth: false, amountIn: 400_000 &* PoolWorld.dollar,
                        sqrtPriceLimitX96: fair))
                #expect(back.status == .success)
            }
            dearest =
                try #require(TickMath.sqrtPriceX96(atTick: world.centre - PoolWorld.bandTicks))
                &+ (UInt256.one << 40)
            let idle = try scene.call(
                .operator, scene.close([position], refSqrtPriceX96: dearest))
            tipWei = try #require(ABIWords(idle.output)[0])
        }

        static func inventory(_ scene: Scene) throws -> (weth: UInt256, dollars: UInt256) {
            (
                try scene.balance(scene.world.tokens.weth, of: scene.world.executor),
                try scene.balance(scene.world.tokens.other, of: scene.world.executor)
            )
        }

        func setCaps(weth: UInt256, multiple: UInt8 = 1) throws {
            let world = scene.world
            let outcome = try scene.send(
                .owner, to: world.executor,
                data: JitExecutor.setPool(
                    world.poolArguments, bandLower: world.centre - PoolWorld.bandTicks,
                    bandUpper: world.centre + PoolWorld.bandTicks, maxDeposit0: weth,
                    maxDeposit1: world.caps.1, blockMultiple: multiple))
            #expect(outcome.status == .success)
        }

        func close(tipWei: UInt256) throws -> [UInt8] {
            try scene.close([position], tipWei: tipWei, refSqrtPriceX96: dearest)
        }

        /// The executor's wealth in dollars at the fair price; WETH is token0, ether counts as it.
        func wealth() throws -> Double {
            let root = fair.approximateDouble * 0x1p-96
            let (weth, dollars) = try Self.inventory(scene)
            return weth.approximateDouble * root * root + dollars.approximateDouble
        }
    }

    @Test("a tip not earned in WETH is charged to the caps of opening and block, to the wei")
    func charged() throws {
        let opened = try Opened()
        #expect(opened.tipWei > PoolWorld.ether)
        let attack = try opened.close(tipWei: opened.tipWei)
        // The opening used its part of the cap, rounded up to a 65,536th; the tip may use the rest.
        let rest = 65_536 &- Self.part(of: opened.paid.weth, cap: PoolWorld.inventoryWeth)
        let leastCap = try #require(UInt256.mulDivRoundingUp(opened.tipWei, 65_536, rest))
        try opened.setCaps(weth: leastCap &- 1)
        #expect(try opened.scene.call(.operator, attack).jitError == 37)
        try opened.setCaps(weth: opened.tipWei &- 1, multiple: 255)
        #expect(try opened.scene.call(.operator, attack).jitError == 36)
        try opened.setCaps(weth: leastCap)
        #expect(try opened.scene.call(.operator, attack).status == .success)
    }

    private static func part(of amount: UInt256, cap: UInt256) -> UInt256 {
        UInt256.mulDivRoundingUp(amount, 65_536, cap)!
    }

    @Test("the attack takes less than the band's width of the tip, and the block's cap is used up")
    func attack() throws {
        let opened = try Opened()
        let scene = opened.scene
        // A cap that opening and tip use up.
        let rest = 65_536 &- Self.part(of: opened.paid.weth, cap: PoolWorld.inventoryWeth)
        try opened.setCaps(
            weth: #require(UInt256.mulDivRoundingUp(opened.tipWei, 65_536, rest)))
        let coinbase = scene.builder.environment.coinbase
        let tipped = try scene.balance(nil, of: coinbase)
        let root = opened.fair.approximateDouble * 0x1p-96
        let before =
            opened.before.weth.approximateDouble * root * root
            + opened.before.dollars.approximateDouble
        let closed = try scene.send(
            .operator, to: scene.world.executor, data: opened.close(tipWei: opened.tipWei))
        #expect(closed.status == .success)
        #expect(try scene.balance(nil, of: coinbase) &- tipped >= opened.tipWei)
        let loss = try before - opened.wealth()
        let tip = opened.tipWei.approximateDouble * root * root
        #expect(loss > 0, "the key's holder does take something")
        #expect(loss < tip * (TickRatio.of(ticks: PoolWorld.bandTicks) - 1))
        // Nothing more of WETH leaves in this block, and everything may again in the next.
        var again = try scene.position()
        again.liquidity = 1_000_000
        #expect(try scene.call(.operator, scene.open([again])).jitError == 37)
        var next = scene
        try next.seal()
        #expect(try next.call(.operator, next.open([again])).status == .success)
    }

    @Test(
        "a tip that the closing earned in WETH is charged to nothing; a wei more is",
        arguments: [true, false])
    func earned(wethIsToken0: Bool) throws {
        let scene = try Scene(.standard(wethIsToken0: wethIsToken0))
        let world = scene.world
        let weth = world.tokens.weth
        let position = try scene.position()
        let before = try scene.balance(weth, of: world.executor)
        try scene.send(.operator, to: world.executor, data: scene.open([position]))
        #expect(try scene.sellWeth(1).status == .success)
        // What comes in WETH: seen by an unwinding that is taken back.
        let start = scene.machine.checkpoint()
        try scene.send(
            .guardian, to: world.executor,
            data: JitExecutor.unwind(pool: world.poolArguments, positions: [position]))
        let gain = try scene.balance(weth, of: world.executor) &- before
        scene.machine.rollback(to: start)
        // The other token's loss is forgiven: dollars are worth least at this end of the band.
        let reference = try #require(
            TickMath.sqrtPriceX96(
                atTick: world.centre + (wethIsToken0 ? 1 : -1) * (PoolWorld.bandTicks - 1)))
        try scene.send(
            .owner, to: world.executor,
            data: JitExecutor.setPool(
                world.poolArguments, bandLower: world.centre - PoolWorld.bandTicks,
                bandUpper: world.centre + PoolWorld.bandTicks, maxDeposit0: 1, maxDeposit1: 1,
                blockMultiple: 1))
        func code(tipWei: UInt256) throws -> UInt64? {
            try scene.call(
                .operator, scene.close([position], tipWei: tipWei, refSqrtPriceX96: reference)
            ).jitError
        }
        #expect(try code(tipWei: 1_000_000_000_000) == nil)
        // Above what came in WETH the caps are asked before the profit is.
        #expect(try code(tipWei: gain) == 16)
        #expect(try code(tipWei: gain &+ 1) == 36)
    }
}
