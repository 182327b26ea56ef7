import BigInt
import Ethereum
import Testing
import UniswapV3

@Suite("SwapMath")
struct SwapMathTests {
    struct Case {
        var price: UInt256
        var target: UInt256
        var liquidity: UInt128
        var remaining: Int256
        var feePips: UInt32

        init(_ randomness: inout Randomness) {
            price = randomness.sqrtPriceX96()
            let tick = TickMath.tick(atSqrtPriceX96: price)!
            let distance = Tick.random(in: -3000...3000, using: &randomness)
            let bound = min(max(tick + distance, TickMath.minTick), TickMath.maxTick)
            target = TickMath.sqrtPriceX96(atTick: bound)!
            liquidity = randomness.liquidity()
            let amount = randomness.integer(bits: 130)
            remaining = Int256(negative: Bool.random(using: &randomness), magnitude: amount)!
            feePips = [0, 1, 100, 500, 2500, 3000, 10_000, 999_999].randomElement(
                using: &randomness)!
        }

        var step: SwapStep? {
            SwapMath.step(
                from: price, target: target, liquidity: liquidity, remaining: remaining,
                feePips: feePips)
        }
    }

    @Test("a step is what integers without bounds give")
    func oracle() throws {
        var randomness = Randomness(seed: 31)
        for _ in 0..<20_000 {
            let instance = Case(&randomness)
            guard instance.remaining != .zero else { continue }
            let expected = OraclePool.step(
                from: big(instance.price), to: big(instance.target),
                liquidity: big(instance.liquidity), remaining: big(instance.remaining),
                fee: BigInt(instance.feePips))
            let step = try #require(instance.step, "\(instance)")
            #expect(big(step.sqrtPriceX96) == expected.end, "\(instance)")
            #expect(big(step.amountIn) == expected.amountIn, "\(instance)")
            #expect(big(step.amountOut) == expected.amountOut, "\(instance)")
            #expect(big(step.feeAmount) == expected.fee, "\(instance)")
        }
    }

    @Test("no step overspends, overpays or passes its target")
    func properties() throws {
        var randomness = Randomness(seed: 32)
        for _ in 0..<20_000 {
            let instance = Case(&randomness)
            let step = try #require(instance.step, "\(instance)")
            let spent = step.amountIn &+ step.feeAmount
            if instance.remaining.isNegative {
                #expect(step.amountOut <= instance.remaining.magnitude, "\(instance)")
            } else {
                #expect(spent <= instance.remaining.magnitude, "\(instance)")
            }
            if step.sqrtPriceX96 != instance.target {
                // Nothing is left when the price stops short of the target.
                let used = instance.remaining.isNegative ? step.amountOut : spent
                #expect(used == instance.remaining.magnitude, "\(instance)")
            }
            let low = min(instance.price, instance.target)
            let high = max(instance.price, instance.target)
            #expect(low <= step.sqrtPriceX96 && step.sqrtPriceX96 <= high, "\(instance)")
        }
    }

    @Test("a fee of everything is refused")
    func wholeFee() {
        var randomness = Randomness(seed: 33)
        var instance = Case(&randomness)
        instance.feePips = 1_000_000
        #expect(instance.step == nil)
    }

    @Test("without liquidity the price goes to the target for nothing")
    func noLiquidity() throws {
        var randomness = Randomness(seed: 34)
        for _ in 0..<100 {
            var instance = Case(&randomness)
            instance.liquidity = 0
            let step = try #require(instance.step)
            #expect(step.sqrtPriceX96 == instance.target)
            #expect(step.amountIn.isZero && step.amountOut.isZero && step.feeAmount.isZero)
        }
    }
}
