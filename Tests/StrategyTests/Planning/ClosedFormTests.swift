import Ethereum
import Strategy
import Testing
import World

@Suite("ClosedForm")
struct ClosedFormTests {
    /// One swap over one stretch of constant liquidity, all as fractions and roots.
    struct Case {
        var fee: Double
        var protocolShare: Double
        var amountIn: Double
        var sqrtPrice: Double
        var passive: Double
        /// Fair price against the pool's.
        var r: Double

        /// The profit by direct accounting of what comes in, goes out and is earned as fee.
        func profit(_ liquidity: Double) -> Double {
            let total = passive + liquidity
            let net = amountIn * (1 - fee)
            let after = sqrtPrice + net / total
            // liquidity · (1/√p − 1/√p'), without the difference of two near numbers.
            let sold = liquidity * (net / total) / (sqrtPrice * after)
            let share = liquidity / total
            let fair = r * sqrtPrice * sqrtPrice
            return share * net + share * fee * (1 - protocolShare) * amountIn - sold * fair
        }

        var optimum: ClosedForm.Optimum {
            ClosedForm(fee: fee, protocolShare: protocolShare).optimum(
                amountIn: amountIn, sqrtPrice: sqrtPrice, passiveLiquidity: passive,
                fairPrice: r * sqrtPrice * sqrtPrice)
        }
    }

    @Test(
        "the table of published optima: liquidity against the passive one, fair price unmoved",
        arguments: [
            (0.0005, 2e9, 2e6, 3.01), (0.0005, 2e9, 10e6, 1.23), (0.003, 400e6, 2e6, 4.06),
            (0.003, 400e6, 10e6, 1.29),
        ])
    func table(fee: Double, depth: Double, swap: Double, expected: Double) throws {
        let passive = depth / 50
        let optimum = Case(
            fee: fee, protocolShare: 0, amountIn: swap, sqrtPrice: 50, passive: passive, r: 1
        ).optimum
        guard case .at(let liquidity) = optimum else {
            Issue.record("\(optimum)")
            return
        }
        #expect(abs(liquidity / passive - expected) < 0.005)
    }

    @Test("a swap that moves the price by less than the fee takes all the liquidity there is")
    func unbounded() {
        let small = Case(
            fee: 0.003, protocolShare: 0, amountIn: 5e5, sqrtPrice: 50, passive: 400e6 / 50, r: 1)
        #expect(small.optimum == .unbounded)
    }

    @Test("no liquidity where the fair price is beyond the swap, and some where it is not")
    func toxic() {
        var swap = Case(
            fee: 0.0005, protocolShare: 0, amountIn: 2e6, sqrtPrice: 50, passive: 2e9 / 50,
            r: 1.01)
        #expect(swap.optimum == .none)
        swap.r = 1.001
        #expect(swap.optimum != .none)
    }

    @Test("against brute force: no liquidity on a wide grid earns more")
    func bruteForce() {
        var outcomes = (none: 0, at: 0, unbounded: 0)
        for seed in 0..<4000 as Range<UInt64> {
            var random = SeededRandom(seed: seed, purpose: "closed form")
            let passive = 1e3 * (1 + 1e6 * random.unit())
            let sqrtPrice = 0.01 + 100 * random.unit()
            let fee = [0.0001, 0.0005, 0.003, 0.01].randomElement(using: &random)!
            // The swap's impact: from a tenth of the fee to a hundred times it.
            let impact =
                fee * [0.1, 0.5, 2, 10, 100].randomElement(using: &random)!
                * (0.5 + random.unit())
            let swap = Case(
                fee: fee, protocolShare: [0, 0.25, 1.0 / 6].randomElement(using: &random)!,
                amountIn: impact * passive * sqrtPrice, sqrtPrice: sqrtPrice, passive: passive,
                r: 1 + fee * (4 * random.unit() - 2))
            let grid = (0...400).map { swap.profit(passive * Self.power($0)) }
            let best = grid.max()!
            switch swap.optimum {
            case .none:
                outcomes.none += 1
                #expect(best <= swap.amountIn * 1e-12, "seed \(seed)")
            case .at(let liquidity):
                outcomes.at += 1
                let profit = swap.profit(liquidity)
                #expect(profit >= best - swap.amountIn * 1e-12, "seed \(seed)")
                // A maximum: a little less and a little more earn no more.
                for factor in [0.98, 1.02] {
                    #expect(
                        swap.profit(liquidity * factor) <= profit + swap.amountIn * 1e-12,
                        "seed \(seed)")
                }
            case .unbounded:
                outcomes.unbounded += 1
                let last = swap.profit(passive * Self.power(400))
                #expect(best <= last + swap.amountIn * 1e-12, "seed \(seed)")
            }
        }
        #expect(outcomes.none > 100 && outcomes.at > 100 && outcomes.unbounded > 100)
    }

    /// From 1e-4 to 1e4 in 400 even steps of the exponent.
    private static func power(_ step: Int) -> Double {
        var value = 1e-4
        for _ in 0..<step { value *= 1.047_128_548 }
        return value
    }

    @Test("the protocol's share lowers what is worth providing")
    func protocolShare() {
        var swap = Case(
            fee: 0.003, protocolShare: 0, amountIn: 2e6, sqrtPrice: 50, passive: 400e6 / 50, r: 1)
        guard case .at(let without) = swap.optimum else {
            Issue.record("\(swap.optimum)")
            return
        }
        swap.protocolShare = 1.0 / 6
        guard case .at(let with) = swap.optimum else {
            Issue.record("\(swap.optimum)")
            return
        }
        #expect(with < without)
        #expect(
            swap.profit(with)
                < Case(
                    fee: 0.003, protocolShare: 0, amountIn: 2e6, sqrtPrice: 50, passive: 400e6 / 50,
                    r: 1
                ).profit(without))
    }
}
