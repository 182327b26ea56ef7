import Ethereum

/// Binary logarithms with 44 fractional bits, right to better than 2^−29.
///
/// The value's mantissa m, from 1 up to 2, is divided by the nearest of 128 numbers c = 1 + i/128
/// below it, by multiplication with the reciprocal; of the quotient 1 + f, with f < 1/128, the
/// series ln(1 + f) = f − f²/2 + f³/3 is taken, which is too high by less than f⁴/4 < 2^−30; log2 c
/// is from a table.
enum BinaryLogarithm {
    /// What is known of one of the numbers c.
    private struct Step {
        /// 2^63 / c, rounded up, so that m / c is never taken for less than 1.
        var reciprocal: UInt64
        /// log2 c · 2^44.
        var logarithmX44: Int64
    }

    /// log2(value) · 2^44, for a value above 0.
    static func x44(_ value: UInt256) -> Int64 {
        let exponent = value.bitWidth - 1
        let mantissa = (value << UInt64(255 - exponent)).limb3
        let step = steps[Int((mantissa >> 56) & 127)]
        // m·2^63 · 2^63/c / 2^62 = 2^64·(1 + f); the 1 falls off.
        let product = (UInt128(mantissa) &* UInt128(step.reciprocal)) >> 62
        let f = UInt64(truncatingIfNeeded: product)
        let square = f.multipliedFullWidth(by: f).high
        let cube = square.multipliedFullWidth(by: f).high
        let natural = f &- square >> 1 &+ cube / 3
        // 1 / ln 2 · 2^63.
        let binary = natural.multipliedFullWidth(by: 13_306_513_097_844_322_492).high
        return Int64(exponent) << 44 &+ step.logarithmX44 &+ Int64(binary >> 19)
    }

    private static let steps: InlineArray<128, Step> = InlineArray { index in
        let divisor = 128 + UInt128(index)
        return Step(
            reciprocal: UInt64(((UInt128(1) << 70) + divisor - 1) / divisor),
            logarithmX44: bitByBit(UInt64(divisor << 56)))
    }

    /// log2 of a mantissa of 64 bits, one bit for each squaring: too low by less than 2^−43.
    private static func bitByBit(_ mantissa: UInt64) -> Int64 {
        var mantissa = mantissa
        var logarithm: Int64 = 0
        for _ in 0..<44 {
            let square = mantissa.multipliedFullWidth(by: mantissa)
            let carry = square.high >> 63
            // A square in [2, 4) gives the bit 1 and is halved.
            mantissa = carry == 1 ? square.high : square.high &<< 1 | square.low &>> 63
            logarithm = logarithm << 1 | Int64(carry)
        }
        return logarithm
    }
}
