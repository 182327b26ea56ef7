import Contracts
import Ethereum
import Foundation
import Strategy
import TestSupport
import Testing
import UniswapV3
import World

@Suite("PositionOptimizer")
struct PositionOptimizerTests {
    /// A pool with passive liquidity on both sides, a swap, and what may be deposited.
    struct Situation {
        var state: PoolState
        var probe: TargetWay
        var fairPrice: FairPriceBand
        var available: (UInt256, UInt256)

        init(seed: UInt64, band: ClosedRange<Int32> = -887_272...887_272) throws {
            var random = SeededRandom(seed: seed, purpose: "optimiser")
            let feePips: UInt32 = random.happens(0.5) ? 500 : 3000
            let key = PoolKey(sorting: Address(word: 1), Address(word: 2), feePips: feePips)!
            let spacing = TickSpacing.of(feePips: feePips)!
            let tick = Int32(random.next() % 20_000) - 10_000
            state = try PoolState(
                key: key, initializedAt: #require(TickMath.sqrtPriceX96(atTick: tick)))
            state.slot0.feeProtocol = [0, 0x44, 0x66].randomElement(using: &random)!
            for halfWidth in [4000 as Int32, 1200, 360] {
                let shift = Int32(random.next() % 200) - 100
                try state.addLiquidity(
                    tickLower: TickSpacing.floor(tick + shift - halfWidth, spacing),
                    tickUpper: TickSpacing.floor(tick + shift + halfWidth, spacing),
                    liquidity: 1_000_000_000_000_000_000_000)
            }
            let zeroForOne = random.happens(0.5)
            // An impact of a fifth of the fee up to twenty times it.
            let impact = Double(feePips) * 1e-6 * (0.2 + 20 * random.unit() * random.unit())
            let amount = UInt256(UInt64(3e12 * impact / 2)) &* 1_000_000_000
            let swapped = try state.swap(
                zeroForOne: zeroForOne, amountSpecified: Int256(bitPattern: amount))
            fairPrice = FairPriceBand(
                midSqrtPriceX96: state.sqrtPriceX96, halfWidthPips: random.next() % 100)
            let pool = FollowedPool(
                key: key, address: Address(word: 3), bandLower: band.lowerBound,
                bandUpper: band.upperBound, maxDeposit0: .max, maxDeposit1: .max,
                fairPrice: fairPrice)
            probe = TargetWay(
                pool: pool, zeroForOne: zeroForOne, amountIn: swapped.amountIn,
                amountOut: swapped.amountOut, gasUsed: 120_000, gasLimit: 10_000_000,
                isExactOutput: random.happens(0.3))
            let capital = UInt256(UInt64(1e12 * (0.001 + random.unit()))) &* 1_000_000_000
            available = (capital, random.happens(0.3) ? .zero : capital)
        }

        func plans() throws(Rejection) -> [JitPlan] {
            try PositionOptimizer(
                probe: probe, state: state, fairPrice: fairPrice, wethIsToken0: true,
                available0: available.0, available1: available.1
            ).rankedPlans()
        }

        /// Wei of a position by the pool model, at the worse end of the band; nil where it cannot
        /// be paid for.
        func value(_ range: RangeLiquidity) -> Int256? {
            guard
                let outcome = try? state.swap(
                    zeroForOne: probe.zeroForOne,
                    amountSpecified: probe.amountSpecified, against: range),
                outcome.minted.amount0 <= available.0, outcome.minted.amount1 <= available.1
            else { return nil }
            let ends = [fairPrice.lowSqrtPriceX96, fairPrice.highSqrtPriceX96]
            return ends.compactMap {
                WethValuation(wethIsToken0: true, sqrtPriceX96: $0).wei(
                    amount0: outcome.net0, amount1: outcome.net1)
            }.min()
        }

        /// The best of all ranges on the way, each with liquidities of every size: a coarse grid,
        /// and around its best point ever finer ones.
        func bruteForce() throws -> Int256 {
            let spacing = state.tickSpacing
            let after = try state.swap(
                zeroForOne: probe.zeroForOne, amountSpecified: probe.amountSpecified
            ).tickAfter
            let from = TickSpacing.floor(min(state.tick, after), spacing)
            let to = TickSpacing.floor(max(state.tick, after), spacing) + spacing
            var best = Int256.zero
            for lower in stride(from: from, to: to, by: Int32.Stride(spacing)) {
                for upper in stride(from: lower + spacing, through: to, by: Int32.Stride(spacing)) {
                    best = max(best, bestOf(lower, upper))
                }
            }
            return best
        }

        private func bestOf(_ lower: Tick, _ upper: Tick) -> Int256 {
            func worth(_ exponent: Double) -> Int256 {
                value(
                    RangeLiquidity(
                        tickLower: lower, tickUpper: upper,
                        liquidity: UInt128(Self.power(exponent)))) ?? .zero
            }
            var (center, width) = (21.5, 3.5)
            var best = Int256.zero
            for _ in 0..<6 {
                var bestExponent = center
                for step in -8...8 {
                    let exponent = center + width * Double(step) / 8
                    let worth = worth(exponent)
                    if worth > best { (best, bestExponent) = (worth, exponent) }
                }
                (center, width) = (bestExponent, width / 5)
            }
            return best
        }

        /// 10^x.
        private static func power(_ x: Double) -> Double {
            var result = 1.0
            for _ in 0..<Int(x) { result *= 10 }
            var (term, sum) = (1.0, 1.0)
            let rest = (x - Double(Int(x))) * 2.302585092994046
            for index in 1..<40 {
                term *= rest / Double(index)
                sum += term
            }
            return result * sum
        }
    }

    /// `JITBOT_PLANNER_CASES` asks for more cases than the hundred of every run.
    private static var cases: UInt64 {
        ProcessInfo.processInfo.environment["JITBOT_PLANNER_CASES"].flatMap { UInt64($0) } ?? 100
    }

    @Test("the best plan earns at least 99.9 % of what brute force over ranges and sizes finds")
    func bruteForce() throws {
        var compared = 0
        for seed in 0..<Self.cases {
            let situation = try Situation(seed: seed)
            let best = try situation.bruteForce().approximateDouble
            let planned = (try? situation.plans())?.first?.estimatedProfitWei ?? .zero
            #expect(
                planned.approximateDouble >= best * 0.999,
                "seed \(seed): planned \(planned), brute force \(best)")
            if best > 0 { compared += 1 }
        }
        #expect(compared > Int(Self.cases / 2))
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
                let position = plan.position
                let value = situation.value(
                    RangeLiquidity(
                        tickLower: position.tickLower, tickUpper: position.tickUpper,
                        liquidity: position.liquidity))
                #expect(value == plan.estimatedProfitWei, "seed \(seed)")
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
                #expect(plan.position.tickLower >= tick - 130, "seed \(seed)")
                #expect(plan.position.tickUpper <= tick + 130, "seed \(seed)")
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
}
