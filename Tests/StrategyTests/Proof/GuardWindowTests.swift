import Chain
import Contracts
import EVM
import Ethereum
import Strategy
import TestSupport
import Testing
import UniswapV3
import World

/// A guard as wide as it is proven, and no wider.
@Suite("GuardWindow")
struct GuardWindowTests {
    /// A hundredth of a per cent to either side.
    private static var window: StrategyParameters {
        var parameters = Scene.parameters
        parameters.guardWindow = GuardWindow(pricePips: 100)
        return parameters
    }

    /// A scene in which the bystander may sell WETH.
    private static func scene() throws -> Scene {
        var scene = try Scene(.standard())
        try scene.send(
            .bystander, to: scene.world.tokens.weth,
            data: ERC20.approve(scene.world.uniswap.swapRouter, amount: .max))
        try scene.seal()
        return scene
    }

    private static func sale(_ scene: Scene, _ amountIn: UInt256) -> [UInt8] {
        scene.swap(
            sellingWeth: true, amountIn: amountIn, recipient: PoolWorld.address(.bystander))
    }

    @Test("exact by default: the bundle fails behind anybody's swap")
    func exact() throws {
        let scene = try Self.scene()
        let bundle = try scene.decide(scene.pendingSale(200)).get()
        #expect(bundle.provenStates == 1 && bundle.windowRejection == nil)
        #expect(bundle.guardBounds.minSqrtPriceX96 == bundle.guardBounds.maxSqrtPriceX96)
        try scene.send(
            .bystander, to: scene.world.uniswap.swapRouter,
            data: Self.sale(scene, PoolWorld.ether.dividedOrZero(by: 100)))
        #expect(throws: (any Error).self) { try scene.include(bundle) }
        // Without the swap before it the same bundle lands.
        let twin = try Self.scene()
        try twin.include(twin.decide(twin.pendingSale(200)).get())
    }

    @Test("a proven window: the bundle lands behind a small swap, the swapper and we as promised")
    func wide() throws {
        let scene = try Self.scene()
        let target = try scene.pendingSale(200)
        let bundle = try scene.decide(target, parameters: Self.window).get()
        #expect(bundle.windowRejection == nil)
        // The head, two ends and eight states inside.
        #expect(bundle.provenStates == 11)
        #expect(bundle.guardBounds.minSqrtPriceX96 < bundle.plan.sqrtPriceX96)
        #expect(bundle.guardBounds.maxSqrtPriceX96 > bundle.plan.sqrtPriceX96)
        #expect(bundle.lowestNetProfitWei <= bundle.netProfitWei)
        #expect(
            bundle.lowestNetProfitWei
                >= Int256(bitPattern: Self.window.minimumProfitWei))
        try scene.send(
            .bystander, to: scene.world.uniswap.swapRouter,
            data: Self.sale(scene, PoolWorld.ether.dividedOrZero(by: 10)))
        let price = try scene.slot0.sqrtPriceX96
        #expect(price != bundle.plan.sqrtPriceX96)
        #expect(price >= bundle.guardBounds.minSqrtPriceX96)
        let outcomes = try scene.include(bundle)
        #expect(outcomes.allSatisfy { $0.status == .success })
    }

    @Test("beyond the window the bundle fails")
    func beyond() throws {
        let scene = try Self.scene()
        let bundle = try scene.decide(scene.pendingSale(200), parameters: Self.window).get()
        try scene.send(
            .bystander, to: scene.world.uniswap.swapRouter,
            data: Self.sale(scene, 20 &* PoolWorld.ether))
        #expect(try scene.slot0.sqrtPriceX96 < bundle.guardBounds.minSqrtPriceX96)
        #expect(throws: (any Error).self) { try scene.include(bundle) }
    }

    @Test("a window of liquidity has four corners")
    func liquidity() throws {
        let scene = try Self.scene()
        var parameters = Self.window
        parameters.guardWindow.liquidityPips = 1000
        let bundle = try scene.decide(scene.pendingSale(200), parameters: parameters).get()
        #expect(bundle.windowRejection == nil && bundle.provenStates == 13)
        #expect(bundle.guardBounds.minLiquidity < bundle.plan.poolLiquidity)
        #expect(bundle.guardBounds.maxLiquidity > bundle.plan.poolLiquidity)
    }

    /// Decides on a sale through a trap that reverts where the price lies between two parts of the
    /// window, counted in ninths from its lower end.
    private static func decide(
        revertsBetween low: Double, _ high: Double
    ) throws -> Result<SimulatedBundle, Rejection> {
        var scene = try Scene(.standard())
        let world = scene.world
        let price = try scene.slot0.sqrtPriceX96
        // Half of the price's hundred pips for its root.
        let half = UInt256.mulDiv(price, 100, 2_000_000)!
        func place(_ ninths: Double) -> UInt256 {
            price &- half
                &+ UInt256.mulDiv(half &+ half, UInt256(UInt64(ninths * 1000)), 9000)!
        }
        let condition = TrapContract.Condition.priceBetween(
            pool: world.pool, place(low), place(high))
        let created = try scene.send(
            .swapper, to: nil, data: TrapContract(condition, .revert).creationCode)
        let trap = try #require(created.createdAddress)
        let amount = 200 &* PoolWorld.ether
        try scene.send(
            .swapper, to: world.tokens.weth, data: ERC20.transfer(to: trap, amount: amount))
        let approval = try scene.send(
            .swapper, to: trap,
            data: TrapContract.forward(
                to: world.tokens.weth, ERC20.approve(world.uniswap.swapRouter, amount: .max)))
        #expect(approval.status == .success)
        try scene.seal()
        #expect(try scene.slot0.sqrtPriceX96 == price)
        let target = try scene.pending(
            TrapContract.forward(
                to: world.uniswap.swapRouter, scene.swap(sellingWeth: true, amountIn: amount)),
            to: trap)
        return try scene.decide(target, parameters: window)
    }

    @Test(
        "one inner state that fails, and the guard stays exact; outside of them it does not matter")
    func innerState() throws {
        // Around the fifth of the inner states; the head stands at four and a half ninths.
        let refused = try Self.decide(revertsBetween: 4.8, 5.2).get()
        #expect(
            refused.windowRejection == .targetStatusChanged
                || refused.windowRejection == .targetReverts)
        #expect(refused.provenStates == 1)
        #expect(refused.guardBounds.minSqrtPriceX96 == refused.guardBounds.maxSqrtPriceX96)
        let twin = try Self.decide(revertsBetween: 9.5, 9.9).get()
        #expect(twin.windowRejection == nil && twin.provenStates == 11)
        let end = try Self.decide(revertsBetween: 8.9, 9.2).get()
        #expect(end.provenStates == 1 && end.windowRejection != nil)
    }

    @Test("a window that would cross a tick in use ends there")
    func clamped() throws {
        let scene = try Scene(.standard())
        var parameters = Scene.parameters
        parameters.guardWindow = GuardWindow(pricePips: 300_000)
        let bundle = try scene.decide(scene.pendingSale(200), parameters: parameters).get()
        // Whether or not so wide a window is proven, no state beyond the ticks was asked for.
        if bundle.windowRejection == nil {
            let centre = scene.world.centre
            let floor = try #require(TickMath.sqrtPriceX96(atTick: centre - 660))
            #expect(bundle.guardBounds.minSqrtPriceX96 > floor)
        } else {
            #expect(bundle.provenStates == 1)
        }
    }
}
