import Contracts
import EVM
import Ethereum
import Strategy
import TestSupport
import Testing
import UniswapV3
import World

/// Several swaps of one target on one pool, planned as the sequence that they are.
@Suite("Sequences of swaps")
struct SwapSequenceTests {
    /// A situation's swap as two: the first fixes what goes in, nine tenths of it, the second what
    /// comes out.
    private struct Mixed {
        let situation: PlannerSituation
        let swaps: [PoolSwap]
        /// As one: what comes out of both, fixed.
        let sum: PoolSwap

        init?(seed: UInt64) throws {
            situation = try PlannerSituation(seed: seed, mostImpact: 100)
            let direction = situation.probe.zeroForOne
            var pool = situation.state
            let tenth = situation.probe.amountIn.dividedOrZero(by: 10)
            let first = PoolSwap(
                zeroForOne: direction, amountSpecified: Int256(bitPattern: tenth &* 9))
            guard
                let result = try? pool.apply(
                    zeroForOne: direction, amountSpecified: first.amountSpecified),
                let second = try? pool.swap(
                    zeroForOne: direction, amountSpecified: Int256(bitPattern: tenth))
            else { return nil }
            swaps = [
                first,
                PoolSwap(
                    zeroForOne: direction,
                    amountSpecified: -Int256(bitPattern: second.amountOut)),
            ]
            sum = PoolSwap(
                zeroForOne: direction,
                amountSpecified: -Int256(bitPattern: result.amountOut &+ second.amountOut))
        }

        func optimizer(_ swaps: [PoolSwap]) -> PositionOptimizer {
            PositionOptimizer(
                PlanningTask(
                    pool: situation.probe.pool, state: situation.state, swaps: swaps,
                    targetGas: TargetGas(used: 1, limit: 10_000_000),
                    fairPrice: situation.fairPrice, wethIsToken0: true,
                    available0: situation.available.0, available1: situation.available.1))
        }
    }

