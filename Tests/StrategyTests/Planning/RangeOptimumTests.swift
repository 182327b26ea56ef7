import Ethereum
import Strategy
import Testing
import World

@Suite("RangeOptimum")
struct RangeOptimumTests {
    /// A swap over constant passive liquidity from the root 50, the price 2,500.
    static func constant(
        fee: Double, depth: Double, swap: Double, reach: Double = 10
    ) -> PassivePath {
        let passive = depth / 50
        return PassivePath(start: 50, pieces: [(50 + swap * (1 - fee) / passive, passive)])
    }

    static func terms(_ fee: Double, r: Double = 1, protocolShare: Double = 0) -> RangeOptimum.Terms
    {
        RangeOptimum.Terms(fee: fee, protocolShare: protocolShare, fairPrice: 2500 * r)
    }

    @Test(
        "the table of published optima: liquidity against the passive one, fair price unmoved",
        arguments: [
            (0.0005, 2e9, 2e6, 3.01, 1_125.0), (0.0005, 2e9, 10e6, 1.23, 15_085),
            (0.003, 400e6, 2e6, 4.06, 6_389), (0.003, 400e6, 10e6, 1.29, 77_371),
        ])
    func table(
        fee: Double, depth: Double, swap: Double, ratio: Double, profit: Double
    ) throws {
        let path = Self.constant(fee: fee, depth: depth, swap: swap)
        let best = try #require(
            RangeOptimum(
                near: 40, far: 100, on: path, Self.terms(fee), mostLiquidity: .infinity))
        #expect(abs(best.liquidity / (depth / 50) - ratio) < 0.005)
        #expect(abs(best.profit - profit) < 0.6)
    }

    @Test("a swap that moves the price by less than the fee takes all the liquidity there is")
    func unbounded() throws {
        let path = Self.constant(fee: 0.003, depth: 400e6, swap: 5e5)
        for (times, profit) in [(9.0, 1_406.0), (99, 1_491)] {
            let limit = times * 400e6 / 50
            let best = try #require(
                RangeOptimum(
                    near: 40, far: 100, on: path, Self.terms(0.003), mostLiquidity: limit))
            #expect(abs(best.liquidity / limit - 1) < 1e-9)
            #expect(abs(best.profit - profit) < 0.6)
        }
    }

    @Test("no liquidity where the fair price is beyond the swap, and some where it is not")
    func toxic() {
        let path = Self.constant(fee: 0.0005, depth: 2e9, swap: 2e6)
        func best(_ r: Double) -> RangeOptimum? {
            RangeOptimum(
                near: 40, far: 100, on: path, Self.terms(0.0005, r: r), mostLiquidity: .infinity)
        }
        #expect(best(1.01) == nil)
        #expect(best(1.001) != nil)
    }

    @Test("nothing without a common stretch, or without capital")
    func nothing() {
        let path = Self.constant(fee: 0.003, depth: 400e6, swap: 2e6)
        func best(_ near: Double, _ far: Double, _ most: Double) -> RangeOptimum? {
            RangeOptimum(near: near, far: far, on: path, Self.terms(0.003), mostLiquidity: most)
        }
        #expect(best(49, 51, 1e6) != nil)
        #expect(best(49, 51, 0) == nil)
        #expect(best(51, 52, 1e6) == nil)
        #expect(best(48, 50, 1e6) == nil)
    }

    /// A swap over several stretches, with a range and the terms, by a seed.
    struct Case {
        var path: PassivePath
        var terms: RangeOptimum.Terms
        var near: Double
        var far: Double
        var most: Double

        init(seed: UInt64, isExactOutput: Bool) {
            var random = SeededRandom(seed: seed, purpose: "range optimum")
            let fee = [0.0001, 0.0005, 0.003, 0.01].randomElement(using: &random)!
            let impact = fee * (0.1 + 30 * random.unit() * random.unit())
            let count = 1 + Int(random.next() % 6)
            var pieces: [(to: Double, liquidity: Double)] = []
            for index in 1...count {
                let part = Double(index) / Double(count)
                let gap = random.happens(0.05) && index < count
                pieces.append((1 + impact / 2 * part, gap ? 0 : 1e9 * (0.05 + random.unit())))
            }
            path = PassivePath(start: 1, pieces: pieces)
            terms = RangeOptimum.Terms(
                fee: fee, protocolShare: random.happens(0.5) ? 0 : 0.25,
                fairPrice: 1 + impact * (random.unit() - 0.3), isExactOutput: isExactOutput)
            near = 1 + impact / 2 * (random.unit() - 0.3)
            far = near + impact / 2 * random.unit()
            most = random.happens(0.3) ? .infinity : 1e9 * 30 * random.unit() * random.unit()
        }

        /// The profit by walking the way piece by piece with so much liquidity in the range.
        func profit(_ liquidity: Double) -> Double {
            var left = terms.isExactOutput ? path.output : path.netInput
            var bounds = path.stretches.map(\.to) + [near, far]
            // With us the way is never longer; behind its end there is nothing.
            bounds = bounds.filter { $0 > path.start }.sorted()
            var (from, earned) = (path.start, 0.0)
            let entry = max(near, path.start)
            for bound in bounds where bound <= path.end {
                let passive = path.stretches.first { $0.from <= from && from < $0.to }?.liquidity
                let ours = from >= entry && from < far ? liquidity : 0
                let active = (passive ?? 0) + ours
                var to = bound
                let inside =
                    terms.isExactOutput ? active * (1 / from - 1 / to) : active * (to - from)
                if inside >= left, active > 0 {
                    to = terms.isExactOutput ? 1 / (1 / from - left / active) : from + left / active
                }
                let net = ours * (to - from)
                let sold = ours * (to - from) / (from * to)
                earned +=
                    net + net * terms.fee * (1 - terms.protocolShare) / (1 - terms.fee)
                    - sold * terms.fairPrice
                if to < bound || inside == left { break }
                left -= inside
                from = to
            }
            return earned
        }
    }

    @Test("against brute force: no liquidity on a fine grid earns more", arguments: [false, true])
    func bruteForce(isExactOutput: Bool) {
        var (found, none) = (0, 0)
        for seed in 0..<3000 as Range<UInt64> {
            let trial = Case(seed: seed, isExactOutput: isExactOutput)
            let best = RangeOptimum(
                near: trial.near, far: trial.far, on: trial.path, trial.terms,
                mostLiquidity: trial.most)
            var (grid, liquidity) = (0.0, 1e4)
            // Beyond, the walk's own rounding is larger than what is left to gain.
            while liquidity < min(trial.most, 1e13) {
                grid = max(grid, trial.profit(liquidity))
                liquidity *= 1.05
            }
            if let best {
                found += 1
                // What is promised is what the walk gives, and nothing on the grid is better.
                let scale = trial.path.netInput * 1e-9
                if best.liquidity < 1e13 {
                    let walked = trial.profit(best.liquidity)
                    #expect(abs(walked - best.profit) <= best.profit * 1e-6 + scale, "\(seed)")
                }
                #expect(best.profit >= grid * (1 - 1e-6) - scale, "seed \(seed)")
                #expect(best.liquidity <= trial.most, "seed \(seed)")
            } else {
                none += 1
                #expect(grid <= trial.path.netInput * 1e-9, "seed \(seed)")
            }
        }
        #expect(found > 500 && none > 100)
    }

    /// Passive liquidity everywhere alike, the price at 37 % of its spacing, and capital in the
    /// token that the swap buys: the best range of all that are aligned, and what the spacing of
    /// the price would earn.
    @Test(
        "the examples of range choice under a capital cap: one spacing, so many ahead of the price",
        arguments: [
            (0.0005, 10.0, 2e9, 10e6, 1e6, 8, 8_667.0, 514.0),
            (0.003, 60, 400e6, 10e6, 5e6, 4, 122_640, 15_453),
            (0.0005, 10, 2e9, 2e6, 5e6, 1, 1_419, 1_111),
        ])
    func rangeChoice(
        fee: Double, spacing: Double, depth: Double, swap: Double, capital: Double, ahead: Int,
        profit: Double, atPrice: Double
    ) throws {
        let path = Self.constant(fee: fee, depth: depth, swap: swap)
        func root(_ spacings: Double) -> Double {
            50 * Double.exponential((spacings - 0.37) * spacing * 0.5 * 0.000099995)
        }
        func best(_ lower: Int, _ width: Int) -> RangeOptimum? {
            let (near, far) = (root(Double(lower)), root(Double(lower + width)))
            let entry = max(near, 50)
            // Dollars of a unit of liquidity: what is sold at the price, and what lies behind it.
            let dollars = 2500 * (far - entry) / (entry * far) + max(0, 50 - near)
            return RangeOptimum(
                near: near, far: far, on: path, Self.terms(fee), mostLiquidity: capital / dollars)
        }
        var all: [(lower: Int, width: Int, profit: Double)] = []
        for lower in 0..<20 {
            for width in 1...12 {
                if let found = best(lower, width) { all.append((lower, width, found.profit)) }
            }
        }
        let first = try #require(all.max { $0.profit < $1.profit })
        #expect(first.lower == ahead && first.width == 1)
        #expect(abs(first.profit / profit - 1) < 0.01, "\(first.profit)")
        let current = try #require(best(0, 1))
        #expect(abs(current.profit / atPrice - 1) < 0.02, "\(current.profit)")
    }
}

extension Double {
    /// e^x for a small x, by its series.
    fileprivate static func exponential(_ x: Double) -> Double {
        1 + x * (1 + x / 2 * (1 + x / 3 * (1 + x / 4 * (1 + x / 5))))
    }
}
