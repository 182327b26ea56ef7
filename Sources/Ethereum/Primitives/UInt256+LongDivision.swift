// The workers of UInt256+Division.swift: a divisor of each number of limbs has its own straight
// line of steps, without loops, arrays or memory.

/// A divisor of two limbs or more with its top bit shifted to the top of its highest limb, and the
/// reciprocal of its highest two.
@usableFromInline
struct NormalisedDivisor {
    @usableFromInline let value: UInt256
    @usableFromInline let reciprocal: UInt64
    /// By how many bits: less than 64.
    @usableFromInline let shift: UInt64
    /// Limbs of the divisor, from 2 to 4.
    @usableFromInline let limbs: Int

    /// Of a divisor of at least 2^64.
    @inline(__always)
    init(_ divisor: UInt256) {
        let shift: UInt64
        if divisor.limb3 != 0 {
            limbs = 4
            shift = UInt64(truncatingIfNeeded: divisor.limb3.leadingZeroBitCount)
            value = divisor.shiftedUp(by: shift).value
            reciprocal = ReciprocalDivision.reciprocal(of: value.limb3, value.limb2)
        } else if divisor.limb2 != 0 {
            limbs = 3
            shift = UInt64(truncatingIfNeeded: divisor.limb2.leadingZeroBitCount)
            value = divisor.shiftedUp(by: shift).value
            reciprocal = ReciprocalDivision.reciprocal(of: value.limb2, value.limb1)
        } else {
            limbs = 2
            shift = UInt64(truncatingIfNeeded: divisor.limb1.leadingZeroBitCount)
            value = divisor.shiftedUp(by: shift).value
            reciprocal = ReciprocalDivision.reciprocal(of: value.limb1, value.limb0)
        }
        self.shift = shift
    }

    /// Quotient and remainder of a dividend; both are as if nothing had been shifted.
    @inline(__always)
    func divide(_ dividend: UInt256) -> (quotient: UInt256, remainder: UInt256) {
        let (u, top) = dividend.shiftedUp(by: shift)
        switch limbs {
        case 4:
            // The bits shifted out are fewer than 64 and the divisor's top limb has its top bit:
            // each of these first remainders is below the divisor.
            let (q, r) = ReciprocalDivision.step4(
                UInt256(u.limb1, u.limb2, u.limb3, top), u.limb0, by: value, reciprocal: reciprocal)
            return (UInt256(q), r.shiftedDown(by: shift))
        case 3:
            let (q1, r1) = ReciprocalDivision.step3(
                UInt256(u.limb2, u.limb3, top, 0), u.limb1, by: value, reciprocal: reciprocal)
            let (q0, r0) = ReciprocalDivision.step3(
                r1, u.limb0, by: value, reciprocal: reciprocal)
            return (UInt256(q0, q1, 0, 0), r0.shiftedDown(by: shift))
        default:
            return steps2(UInt128(top) << 64 | UInt128(u.limb3), u.limb2, u.limb1, u.limb0)
        }
    }

    /// Quotient and remainder of (high, low), of which high is below the divisor.
    @inline(__always)
    func divide(
        high: UInt256, low: UInt256
    ) -> (quotient: UInt256, remainder: UInt256) {
        let (u, carry) = low.shiftedUp(by: shift)
        let shifted = high.shiftedUp(by: shift).value
        let top = UInt256(shifted.limb0 | carry, shifted.limb1, shifted.limb2, shifted.limb3)
        switch limbs {
        case 4:
            let (q3, r3) = ReciprocalDivision.step4(
                top, u.limb3, by: value, reciprocal: reciprocal)
            let (q2, r2) = ReciprocalDivision.step4(
                r3, u.limb2, by: value, reciprocal: reciprocal)
            let (q1, r1) = ReciprocalDivision.step4(
                r2, u.limb1, by: value, reciprocal: reciprocal)
            let (q0, r0) = ReciprocalDivision.step4(
                r1, u.limb0, by: value, reciprocal: reciprocal)
            return (UInt256(q0, q1, q2, q3), r0.shiftedDown(by: shift))
        case 3:
            let (q3, r3) = ReciprocalDivision.step3(
                top, u.limb3, by: value, reciprocal: reciprocal)
            let (q2, r2) = ReciprocalDivision.step3(
                r3, u.limb2, by: value, reciprocal: reciprocal)
            let (q1, r1) = ReciprocalDivision.step3(
                r2, u.limb1, by: value, reciprocal: reciprocal)
            let (q0, r0) = ReciprocalDivision.step3(
                r1, u.limb0, by: value, reciprocal: reciprocal)
            return (UInt256(q0, q1, q2, q3), r0.shiftedDown(by: shift))
        default:
            let (q3, r3) = ReciprocalDivision.divide(
                top.limb1, top.limb0, u.limb3, by: value.low128, reciprocal: reciprocal)
            let (q, r) = steps2(r3, u.limb2, u.limb1, u.limb0)
            return (UInt256(q.limb0, q.limb1, q.limb2, q3), r)
        }
    }

