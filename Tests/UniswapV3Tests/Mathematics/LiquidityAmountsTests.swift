import BigInt
import Ethereum
import Testing
import UniswapV3

@Suite("LiquidityAmounts")
struct LiquidityAmountsTests {
    @Test("the liquidity of one token's amount is the formula's, rounded down twice for token0")
    func formula() {
        var randomness = Randomness(seed: 41)
        for _ in 0..<5000 {
            let (a, b) = (randomness.sqrtPriceX96(), randomness.sqrtPriceX96())
            let amount = randomness.integer(bits: 128)
            let (lower, upper) = (big(min(a, b)), big(max(a, b)))
            guard lower < upper else { continue }
            func fitting(_ value: BigInt) -> BigInt? { value >> 128 == 0 ? value : nil }
            #expect(
                LiquidityAmounts.liquidity(amount0: amount, a, b).map(big)
                    == fitting(big(amount) * (lower * upper / q96) / (upper - lower)))
            #expect(
                LiquidityAmounts.liquidity(amount1: amount, a, b).map(big)
                    == fitting(big(amount) * q96 / (upper - lower)))
        }
    }

    @Test("the liquidity of amounts never costs more than the amounts")
    func affordable() {
        var randomness = Randomness(seed: 42)
        for _ in 0..<5000 {
            let (a, b) = (randomness.sqrtPriceX96(), randomness.sqrtPriceX96())
            let price = randomness.sqrtPriceX96()
            let amounts = TokenAmounts(
                amount0: randomness.integer(bits: 100), amount1: randomness.integer(bits: 100))
            guard
                let liquidity = LiquidityAmounts.liquidity(at: price, a, b, amounts: amounts),
                let cost = LiquidityAmounts.amounts(
                    at: price, a, b, liquidity: liquidity, rounding: .up)
            else { continue }
            #expect(cost.amount0 <= amounts.amount0, "\(price) \(a) \(b) \(amounts)")
            #expect(cost.amount1 <= amounts.amount1, "\(price) \(a) \(b) \(amounts)")
        }
    }

    @Test("a range above the price is token0 alone, one below it token1 alone")
    func oneSided() throws {
        func price(_ tick: Tick) throws -> UInt256 {
            try #require(TickMath.sqrtPriceX96(atTick: tick))
        }
        let (lower, upper) = (try price(-60), try price(60))
        let above = try #require(
            LiquidityAmounts.amounts(
                at: try price(-61), lower, upper, liquidity: 1 << 80, rounding: .up))
        #expect(!above.amount0.isZero && above.amount1.isZero)
        let below = try #require(
            LiquidityAmounts.amounts(
                at: try price(60), lower, upper, liquidity: 1 << 80, rounding: .up))
        #expect(below.amount0.isZero && !below.amount1.isZero)
        let around = try #require(
            LiquidityAmounts.amounts(
                at: try price(0), upper, lower, liquidity: 1 << 80, rounding: .up))
        #expect(!around.amount0.isZero && !around.amount1.isZero)
    }

    @Test("an empty range has no liquidity")
    func emptyRange() {
        let price = UInt256(1 as UInt64) << 96
        #expect(LiquidityAmounts.liquidity(amount0: 1, price, price) == nil)
        #expect(LiquidityAmounts.liquidity(amount1: 1, price, price) == nil)
    }
}