    @Test(
        "of swaps that fix now the input, now the output, the sum plans worse and estimates wrong")
    func mixed() throws {
        var (compared, better, most, misjudged) = (0, 0, 0.0, 0)
        for seed in 0..<150 as Range<UInt64> {
            guard let mixed = try Mixed(seed: seed),
                let sequence = try? mixed.optimizer(mixed.swaps).rankedPlans().first,
                let sum = try? mixed.optimizer([mixed.sum]).rankedPlans().first
            else { continue }
            compared += 1
            let truth = mixed.optimizer(mixed.swaps)
            // A plan says of itself what the sequence brings.
            #expect(
                truth.plan(sequence.positions)?.estimatedProfitWei == sequence.estimatedProfitWei)
            let bySequence = sequence.estimatedProfitWei.approximateDouble
            let bySum = truth.plan(sum.positions)?.estimatedProfitWei.approximateDouble ?? 0
            #expect(bySequence >= bySum * 0.999, "seed \(seed): \(bySequence), the sum's \(bySum)")
            if bySequence > bySum * 1.001 { better += 1 }
            most = max(most, bySequence / max(bySum, 1) - 1)
            let estimate = sum.estimatedProfitWei.approximateDouble
            if abs(estimate - bySum) > bySum * 0.001 { misjudged += 1 }
        }
        print(
            "sequences: of \(compared) targets with two kinds of swaps the sum plans over 0.1 % "
                + "worse in \(better), at most \((most * 1000).rounded() / 10) %, and misjudges "
                + "what it earns in \(misjudged)")
        #expect(compared > 75 && better > 0 && misjudged > compared / 4)
    }

    @Test(
        "brute force over ranges and sizes finds no more than 0.1 % more than the plan of two kinds"
    )
    func bruteForce() throws {
        var compared = 0
        for seed in 0..<14 as Range<UInt64> {
            guard let mixed = try Mixed(seed: seed),
                let planned = try? mixed.optimizer(mixed.swaps).rankedPlans().first
            else { continue }
            let optimizer = mixed.optimizer(mixed.swaps)
            var best = Int256.zero
            for range in try mixed.situation.ranges() {
                for step in -48...48 {
                    let size = mixed.situation.depth + 0.5 + 3.5 * Double(step) / 48
                    let position = JitPosition(
                        tickLower: range.tickLower, tickUpper: range.tickUpper,
                        liquidity: UInt128(PlannerSituation.power(size)))
                    best = max(best, optimizer.plan([position])?.estimatedProfitWei ?? .zero)
                }
            }
            compared += 1
            #expect(
                planned.estimatedProfitWei.approximateDouble >= best.approximateDouble * 0.999,
                "seed \(seed): planned \(planned.estimatedProfitWei), brute force \(best)")
        }
        #expect(compared > 8)
    }

    private static func way(_ amounts: [Int256]) -> TargetWay {
        let pool = FollowedPool(
            key: PoolKey(sorting: Address(word: 1), Address(word: 2), feePips: 500)!,
            address: Address(word: 3), bandLower: -10, bandUpper: 10, maxDeposit0: .max,
            maxDeposit1: .max, fairPrice: nil)
        return TargetWay(
            pool: pool, zeroForOne: true, amountIn: 1000, amountOut: 900, gasUsed: 1, gasLimit: 2,
            swaps: amounts.map { PoolSwap(zeroForOne: true, amountSpecified: $0) })
    }

    @Test("three swaps are planned as they are; of more, neighbours of one kind are one")
    func merged() {
        func amounts(_ given: [Int256]) -> [Int256] {
            Self.way(given).swaps.map(\.amountSpecified)
        }
        #expect(amounts([1, 2, 3]) == [1, 2, 3])
        #expect(amounts([1, -2, 3]) == [1, -2, 3])
        #expect(amounts([1, 2, 3, 4]) == [10])
        #expect(amounts([1, 2, -3, -4, 5]) == [3, -7, 5])
        // Four kinds by turns: what goes in, as if it were fixed.
        #expect(amounts([1, -2, 3, -4]) == [1000])
        #expect(Self.way([1, -2, 3, -4]).swapCount == 4)
        #expect(Self.way([-1, -2]).isExactOutput && !Self.way([-1, 2]).isExactOutput)
    }

    @Test("a router's two calls through one pool are its two swaps; what is expected of them comes")
    func executed() throws {
        let scene = try Scene(.standard())
        let tokens = scene.world.tokens
        let swapper = PoolWorld.address(.swapper)
        let sale = SwapRouter.exactInputSingle(
            tokenIn: tokens.weth, tokenOut: tokens.other, fee: scene.world.key.feePips,
            recipient: swapper, deadline: .max, amountIn: 60 &* PoolWorld.ether,
            amountOutMinimum: .zero, sqrtPriceLimitX96: .zero)
        let purchase = SwapRouter.exactOutputSingle(
            tokenIn: tokens.weth, tokenOut: tokens.other, fee: scene.world.key.feePips,
            recipient: swapper, deadline: .max, amountOut: 120_000 &* PoolWorld.dollar,
            amountInMaximum: .max, sqrtPriceLimitX96: .zero)
        let target = try scene.pending(SwapRouter.multicall([sale, purchase]))
        let head = try scene.head()
        let machine = VirtualMachine(block: head.nextBlock, state: head.state)
        let probe = try SwapProbe.run(target, on: head, machine: machine)
        let way = try #require(
            probe.ways(
                weth: tokens.weth,
                calls: RouterCalldata.decode(target.signed.transaction.data).swaps
            ).first)
        #expect(way.swaps.map(\.isExactOutput) == [false, true])
        #expect(way.swaps[0].amountSpecified == Int256(bitPattern: 60 &* PoolWorld.ether))
        #expect(
            way.swaps[1].amountSpecified == -Int256(bitPattern: 120_000 &* PoolWorld.dollar))
        let bundle = try scene.decide(target).get()
        #expect(bundle.plan.inventoryDelta0 == bundle.inventoryDelta0)
        #expect(bundle.plan.inventoryDelta1 == bundle.inventoryDelta1)
        // As one swap of their sum it would have been taken for something else.
        let state = try #require(
            try PoolState(key: way.pool.key, window: .words(2)) {
                (slot: UInt256) throws(StateNotLoaded) -> UInt256 in
                try machine.storage(way.pool.address, slot: slot)
            })
        let asOne = TargetWay(
            pool: way.pool, zeroForOne: way.zeroForOne, amountIn: way.amountIn,
            amountOut: way.amountOut, gasUsed: way.gasUsed, gasLimit: way.gasLimit,
            isExactOutput: true)
        let estimate = PositionOptimizer(
            probe: asOne, state: state, fairPrice: try #require(way.pool.fairPrice),
            wethIsToken0: way.pool.key.token0 == tokens.weth, available0: scene.world.caps.0,
            available1: scene.world.caps.1
        ).plan(bundle.plan.positions)
        #expect(estimate != nil && estimate?.inventoryDelta0 != bundle.inventoryDelta0)
    }

    @Test("where calls and swaps cannot be told apart, all must say that the output is fixed")
    func unclear() throws {
        let scene = try Scene(.standard())
        let target = try scene.pendingSale(10)
        let head = try scene.head()
        let machine = VirtualMachine(block: head.nextBlock, state: head.state)
        let probe = try SwapProbe.run(target, on: head, machine: machine)
        let tokens = scene.world.tokens
        func fixed(_ isExactInput: [Bool]) throws -> Bool {
            let calls = isExactInput.map { isExactInput in
                RouterCalldata.decode(
                    isExactInput
                        ? scene.swap(sellingWeth: true, amountIn: 1)
                        : SwapRouter.exactOutputSingle(
                            tokenIn: tokens.weth, tokenOut: tokens.other,
                            fee: scene.world.key.feePips, recipient: Address(word: 9),
                            deadline: .max, amountOut: 1, amountInMaximum: .max,
                            sqrtPriceLimitX96: .zero)
                ).swaps[0]
            }
            return try #require(probe.ways(weth: tokens.weth, calls: calls).first).isExactOutput
        }
        #expect(try fixed([false]) && !fixed([true]) && !fixed([]))
        #expect(try fixed([false, false]) && !fixed([true, false]))
    }
}