    /// Three quotient limbs by a divisor of two.
    @inline(__always)
    private func steps2(
        _ top: UInt128, _ u2: UInt64, _ u1: UInt64, _ u0: UInt64
    ) -> (quotient: UInt256, remainder: UInt256) {
        @inline(__always)
        func step(_ remainder: UInt128, _ next: UInt64) -> (UInt64, UInt128) {
            ReciprocalDivision.divide(
                UInt64(truncatingIfNeeded: remainder >> 64),
                UInt64(truncatingIfNeeded: remainder), next, by: value.low128,
                reciprocal: reciprocal)
        }
        let (q2, r2) = step(top, u2)
        let (q1, r1) = step(r2, u1)
        let (q0, r0) = step(r1, u0)
        return (UInt256(q0, q1, q2, 0), UInt256(r0 >> UInt128(shift)))
    }
}

extension UInt256 {
    /// The value shifted up by fewer than 64 bits, and the bits that left at the top.
    @inline(__always)
    func shiftedUp(by bits: UInt64) -> (value: UInt256, out: UInt64) {
        // Shifting down by 64 − bits in two parts also does for bits = 0.
        let back = 63 &- bits
        return (
            UInt256(
                limb0 &<< bits, limb1 &<< bits | (limb0 &>> 1) &>> back,
                limb2 &<< bits | (limb1 &>> 1) &>> back, limb3 &<< bits | (limb2 &>> 1) &>> back),
            (limb3 &>> 1) &>> back
        )
    }

    /// The value shifted down by fewer than 64 bits.
    @inline(__always)
    func shiftedDown(by bits: UInt64) -> UInt256 {
        let back = 63 &- bits
        return UInt256(
            limb0 &>> bits | (limb1 &<< 1) &<< back, limb1 &>> bits | (limb2 &<< 1) &<< back,
            limb2 &>> bits | (limb3 &<< 1) &<< back, limb3 &>> bits)
    }

    /// How often a power of two was doubled from 1; nil for other values.
    @inline(__always)
    var exponentOfTwo: UInt64? {
        if isZero || !(self & (self &- .one)).isZero { return nil }
        return UInt64(truncatingIfNeeded: bitWidth &- 1)
    }

    /// Quotient and remainder by a divisor that is not 0.
    @usableFromInline @inline(never)
    static func longDivide(
        _ dividend: UInt256, by divisor: UInt256
    ) -> (quotient: UInt256, remainder: UInt256) {
        // Code from before the shift instructions shifts by dividing (EIP-145).
        if let exponent = divisor.exponentOfTwo {
            return (dividend >> exponent, dividend & (divisor &- .one))
        }
        if let limb = divisor.asUInt64 { return longDivide(0, dividend, byLimb: limb) }
        return NormalisedDivisor(divisor).divide(dividend)
    }

    /// Quotient and remainder of 512 bits by a divisor that is not 0 and above the high part.
    @usableFromInline @inline(never)
    static func longDivide(
        high: UInt256, low: UInt256, by divisor: UInt256
    ) -> (quotient: UInt256, remainder: UInt256) {
        if let limb = divisor.asUInt64 { return longDivide(high.limb0, low, byLimb: limb) }
        return NormalisedDivisor(divisor).divide(high: high, low: low)
    }

    /// Quotient and remainder of any 512 bits by a divisor that is not 0.
    @usableFromInline @inline(never)
    static func longerDivide(
        high: UInt256, low: UInt256, by divisor: UInt256
    ) -> (high: UInt256, low: UInt256, remainder: UInt256) {
        let above = longDivide(high, by: divisor)
        let below = longDivide(high: above.remainder, low: low, by: divisor)
        return (above.quotient, below.quotient, below.remainder)
    }

    /// Quotient and remainder of (high, low) by one limb above `high`: the processor's own division
    /// of two limbs by one, as far as there is something to divide.
    @inline(__always)
    private static func longDivide(
        _ high: UInt64, _ low: UInt256, byLimb divisor: UInt64
    ) -> (quotient: UInt256, remainder: UInt256) {
        var quotient = UInt256.zero
        var rest = high
        if rest | low.limb3 != 0 {
            (quotient.limb3, rest) = divisor.dividingFullWidth((rest, low.limb3))
        }
        if rest | low.limb2 != 0 {
            (quotient.limb2, rest) = divisor.dividingFullWidth((rest, low.limb2))
        }
        if rest | low.limb1 != 0 {
            (quotient.limb1, rest) = divisor.dividingFullWidth((rest, low.limb1))
        }
        (quotient.limb0, rest) = divisor.dividingFullWidth((rest, low.limb0))
        return (quotient, UInt256(rest))
    }
}
