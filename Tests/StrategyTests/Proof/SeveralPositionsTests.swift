import Chain
import Contracts
import EVM
import Ethereum
import Strategy
import TestSupport
import Testing
import UniswapV3
import World

/// Bundles of more than one position on the real contracts, from the plan to the block.
@Suite("Several positions")
struct SeveralPositionsTests {
    /// So little WETH that the range of the price, which takes both tokens, cannot be filled.
    private static func shortOfWeth(
        _ scene: Scene, milliEther: UInt64, dollars: UInt64
    ) throws -> FollowedPool {
        var pool = try scene.followedPool
        let weth = UInt256(milliEther) &* PoolWorld.ether.dividedOrZero(by: 1000)
        let other = UInt256(dollars) &* PoolWorld.dollar
        (pool.maxDeposit0, pool.maxDeposit1) =
            scene.world.tokens.wethIsToken0 ? (weth, other) : (other, weth)
        return pool
    }

    @Test(
        "short of a token two positions earn more than one, are proven, land and leave nothing",
        arguments: [true, false])
    func twoPositions(wethIsToken0: Bool) throws {
        let world = try PoolWorld.standard(wethIsToken0: wethIsToken0)
        var served = 0
        for (ether, milliEther, dollars) in [12, 16, 20, 26, 34].flatMap({ ether in
            [400, 1000, 2500].flatMap { milliEther in
                [20_000, 35_000, 50_000].map { (UInt64(ether), UInt64(milliEther), UInt64($0)) }
            }
        }) {
            let scene = try Scene(world)
            let pool = try Self.shortOfWeth(scene, milliEther: milliEther, dollars: dollars)
            let target = try scene.pendingSale(ether)
            guard let bundle = try scene.decide(target, pools: [pool]).bundle,
                bundle.plan.positions.count == 2
            else { continue }
            served += 1
            // The twin that may open one position only earns less.
            var parameters = Scene.parameters
            parameters.maximumPositions = 1
            let single = try scene.decide(target, parameters: parameters, pools: [pool]).get()
            #expect(single.plan.positions.count == 1)
            #expect(
                single.netProfitWei < bundle.netProfitWei, "\(ether), \(milliEther), \(dollars)")
            #expect(!bundle.swapper.gainWei.isZero)
            // What was proven is what happens, and nothing stays.
            let outcomes = try scene.include(bundle)
            #expect(outcomes[0] == bundle.openOutcome && outcomes[2] == bundle.closeOutcome)
            #expect(outcomes[1] == bundle.targetOutcome)
            for position in bundle.plan.positions {
                #expect(try scene.held(position.tickLower, position.tickUpper) == 0)
            }
        }
        #expect(served > 0)
    }

    @Test("the pool model's estimate is what the bytecode gives, for one to four positions")
    func fourPositions() throws {
        for count in 1...4 {
            let scene = try Scene(.standard())
            let target = try scene.pendingSale(300)
            let positions = try (0..<Int32(count)).map { try scene.position(shiftedBy: -$0) }
                .map {
                    JitPosition(
                        tickLower: $0.tickLower, tickUpper: $0.tickUpper,
                        liquidity: $0.liquidity / 4)
                }.sorted { $0.tickLower < $1.tickLower }
            let bundle = try scene.decide(target, opening: positions).get()
            #expect(bundle.plan.positions == positions)
            let plan = bundle.plan
            #expect(bundle.inventoryDelta0 == plan.inventoryDelta0, "\(count) positions")
            #expect(bundle.inventoryDelta1 == plan.inventoryDelta1, "\(count) positions")
            let fees = PositionEvents.feesCollected(
                in: bundle.closeOutcome.logs, pool: scene.world.pool,
                owner: scene.world.executor)
            #expect(fees == (plan.fees.amount0, plan.fees.amount1), "\(count) positions")
            #expect(bundle.swapper.gainPips == plan.swapperGainPips, "\(count) positions")
            try scene.include(bundle)
            for position in positions {
                #expect(try scene.held(position.tickLower, position.tickUpper) == 0)
            }
        }
        let scene = try Scene(.standard())
        let five = try (0..<5 as Range<Int32>).map { try scene.position(shiftedBy: -$0) }
        #expect(
            try scene.decide(scene.pendingSale(300), opening: five).rejection
                == .noProfitableRange)
    }

    /// What lets the pipeline leave plans unexecuted that cannot win.
    @Test(
        "no bundle earns more than its plan before gas, or uses less gas than is charged at least")
    func upperBound() throws {
        var seen = 0
        for (index, ether) in ([20, 60, 100, 200, 300, 450] as [UInt64]).enumerated() {
            let scene = try Scene(.standard(wethIsToken0: index % 2 == 0))
            guard let bundle = try scene.decide(scene.pendingSale(ether)).bundle else { continue }
            seen += 1
            let earned =
                bundle.netProfitWei &+ Int256(bitPattern: bundle.gasCostWei &+ bundle.tipWei)
            #expect(earned <= bundle.plan.estimatedProfitWei, "\(ether) ether")
            #expect(
                bundle.gasUsed >= bundle.plan.estimatedGas - bundle.plan.estimatedGas / 4,
                "\(ether) ether: \(bundle.gasUsed), model \(bundle.plan.estimatedGas)")
        }
        #expect(seen > 3)
    }

    @Test("a hedge's cost is taken from the profit, and one too dear leaves no bundle")
    func hedge() throws {
        let scene = try Scene(.standard())
        let target = try scene.pendingSale(200)
        let free = try scene.decide(target).get()
        #expect(free.hedge.costWei.isZero)
        var parameters = Scene.parameters
        parameters.hedge = HedgeCost(costPips: 50)
        let bundle = try scene.decide(target, parameters: parameters).get()
        #expect(bundle.hedge.direction == .buy && !bundle.hedge.costWei.isZero)
        #expect(bundle.hedge.amountRaw == bundle.inventoryDelta1.magnitude)
        #expect(bundle.netProfitWei < free.netProfitWei)
        let valuation = WethValuation(
            wethIsToken0: true,
            sqrtPriceX96: try #require(scene.followedPool.fairPrice).lowSqrtPriceX96)
        let inventory = try #require(
            valuation.wei(
                amount0: bundle.inventoryDelta0 &- Int256(bitPattern: bundle.tipWei),
                amount1: bundle.inventoryDelta1))
        #expect(
            bundle.netProfitWei
                == inventory &- Int256(bitPattern: bundle.gasCostWei &+ bundle.hedge.costWei))
        parameters.hedge = HedgeCost(costPips: 200_000)
        let label = try scene.decide(target, parameters: parameters).rejection?.label
        #expect(label == "below_minimum_profit" || label == "no_profitable_range")
    }

    @Test("a floor under the swapper's gain holds in the proof, and is refused where none can")
    func objective() throws {
        let scene = try Scene(.standard())
        let target = try scene.pendingSale(200)
        let free = try scene.decide(target).get()
        var parameters = Scene.parameters
        let floor = free.swapper.gainPips + free.swapper.gainPips / 4 + 1
        parameters.objective = .maxProfitWithSwapperGain(atLeastPips: floor)
        let floored = try scene.decide(target, parameters: parameters).get()
        #expect(floored.swapper.gainPips >= floor)
        #expect(floored.netProfitWei < free.netProfitWei)
        parameters.objective = .maxProfitWithSwapperGain(atLeastPips: 500_000)
        guard
            case .swapperGainBelow(_, 500_000) = try scene.decide(target, parameters: parameters)
                .rejection
        else {
            Issue.record("nobody gains half of what he gives")
            return
        }
    }
}
