import Ethereum
import Strategy
import Testing
import UniswapV3
import World

@Suite("FairPriceBand")
struct FairPriceBandTests {
    @Test("the band contains every price within its half-width, and little more")
    func contains() throws {
        for seed in 0..<2000 as Range<UInt64> {
            var random = SeededRandom(seed: seed, purpose: "fair price band")
            let tick = Int32(random.next() % 800_000) - 400_000
            let middle = try #require(TickMath.sqrtPriceX96(atTick: tick))
            let pips = random.next() % [2000, 20_000, 800_000].randomElement(using: &random)!
            let band = FairPriceBand(midSqrtPriceX96: middle, halfWidthPips: pips)
            let relative = Double(pips) * 1e-6
            // The roots that the band's ends stand for, against the middle.
            let low = band.lowSqrtPriceX96.approximateDouble / middle.approximateDouble
            let high = band.highSqrtPriceX96.approximateDouble / middle.approximateDouble
            #expect(low <= (1 - relative).squareRoot() + 1e-12, "seed \(seed)")
            #expect(high >= (1 + relative).squareRoot() - 1e-12, "seed \(seed)")
            #expect(high - low < relative + relative * relative / 4 + 4e-6, "seed \(seed)")
            #expect(band.midSqrtPriceX96 == middle)
        }
    }

    @Test("a band as wide as the price begins at nothing")
    func widest() {
        let wide = FairPriceBand(midSqrtPriceX96: 1_000_000_000_000, halfWidthPips: 800_001)
        #expect(wide.lowSqrtPriceX96.isZero && wide.highSqrtPriceX96 > wide.midSqrtPriceX96)
    }

    @Test("a band without width still has a middle and gives a pip on each side")
    func narrow() {
        let middle = UInt256(1_000_000_000_000)
        let band = FairPriceBand(midSqrtPriceX96: middle, halfWidthPips: 0)
        #expect(band.lowSqrtPriceX96 == middle &- 1_000_000)
        #expect(band.highSqrtPriceX96 == middle &+ 1_000_000)
    }
}

@Suite("WethValuation")
struct WethValuationTests {
    private static let half = UInt256.one << 95

    @Test("a price of 4 values the other token at 4 or a quarter, by which side WETH is on")
    func orientation() {
        let root = UInt256.one << 97
        // token1 per token0 is 4.
        let first = WethValuation(wethIsToken0: true, sqrtPriceX96: root)
        #expect(first.wei(amount0: 10, amount1: 100) == 35)
        let second = WethValuation(wethIsToken0: false, sqrtPriceX96: root)
        #expect(second.wei(amount0: 10, amount1: 100) == 140)
    }

    @Test("what came in is rounded down and what went out up, in both orientations")
    func rounding() throws {
        for seed in 0..<3000 as Range<UInt64> {
            var random = SeededRandom(seed: seed, purpose: "valuation")
            let tick = Int32(random.next() % 400_000) - 200_000
            let price = try #require(TickMath.sqrtPriceX96(atTick: tick))
            let amount = UInt256(random.next() >> (random.next() % 40))
            for wethIsToken0 in [true, false] {
                let valuation = WethValuation(wethIsToken0: wethIsToken0, sqrtPriceX96: price)
                func wei(_ change: Int256) throws -> Int256 {
                    try #require(
                        wethIsToken0
                            ? valuation.wei(amount0: .zero, amount1: change)
                            : valuation.wei(amount0: change, amount1: .zero))
                }
                let gained = try wei(Int256(bitPattern: amount))
                let lost = try wei(-Int256(bitPattern: amount))
                // Never a gain from going back and forth, and not far from the exact value.
                #expect(gained &+ lost <= .zero, "seed \(seed)")
                let root = price.approximateDouble * 0x1p-96
                let exact =
                    amount.approximateDouble * (wethIsToken0 ? 1 / root / root : root * root)
                let slack = 2 + exact * 1e-9 + (wethIsToken0 ? 1 / root : root)
                #expect(gained.approximateDouble <= exact + exact * 1e-9, "seed \(seed)")
                #expect(gained.approximateDouble >= exact - slack, "seed \(seed)")
                #expect(lost.approximateDouble <= -exact + exact * 1e-9, "seed \(seed)")
                #expect(lost.approximateDouble >= -exact - slack, "seed \(seed)")
            }
        }
    }

    @Test("a value that does not fit is nil, not something smaller")
    func overflow() {
        let dear = WethValuation(wethIsToken0: false, sqrtPriceX96: TickMath.maxSqrtPriceX96)
        #expect(dear.wei(amount0: Int256(bitPattern: .one << 200), amount1: .zero) == nil)
        #expect(dear.wei(amount0: .zero, amount1: Int256(bitPattern: .one << 200)) != nil)
        let free = WethValuation(wethIsToken0: true, sqrtPriceX96: .zero)
        #expect(free.weiOfOther(1, roundingUp: false) == nil)
    }
}
