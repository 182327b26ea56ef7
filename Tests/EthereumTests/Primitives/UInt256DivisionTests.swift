import BigInt
import Ethereum
import Testing

/// The rare turns of the long division, against attaswift/BigInt.
@Suite("UInt256: long division")
struct UInt256DivisionTests {
    private func check(_ high: UInt256, _ low: UInt256, _ divisor: UInt256) {
        let (x, y, z) = (
            UInt256Tests.big(high), UInt256Tests.big(low), UInt256Tests.big(divisor)
        )
        guard let result = UInt256.dividing(high: high, low: low, by: divisor) else {
            #expect(z == 0)
            return
        }
        let (quotient, remainder) = (x << 256 | y).quotientAndRemainder(dividingBy: z)
        #expect(
            UInt256Tests.big(result.high) << 256 | UInt256Tests.big(result.low) == quotient,
            "(\(high), \(low)) / \(divisor)")
        #expect(
            UInt256Tests.big(result.remainder) == remainder, "(\(high), \(low)) mod \(divisor)")
    }

    /// Where the remainder has the same two highest limbs as the divisor, the next quotient limb is
    /// 2^64 − 1 and no reciprocal gives it.
    @Test("a remainder that begins like the divisor")
    func equalTops() {
        let values = UInt256Tests.operands(seed: 5, count: 4000)
        for (index, value) in values.dropLast(2).enumerated() {
            let limbs = 2 + index % 3
            let divisor = value >> UInt64(256 - 64 * limbs) | .one << UInt64(64 * limbs - 1)
            // Just below the divisor times 2^(64k), with other low limbs.
            for shift: UInt64 in [0, 1, 64, 128, 192] {
                let below = divisor &- (values[index + 1] >> (256 &- shift % 256) | .one)
                check(below < divisor ? below : .zero, values[index + 2], divisor)
                check(.zero, divisor &- UInt256(shift &+ 1), divisor >> (shift & 63))
            }
            let same = divisor & ~(UInt256.max >> UInt64(256 - 64 * (limbs - 2)))
            check(same, values[index + 1], divisor)
        }
    }

    @Test("divisors and dividends of limbs that are all ones or almost")
    func extremes() {
        let limbs: [UInt64] = [0, 1, .max, .max - 1, 1 << 63, (1 << 63) - 1]
        var words: [UInt256] = []
        for a in limbs {
            for b in limbs { for c in limbs { words.append(UInt256(a, b, c, a ^ c)) } }
        }
        for (index, divisor) in words.enumerated() {
            for step in [1, 7, 31, 111] {
                check(
                    words[(index + step) % words.count], words[(index * step) % words.count],
                    divisor)
            }
        }
    }

    @Test("powers of two divide by shifting")
    func powersOfTwo() {
        for (index, value) in UInt256Tests.operands(seed: 6, count: 512).enumerated() {
            let divisor = UInt256.one << UInt64(index % 256)
            #expect(value.dividedOrZero(by: divisor) == value >> UInt64(index % 256))
            check(.zero, value, divisor)
            check(.zero, value, divisor &+ .one)
        }
    }

    @Test("a modulus that stays, changes and comes back gives the same products")
    func repeatedModulus() {
        let values = UInt256Tests.operands(seed: 7, count: 6000)
        var repeated = RepeatedModulus()
        var modulus = UInt256.zero
        for index in 0..<(values.count - 2) {
            // Runs of one to five products, moduli of all widths, the largest and 0 among them.
            if index % (1 + index / 5 % 5) == 0 {
                modulus = index % 97 == 0 ? .max : index % 89 == 0 ? .zero : values[index + 2]
            }
            if index % 3 == 0 { modulus = modulus | .one << UInt64(192 + index % 64) }
            let product = repeated.mulMod(values[index], values[index + 1], modulus)
            #expect(product == UInt256.mulMod(values[index], values[index + 1], modulus))
            let big = UInt256Tests.big(values[index]) * UInt256Tests.big(values[index + 1])
            #expect(
                UInt256Tests.big(product)
                    == (modulus.isZero ? 0 : big % UInt256Tests.big(modulus)),
                "\(values[index]) · \(values[index + 1]) mod \(modulus)")
        }
    }
}
