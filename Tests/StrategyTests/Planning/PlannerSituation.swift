import Contracts
import Ethereum
import Strategy
import Testing
import UniswapV3
import World

/// A pool with passive liquidity on both sides, a swap, and what may be deposited, by a seed: every
/// fee of mainnet, thin and deep, either direction and kind of swap, the protocol's share, a fair
/// price that has moved, and capital from too little to more than enough.
struct PlannerSituation {
    var state: PoolState
    var probe: TargetWay
    var fairPrice: FairPriceBand
    var available: (UInt256, UInt256)
    var terms = PlanningTerms()
    /// The decimal logarithm of the liquidity at the price.
    let depth: Double

    /// `impacts` bounds the swap's effect on the price, in units of the fee.
    init(
        seed: UInt64, band: ClosedRange<Int32> = -887_272...887_272, mostImpact: Double = 20,
        scarce: Bool = false
    ) throws {
        var random = SeededRandom(seed: seed, purpose: "optimiser")
        let feePips: UInt32 = [100, 500, 3000, 10_000][Int(random.next() % 4)]
        let key = PoolKey(sorting: Address(word: 1), Address(word: 2), feePips: feePips)!
        let spacing = TickSpacing.of(feePips: feePips)!
        let tick = Int32(random.next() % 20_000) - 10_000
        state = try PoolState(
            key: key, initializedAt: #require(TickMath.sqrtPriceX96(atTick: tick)))
        state.slot0.feeProtocol = [0, 0x44, 0x66].randomElement(using: &random)!
        depth = 19 + 5 * random.unit()
        let unit = UInt128(Self.power(depth)) / 3
        for halfWidth in [20_000 as Int32, 1200, 360] {
            let shift = Int32(random.next() % 200) - 100
            try state.addLiquidity(
                tickLower: TickSpacing.floor(tick + shift - halfWidth, spacing),
                tickUpper: TickSpacing.floor(tick + shift + halfWidth, spacing) + spacing,
                liquidity: unit)
        }
        // Narrow positions of others on the way, up to three times the rest.
        for _ in 0..<random.next() % 5 {
            let width = Int32(random.next() % 4 + 1) * spacing
            let start = TickSpacing.floor(tick, spacing) + (Int32(random.next() % 13) - 6) * spacing
            try state.addLiquidity(
                tickLower: start, tickUpper: start + width,
                liquidity: unit / 10 * UInt128(1 + random.next() % 90))
        }
        let zeroForOne = random.happens(0.5)
        // An impact of a fifth of the fee up to twenty times it.
        let impact =
            Double(feePips) * 1e-6 * (0.2 + mostImpact * random.unit() * random.unit())
        // In raw units: the pool's liquidity, in place of amounts, at a price near one.
        let reach = Self.power(depth) * impact / 2
        let amount = UInt256(UInt64(reach / 1e9)) &* 1_000_000_000
        let swapped = try state.swap(
            zeroForOne: zeroForOne, amountSpecified: Int256(bitPattern: amount))
        // As it was, or moved by up to one and a half fees either way.
        let moved = random.happens(0.5) ? 0 : (random.unit() - 0.5) * 3 * Double(feePips) / 2
        let mid = UInt256.mulDiv(
            state.sqrtPriceX96, UInt256(UInt64(1_000_000 + moved)), 1_000_000)!
        fairPrice = FairPriceBand(midSqrtPriceX96: mid, halfWidthPips: random.next() % 100)
        let pool = FollowedPool(
            key: key, address: Address(word: 3), bandLower: band.lowerBound,
            bandUpper: band.upperBound, maxDeposit0: .max, maxDeposit1: .max,
            fairPrice: fairPrice)
        probe = TargetWay(
            pool: pool, zeroForOne: zeroForOne, amountIn: swapped.amountIn,
            amountOut: swapped.amountOut, gasUsed: 120_000, gasLimit: 10_000_000,
            isExactOutput: random.happens(0.3))
        let share = scarce ? 0.05 + random.unit() : random.unit() * random.unit() * 30
        let capital = UInt256(UInt64(reach * (0.01 + share) / 1e9)) &* 1_000_000_000
        available = (capital, capital)
        // One of the tokens may be missing.
        if random.happens(0.3) {
            if random.happens(0.5) { available.0 = .zero } else { available.1 = .zero }
        }
    }

    var optimizer: PositionOptimizer {
        PositionOptimizer(
            probe: probe, state: state, fairPrice: fairPrice, wethIsToken0: true,
            available0: available.0, available1: available.1, terms: terms)
    }

    func plans() throws(Rejection) -> [JitPlan] { try optimizer.rankedPlans() }

    /// Wei of positions by the pool model, at the worse end of the band; nil where they cannot be
    /// paid for. Written down from mint, swap and burn, apart from the planner's own valuation.
    func value(_ positions: [JitPosition]) -> Int256? {
        var pool = state
        var opened = positions.map { Position(tickLower: $0.tickLower, tickUpper: $0.tickUpper) }
        var net = (Int256.zero, Int256.zero)
        var paid = (UInt256.zero, UInt256.zero)
        do {
            for (index, position) in positions.enumerated() {
                let amounts = try pool.mint(position.liquidity, into: &opened[index])
                paid = (paid.0 &+ amounts.amount0, paid.1 &+ amounts.amount1)
            }
            guard paid.0 <= available.0, paid.1 <= available.1 else { return nil }
            try pool.apply(
                zeroForOne: probe.zeroForOne, amountSpecified: probe.amountSpecified)
            for (index, position) in positions.enumerated() {
                try pool.burn(position.liquidity, from: &opened[index])
                net.0 &+= Int256(bitPattern: UInt256(opened[index].tokensOwed0))
                net.1 &+= Int256(bitPattern: UInt256(opened[index].tokensOwed1))
            }
        } catch {
            return nil
        }
        let ends = [fairPrice.lowSqrtPriceX96, fairPrice.highSqrtPriceX96]
        return ends.compactMap {
            WethValuation(wethIsToken0: true, sqrtPriceX96: $0).wei(
                amount0: net.0 &- Int256(bitPattern: paid.0),
                amount1: net.1 &- Int256(bitPattern: paid.1))
        }.min()
    }

    /// The same of one position, without copying the pool.
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

    // MARK: Brute force

    /// All ranges on the way.
    func ranges(widest: Int = .max) throws -> [KeptRange] {
        let spacing = state.tickSpacing
        let after = try state.swap(
            zeroForOne: probe.zeroForOne, amountSpecified: probe.amountSpecified
        ).tickAfter
        let from = TickSpacing.floor(min(state.tick, after), spacing)
        let to = TickSpacing.floor(max(state.tick, after), spacing) + spacing
        var ranges: [KeptRange] = []
        for lower in stride(from: from, to: to, by: Int32.Stride(spacing)) {
            for upper in stride(from: lower + spacing, through: to, by: Int32.Stride(spacing))
            where Int((upper - lower) / spacing) <= widest {
                ranges.append(KeptRange(tickLower: lower, tickUpper: upper))
            }
        }
        return ranges
    }

    /// The best of all ranges on the way, each with liquidities of every size: a coarse grid, and
    /// around its best point ever finer ones.
    func bruteForce() throws -> Int256 {
        try ranges().reduce(.zero) { best, range in
            max(best, bestOf(range))
        }
    }

    private func bestOf(_ range: KeptRange) -> Int256 {
        func worth(_ exponent: Double) -> Int256 {
            value(
                RangeLiquidity(
                    tickLower: range.tickLower, tickUpper: range.tickUpper,
                    liquidity: UInt128(Self.power(exponent)))) ?? .zero
        }
        var (center, width) = (depth + 0.5, 3.5)
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

    /// The best of these ranges taken together, each with liquidities of every size at once, in the
    /// same way.
    func bestOf(
        together ranges: [KeptRange]
    ) -> (profit: Int256, positions: [JitPosition]) {
        var center = ranges.map { _ in depth }
        var width = 3.0
        var best = Int256.zero
        var by: [JitPosition] = []
        let steps = ranges.count == 2 ? 6 : 4
        let points = 2 * steps + 1
        var all = 1
        for _ in ranges { all *= points }
        for _ in 0..<8 {
            var bestCenter = center
            for index in 0..<all {
                var rest = index
                let exponents = center.map { middle in
                    let step = rest % points - steps
                    rest /= points
                    return middle + width * Double(step) / Double(steps)
                }
                let positions = zip(ranges, exponents).map {
                    JitPosition(
                        tickLower: $0.tickLower, tickUpper: $0.tickUpper,
                        liquidity: UInt128(Self.power($1)))
                }
                if let worth = value(positions), worth > best {
                    (best, bestCenter, by) = (worth, exponents, positions)
                }
            }
            (center, width) = (bestCenter, width / 2.5)
        }
        return (best, by)
    }

    /// 10^x.
    static func power(_ x: Double) -> Double {
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
