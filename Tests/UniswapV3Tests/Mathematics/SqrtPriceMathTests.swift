import BigInt
import Ethereum
import Testing
import UniswapV3

/// Against integers without bounds, each formula with one division where the code takes two.
@Suite("SqrtPriceMath")
struct SqrtPriceMathTests {
    @Test("token0 between two prices is L(b − a)/(ab), rounded as asked")
    func amount0() {
        var randomness = Randomness(seed: 21)
        for _ in 0..<5000 {
            let (a, b) = (randomness.sqrtPriceX96(), randomness.sqrtPriceX96())
            let liquidity = randomness.liquidity()
            let (lower, upper) = (big(min(a, b)), big(max(a, b)))
            for rounding in [Rounding.down, .up] {
                let expected = divide(
                    big(liquidity) * q96 * (upper - lower), upper * lower, rounding)
                let ours = SqrtPriceMath.amount0Delta(
                    a, b, liquidity: liquidity, rounding: rounding)
                #expect(ours.map(big) == expected, "\(a) \(b) \(liquidity)")
            }
        }
    }

    @Test("token1 between two prices is L(b − a), rounded as asked")
    func amount1() {
        var randomness = Randomness(seed: 22)
        for _ in 0..<5000 {
            let (a, b) = (randomness.sqrtPriceX96(), randomness.sqrtPriceX96())
            let liquidity = randomness.liquidity()
            let distance = big(max(a, b)) - big(min(a, b))
            for rounding in [Rounding.down, .up] {
                let expected = divide(big(liquidity) * distance, q96, rounding)
                let ours = SqrtPriceMath.amount1Delta(
                    a, b, liquidity: liquidity, rounding: rounding)
                #expect(ours.map(big) == expected, "\(a) \(b) \(liquidity)")
            }
        }
    }

    @Test("rounded up is at least rounded down and less than two more")
    func roundingOrder() throws {
        var randomness = Randomness(seed: 23)
        for _ in 0..<5000 {
            let (a, b) = (randomness.sqrtPriceX96(), randomness.sqrtPriceX96())
            let liquidity = randomness.liquidity()
            for delta in [SqrtPriceMath.amount0Delta, SqrtPriceMath.amount1Delta] {
                let down = try #require(delta(a, b, liquidity, .down))
                let up = try #require(delta(a, b, liquidity, .up))
                #expect(up >= down && up &- down <= 1, "\(a) \(b) \(liquidity)")
            }
        }
    }

    @Test("there is no token0 amount from a price of 0")
    func zeroPrice() {
        let price = TickMath.minSqrtPriceX96
        #expect(
            SqrtPriceMath.amount0Delta(.zero, price, liquidity: 1, rounding: .up) == nil)
        #expect(
            SqrtPriceMath.amount0Delta(price, price, liquidity: 1, rounding: .up) == .zero)
    }

    /// What the price is after token0 comes in: L√p/(L + Δx√p) up, or the coarser quotient where a
    /// term of the first goes over 256 bits.
    static func afterAdding0(_ price: BigInt, _ liquidity: BigInt, _ amount: BigInt) -> BigInt {
        let word = BigInt(1) << 256
        let (scaled, product) = (liquidity * q96, amount * price)
        return product < word && scaled + product < word
            ? ceilDivide(scaled * price, scaled + product)
            : ceilDivide(scaled, scaled / price + amount)
    }

    @Test("the price after an input is the formula's, rounded against the swapper")
    func afterInput() {
        var randomness = Randomness(seed: 24)
        for _ in 0..<10_000 {
            let price = randomness.sqrtPriceX96()
            let liquidity = randomness.liquidity()
            let amount = randomness.integer(bits: 240)
            let falling = SqrtPriceMath.nextSqrtPriceX96(
                from: price, liquidity: liquidity, amountIn: amount, zeroForOne: true)
            #expect(
                falling.map(big)
                    == Self.afterAdding0(big(price), big(liquidity), big(amount)),
                "\(price) \(liquidity) \(amount)")
            let risen = big(price) + big(amount) * q96 / big(liquidity)
            let rising = SqrtPriceMath.nextSqrtPriceX96(
                from: price, liquidity: liquidity, amountIn: amount, zeroForOne: false)
            #expect(
                rising.map(big) == (risen >> 160 == 0 ? risen : nil),
                "\(price) \(liquidity) \(amount)")
        }
    }

    @Test("the price after an output is the formula's, and none where the pool lacks the amount")
    func afterOutput() {
        var randomness = Randomness(seed: 25)
        var refusals = 0
        for _ in 0..<10_000 {
            let price = randomness.sqrtPriceX96()
            let liquidity = randomness.liquidity()
            let amount = randomness.integer(bits: 128)
            let fallen = big(price) - ceilDivide(big(amount) * q96, big(liquidity))
            let falling = SqrtPriceMath.nextSqrtPriceX96(
                from: price, liquidity: liquidity, amountOut: amount, zeroForOne: true)
            #expect(falling.map(big) == (fallen > 0 ? fallen : nil))

            let (scaled, product) = (big(liquidity) * q96, big(amount) * big(price))
            var expected: BigInt?
            if product < BigInt(1) << 256, product < scaled {
                expected = ceilDivide(scaled * big(price), scaled - product)
                if let price = expected, price >> 160 != 0 { expected = nil }
            }
            let rising = SqrtPriceMath.nextSqrtPriceX96(
                from: price, liquidity: liquidity, amountOut: amount, zeroForOne: false)
            #expect(rising.map(big) == expected, "\(price) \(liquidity) \(amount)")
            if falling == nil { refusals += 1 }
        }
        #expect(refusals > 100)
    }

    @Test("without liquidity or without a price there is no next price")
    func nothingToMove() {
        let price = UInt256(1 as UInt64) << 96
        for zeroForOne in [true, false] {
            for (price, liquidity) in [(price, 0), (.zero, 1)] as [(UInt256, UInt128)] {
                #expect(
                    SqrtPriceMath.nextSqrtPriceX96(
                        from: price, liquidity: liquidity, amountIn: 1, zeroForOne: zeroForOne)
                        == nil)
                #expect(
                    SqrtPriceMath.nextSqrtPriceX96(
                        from: price, liquidity: liquidity, amountOut: 1, zeroForOne: zeroForOne)
                        == nil)
            }
        }
    }

    @Test("an amount of 0 leaves the price")
    func zeroAmount() {
        let price = UInt256(decimal: "1350174849792634181862360983626536")!
        for zeroForOne in [true, false] {
            #expect(
                SqrtPriceMath.nextSqrtPriceX96(
                    from: price, liquidity: 7, amountIn: .zero, zeroForOne: zeroForOne) == price)
            #expect(
                SqrtPriceMath.nextSqrtPriceX96(
                    from: price, liquidity: 7, amountOut: .zero, zeroForOne: zeroForOne) == price)
        }
    }
}
