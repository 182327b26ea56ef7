import BigInt
import Ethereum
import Testing
import UniswapV3

@Suite("TickMath")
struct TickMathTests {
    /// √1.0001^−2^k · 2^512 from one integer root of 2^1024 / 1.0001 and repeated squaring.
    static let reciprocalPowersX512: [BigInt] = {
        let scaled = (BigUInt(1) << 1024) * 10_000 / 10_001
        var power = BigInt(scaled.squareRoot())
        var powers: [BigInt] = []
        for _ in 0..<20 {
            powers.append(power)
            power = (power * power) >> 512
        }
        return powers
    }()

    /// The contract's definition, its table taken from the formula: 128 fractional bits to the
    /// nearest, products truncated, reciprocal above 0, rounded up to 96 fractional bits.
    static func defined(_ tick: Tick) -> BigInt {
        var product = BigInt(1) << 128
        for bit in 0..<20 where tick.magnitude >> bit & 1 == 1 {
            let power = (reciprocalPowersX512[bit] >> 383 + 1) >> 1
            product = (product * power) >> 128
        }
        if tick > 0 { product = ((BigInt(1) << 256) - 1) / product }
        return ceilDivide(product, BigInt(1) << 32)
    }

    /// √1.0001^tick · 2^96 to hundreds of bits.
    static func real(_ tick: Tick) -> BigInt {
        var product = BigInt(1) << 512
        for bit in 0..<20 where tick.magnitude >> bit & 1 == 1 {
            product = (product * reciprocalPowersX512[bit]) >> 512
        }
        return tick > 0 ? (BigInt(1) << 608) / product : product >> 416
    }

    static let sample: [Tick] = {
        var randomness = Randomness(seed: 11)
        let edges: [Tick] = [0, 1, -1, TickMath.minTick, TickMath.maxTick]
        let powers = (0..<20).flatMap { bit -> [Tick] in
            let power = Tick(1) << Tick(bit)
            return [power, -power, power - 1, 1 - power]
        }
        let random = (0..<3000).map { _ in
            Tick.random(in: TickMath.minTick...TickMath.maxTick, using: &randomness)
        }
        return edges + powers + random
    }()

    @Test("the prices at the bounds are the protocol's constants")
    func bounds() {
        let lowest = UInt256(decimal: "4295128739")
        let highest = UInt256(decimal: "1461446703485210103287273052203988822378723970342")
        #expect(TickMath.minSqrtPriceX96 == lowest)
        #expect(TickMath.maxSqrtPriceX96 == highest)
        #expect(TickMath.sqrtPriceX96(atTick: TickMath.minTick) == lowest)
        #expect(TickMath.sqrtPriceX96(atTick: TickMath.maxTick) == highest)
        #expect(TickMath.sqrtPriceX96(atTick: 0) == UInt256(1 as UInt64) << 96)
    }

    @Test("a tick beyond the bounds has no price")
    func tickOutOfBounds() {
        for tick in [TickMath.minTick - 1, TickMath.maxTick + 1, .min, .max] {
            #expect(TickMath.sqrtPriceX96(atTick: tick) == nil)
        }
    }

    @Test("a price beyond the bounds has no tick")
    func priceOutOfBounds() {
        #expect(TickMath.tick(atSqrtPriceX96: .zero) == nil)
        #expect(TickMath.tick(atSqrtPriceX96: TickMath.minSqrtPriceX96 &- 1) == nil)
        #expect(TickMath.tick(atSqrtPriceX96: TickMath.maxSqrtPriceX96) == nil)
        #expect(TickMath.tick(atSqrtPriceX96: .max) == nil)
        #expect(
            TickMath.tick(atSqrtPriceX96: TickMath.maxSqrtPriceX96 &- 1) == TickMath.maxTick - 1)
    }

    @Test("the price at a tick is the defined chain of products over powers of the formula")
    func definition() {
        for tick in Self.sample {
            #expect(TickMath.sqrtPriceX96(atTick: tick).map(big) == Self.defined(tick), "\(tick)")
        }
    }

    @Test("the price at a tick is the real power within 2^-58 of it and one unit")
    func nearness() {
        for tick in Self.sample {
            let (ours, real) = (Self.defined(tick), Self.real(tick))
            #expect((ours - real).magnitude <= (real.magnitude >> 58) + 1, "\(tick)")
        }
    }

    @Test("every tick is the tick of its price, and the tick below is that of one unit less")
    func inverse() {
        var mismatches: [Tick] = []
        var tick = TickMath.minTick
        while tick < TickMath.maxTick {
            guard let price = TickMath.sqrtPriceX96(atTick: tick),
                TickMath.tick(atSqrtPriceX96: price) == tick,
                TickMath.tick(atSqrtPriceX96: price &+ 1) == tick,
                tick == TickMath.minTick
                    || TickMath.tick(atSqrtPriceX96: price &- 1) == tick - 1
            else {
                mismatches.append(tick)
                break
            }
            tick += 1
        }
        #expect(mismatches == [])
    }

    @Test("the tick of any price is the greatest whose price is not above it")
    func betweenTicks() {
        var randomness = Randomness(seed: 12)
        for _ in 0..<20_000 {
            let price = randomness.sqrtPriceX96()
            guard let tick = TickMath.tick(atSqrtPriceX96: price),
                let lower = TickMath.sqrtPriceX96(atTick: tick),
                let upper = TickMath.sqrtPriceX96(atTick: tick + 1)
            else {
                Issue.record("no tick at \(price)")
                continue
            }
            #expect(lower <= price && price < upper, "\(price)")
        }
    }
}
