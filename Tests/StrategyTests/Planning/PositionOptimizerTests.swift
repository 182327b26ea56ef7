import Contracts
import Ethereum
import Foundation
import Strategy
import Testing
import UniswapV3

@Suite("PositionOptimizer")
struct PositionOptimizerTests {
    typealias Situation = PlannerSituation

    /// `JITBOT_PLANNER_CASES` asks for more cases than the hundred of every run.
    private static var cases: UInt64 {
        ProcessInfo.processInfo.environment["JITBOT_PLANNER_CASES"].flatMap { UInt64($0) } ?? 100
    }

    @Test("the best plan earns at least 99.9 % of what brute force over ranges and sizes finds")
    func bruteForce() throws {
        var compared = 0
        var fees: Set<UInt32> = []
        var kinds: Set<[Bool]> = []
        var (twoEarnMore, most) = (0, 0.0)
        for seed in 0..<Self.cases {
            var situation = try Situation(seed: seed)
            let best = try situation.bruteForce().approximateDouble
            let profits = [1, 4].map { positions in
                situation.terms.maximumPositions = positions
                return (try? situation.plans())?.first?.estimatedProfitWei.approximateDouble ?? 0
            }
            for planned in profits {
                #expect(
                    planned >= best * 0.999,
                    "seed \(seed): planned \(planned), brute force \(best)")
            }
            guard best > 0 else { continue }
            compared += 1
            if profits[1] > profits[0] * 1.001 {
                twoEarnMore += 1
                most = max(most, profits[1] / profits[0] - 1)
            }
            fees.insert(situation.state.feePips)
            kinds.insert([situation.probe.zeroForOne, situation.probe.isExactOutput])
        }
        print(
            "planner, \(compared) cases: before gas two positions earn over 0.1 % more than one in "
                + "\(twoEarnMore), at most \((most * 1000).rounded() / 10) %")
        #expect(compared > Int(Self.cases / 2))
        #expect(fees == [100, 500, 3000, 10_000] && kinds.count == 4)
    }

    /// On ways of at most four spacings every pair of ranges and every three of one spacing, each
    /// with all sizes at once.
    @Test("nor does brute force over two and three positions find more than 0.1 % more")
    func bruteForceOfLadders() throws {
        var (compared, gained, mostGained) = (0, 0, 0.0)
        for seed in 0..<max(8, Self.cases / 10) {
            var situation = try Situation(seed: seed, mostImpact: 8, scarce: true)
            let all = try situation.ranges(widest: 2)
            let narrow = all.filter {
                $0.tickUpper - $0.tickLower == situation.state.tickSpacing
            }
            guard narrow.count <= 5, let planned = try? situation.plans().first else { continue }
            var best = Int256.zero
            var by: [JitPosition] = []
            func look(_ ranges: [KeptRange]) {
                let found = situation.bestOf(together: ranges)
                if found.profit > best { (best, by) = (found.profit, found.positions) }
            }
            for (index, first) in all.enumerated() {
                for second in all[(index + 1)...] { look([first, second]) }
            }
            for (index, first) in narrow.enumerated() {
                for (next, second) in narrow.enumerated().dropFirst(index + 1) {
                    for third in narrow[(next + 1)...] {
                        look([first, second, third])
                    }
                }
            }
            let profit = planned.estimatedProfitWei.approximateDouble
            #expect(
                profit >= best.approximateDouble * 0.999,
                "seed \(seed): planned \(planned.positions), found \(best) by \(by)")
            compared += 1
            situation.terms.maximumPositions = 1
            if planned.positions.count > 1,
                let single = try situation.plans().first?.estimatedProfitWei.approximateDouble
            {
                #expect(single < profit, "seed \(seed)")
                gained += 1
                mostGained = max(mostGained, profit / single - 1)
            }
        }
        #expect(compared > 2 && gained > 0 && mostGained > 0.001)
    }

    @Test("plans are ranked, pay for themselves and say what the model says")
    func ranked() throws {
        var seen = 0
        for seed in 100..<160 as Range<UInt64> {
            let situation = try Situation(seed: seed)
            guard let plans = try? situation.plans() else { continue }
            for (plan, next) in zip(plans, plans.dropFirst()) {
                #expect(plan.estimatedProfitWei >= next.estimatedProfitWei, "seed \(seed)")
            }
            for plan in plans {
                seen += 1
                #expect(plan.deposit0 <= situation.available.0, "seed \(seed)")
                #expect(plan.deposit1 <= situation.available.1, "seed \(seed)")
                #expect(plan.estimatedProfitWei > .zero, "seed \(seed)")
                #expect(
                    situation.value(plan.positions) == plan.estimatedProfitWei, "seed \(seed)")
            }
        }
        #expect(seen > 100)
    }

    @Test("nothing to deposit, no plan")
    func noInventory() throws {
        var situation = try Situation(seed: 1)
        #expect(try !situation.plans().isEmpty)
        situation.available = (.zero, .zero)
        #expect(throws: Rejection.noProfitableRange) { try situation.plans() }
    }

    @Test("ranges stay inside the owner's band; a band beside the price has none")
    func band() throws {
        for seed in 0..<40 as Range<UInt64> {
            let tick = try Situation(seed: seed).state.tick
            let narrow = try Situation(seed: seed, band: (tick - 130)...(tick + 130))
            for plan in (try? narrow.plans()) ?? [] {
                #expect(plan.tickLower >= tick - 130, "seed \(seed)")
                #expect(plan.tickUpper <= tick + 130, "seed \(seed)")
            }
            let beside = try Situation(seed: seed, band: (tick + 100_000)...(tick + 200_000))
            #expect(throws: Rejection.noProfitableRange) { try beside.plans() }
        }
    }

    @Test("a fair price far beyond the swap leaves nothing to earn")
    func toxic() throws {
        var situation = try Situation(seed: 3)
        let root = situation.state.sqrtPriceX96
        let away = UInt256.mulDiv(root, situation.probe.zeroForOne ? 8 : 12, 10)!
        situation.fairPrice = FairPriceBand(midSqrtPriceX96: away, halfWidthPips: 10)
        #expect(throws: Rejection.noProfitableRange) { try situation.plans() }
    }

    @Test("with a tight gas limit only ranges remain that cost the swapper no new tick")
    func gas() throws {
        var fresh = 0
        for seed in 0..<40 as Range<UInt64> {
            var situation = try Situation(seed: seed)
            fresh += ((try? situation.plans()) ?? []).count { $0.freshTicksCrossed > 0 }
            situation.probe.gasLimit = situation.probe.gasUsed
            for plan in (try? situation.plans()) ?? [] {
                #expect(plan.freshTicksCrossed == 0, "seed \(seed)")
            }
        }
        #expect(fresh > 0)
    }

    // MARK: Costs and objectives

    @Test("a hedge that costs more leaves less, and one that costs too much leaves no plan")
    func hedge() throws {
        var compared = 0
        for seed in 0..<40 as Range<UInt64> {
            var situation = try Situation(seed: seed)
            guard let free = try? situation.plans().first else { continue }
            #expect(free.hedge.costWei.isZero && free.estimatedNetWei == free.estimatedProfitWei)
            situation.terms.hedge = HedgeCost(costPips: 20, fixedWei: 1)
            guard let dear = try? situation.plans().first else { continue }
            compared += 1
            let change = dear.inventoryDelta1
            #expect(dear.hedge.amountRaw == change.magnitude, "seed \(seed)")
            #expect(dear.hedge.direction == (change.isNegative ? .buy : .sell), "seed \(seed)")
            let worst =
                situation.probe.zeroForOne
                ? situation.fairPrice.lowSqrtPriceX96 : situation.fairPrice.highSqrtPriceX96
            let worth = try #require(
                WethValuation(wethIsToken0: true, sqrtPriceX96: worst)
                    .weiOfOther(change.magnitude, roundingUp: true))
            #expect(
                dear.hedge.costWei == UInt256.mulDivRoundingUp(worth, 20, 1_000_000)! &+ 1,
                "seed \(seed)")
            #expect(dear.estimatedNetWei < free.estimatedNetWei, "seed \(seed)")
            #expect(
                dear.estimatedNetWei
                    == dear.estimatedProfitWei &- Int256(bitPattern: dear.hedge.costWei))
            situation.terms.hedge = HedgeCost(costPips: 400_000)
            #expect((try? situation.plans().first?.estimatedNetWei) ?? .zero <= .zero)
        }
        #expect(compared > 20)
    }

    @Test("a floor under the swapper's gain binds, costs profit, and is refused where none can")
    func swapperGain() throws {
        var (bound, refused) = (0, 0)
        for seed in 0..<60 as Range<UInt64> {
            var situation = try Situation(seed: seed)
            guard let free = try? situation.plans().first else { continue }
            let most = try situation.plans().map(\.swapperGainPips).max() ?? 0
            situation.terms.objective = .maxProfitWithSwapperGain(
                atLeastPips: free.swapperGainPips + 1)
            if let floored = try? situation.plans() {
                bound += 1
                #expect(
                    floored.allSatisfy { $0.swapperGainPips > free.swapperGainPips },
                    "seed \(seed)")
                #expect(floored[0].estimatedProfitWei <= free.estimatedProfitWei, "seed \(seed)")
            }
            // What the swapper already gains costs nothing.
            situation.terms.objective = .maxProfitWithSwapperGain(
                atLeastPips: free.swapperGainPips)
            let same = try situation.plans()[0].estimatedProfitWei.approximateDouble
            #expect(
                same >= free.estimatedProfitWei.approximateDouble * 0.999, "seed \(seed)")
            situation.terms.objective = .maxProfitWithSwapperGain(atLeastPips: 900_000)
            do throws(Rejection) {
                _ = try situation.plans()
                Issue.record("seed \(seed): nobody gains nine tenths")
            } catch {
                refused += 1
                guard case .swapperGainBelow(let gain, 900_000) = error else {
                    Issue.record("seed \(seed): \(error)")
                    continue
                }
                #expect(gain == most, "seed \(seed)")
            }
        }
        #expect(bound > 10 && refused > 30)
    }

    /// For one range the floor decides one liquidity: brute force over ranges and sizes among those
    /// by which the swapper gains enough.
    @Test("with a floor the best single position is that of brute force among those that meet it")
    func swapperGainBruteForce() throws {
        var compared = 0
        for seed in 0..<Self.cases / 4 {
            var situation = try Situation(seed: seed, mostImpact: 8)
            situation.terms.maximumPositions = 1
            guard let free = try? situation.plans().first else { continue }
            let floor = free.swapperGainPips + free.swapperGainPips / 2 + 1
            situation.terms.objective = .maxProfitWithSwapperGain(atLeastPips: floor)
            let planned = (try? situation.plans().first?.estimatedProfitWei) ?? .zero
            var best = Int256.zero
            for range in try situation.ranges() {
                for step in 0..<400 {
                    let exponent = situation.depth - 3 + 7 * Double(step) / 400
                    let plan = situation.optimizer.plan([
                        JitPosition(
                            tickLower: range.tickLower, tickUpper: range.tickUpper,
                            liquidity: UInt128(Situation.power(exponent)))
                    ])
                    guard let plan, plan.swapperGainPips >= floor else { continue }
                    best = max(best, plan.estimatedProfitWei)
                }
            }
            if best > .zero { compared += 1 }
            #expect(
                planned.approximateDouble >= best.approximateDouble * 0.999,
                "seed \(seed): planned \(planned), brute force \(best)")
        }
        #expect(compared > 5)
    }

    @Test("gas and dust: a range that holds dust is preferred where it saves more than it loses")
    func keptRanges() throws {
        var preferred = 0
        for seed in 0..<60 as Range<UInt64> {
            var situation = try Situation(seed: seed, mostImpact: 8)
            guard let free = try? situation.plans(), let first = free.first,
                let other = free.first(where: {
                    $0.positions.count == 1 && $0.position.tickLower != first.tickLower
                })
            else { continue }
            let kept = KeptRange(
                tickLower: other.position.tickLower, tickUpper: other.position.tickUpper)
            situation.probe.pool.keptRanges = [kept]
            // Gas so dear that what dust saves is more than the plans differ by.
            let lost = first.estimatedProfitWei &- other.estimatedProfitWei
            situation.terms.gasPriceWei = lost.magnitude.dividedOrZero(by: 40_000) &+ 1
            let plans = try situation.plans()
            if plans[0].keptPositions == 1 {
                preferred += 1
                #expect(plans[0].position.tickLower == kept.tickLower, "seed \(seed)")
            }
            situation.probe.pool.keptRanges = []
            #expect(try situation.plans().allSatisfy { $0.keptPositions == 0 }, "seed \(seed)")
        }
        #expect(preferred > 10)
    }

    @Test("two swaps in one direction are planned as one way, and opposite ones are refused")
    func severalSwaps() throws {
        let situation = try Situation(seed: 6)
        let whole = situation.probe.amountSpecified
        let half = Int256(bitPattern: whole.magnitude.dividedOrZero(by: 2))
        let part = whole.isNegative ? -half : half
        func task(_ swaps: [PoolSwap]) -> PlanningTask {
            PlanningTask(
                pool: situation.probe.pool, state: situation.state, swaps: swaps,
                targetGas: TargetGas(used: 1, limit: 10_000_000),
                fairPrice: situation.fairPrice, wethIsToken0: true,
                available0: situation.available.0, available1: situation.available.1)
        }
        let direction = situation.probe.zeroForOne
        let one = try PositionOptimizer(
            task([PoolSwap(zeroForOne: direction, amountSpecified: whole)])
        ).rankedPlans()[0]
        let two = try PositionOptimizer(
            task(
                [PoolSwap](repeating: .init(zeroForOne: direction, amountSpecified: part), count: 2)
            )
        ).rankedPlans()[0]
        let ratio =
            two.estimatedProfitWei.approximateDouble / one.estimatedProfitWei.approximateDouble
        #expect(abs(ratio - 1) < 1e-4)
        #expect(throws: Rejection.swapsBothWays(pool: Address(word: 3))) {
            try PositionOptimizer(
                task([
                    PoolSwap(zeroForOne: direction, amountSpecified: part),
                    PoolSwap(zeroForOne: !direction, amountSpecified: part),
                ])
            ).rankedPlans()
        }
    }
}
