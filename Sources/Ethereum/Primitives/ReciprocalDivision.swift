/// Division by a normalised divisor by multiplication with a reciprocal of its two highest limbs.
@usableFromInline
enum ReciprocalDivision {
    /// ⌊(2^128 − 1) / divisor⌋ − 2^64 for a divisor with its top bit set: one division of the
    /// processor, which takes less time than the paper's table and its four refinements.
    @inlinable @inline(__always)
    static func reciprocal(of divisor: UInt64) -> UInt64 {
        return divisor.dividingFullWidth((~divisor, .max)).quotient
    }

    /// The reciprocal for the two-limb divisor (d1, d0), d1 with its top bit set.
    @inlinable @inline(__always)
    static func reciprocal(of d1: UInt64, _ d0: UInt64) -> UInt64 {
        var v = reciprocal(of: d1)
        var p = d1 &* v &+ d0
        if p < d0 {
            v &-= 1
            if p >= d1 {
                v &-= 1
                p &-= d1
            }
            p &-= d1
        }
        let t = UInt128(v) &* UInt128(d0)
        let tHigh = UInt64(truncatingIfNeeded: t >> 64)
        p &+= tHigh
        if p < tHigh {
            v &-= 1
            let divisor = UInt128(d1) << 64 | UInt128(d0)
            if UInt128(p) << 64 | UInt128(UInt64(truncatingIfNeeded: t)) >= divisor { v &-= 1 }
        }
        return v
    }

    /// Quotient and remainder of three limbs by a normalised divisor of two, (u2, u1) < divisor.
    @inlinable @inline(__always)
    static func divide(
        _ u2: UInt64, _ u1: UInt64, _ u0: UInt64, by divisor: UInt128, reciprocal: UInt64
    ) -> (quotient: UInt64, remainder: UInt128) {
        let d1 = UInt64(truncatingIfNeeded: divisor >> 64)
        let d0 = UInt64(truncatingIfNeeded: divisor)
        let q = UInt128(reciprocal) &* UInt128(u2) &+ (UInt128(u2) << 64 | UInt128(u1))
        let qLow = UInt64(truncatingIfNeeded: q)
        var quotient = UInt64(truncatingIfNeeded: q >> 64)
        let r1 = u1 &- quotient &* d1
        let t = UInt128(d0) &* UInt128(quotient)
        var remainder = (UInt128(r1) << 64 | UInt128(u0)) &- t &- divisor
        quotient &+= 1
        if UInt64(truncatingIfNeeded: remainder >> 64) >= qLow {
            quotient &-= 1
            remainder &+= divisor
        }
        if remainder >= divisor {
            quotient &+= 1
            remainder &-= divisor
        }
        return (quotient, remainder)
    }
}

// MARK: One quotient limb of a longer division

/// Steps of Knuth's algorithm D (TAOCP 4.3.1) for divisors of three and four limbs, unrolled. The
/// two highest limbs are divided by reciprocal, so that only the lower ones have still to be
/// multiplied.
extension ReciprocalDivision {
    /// Quotient and remainder of (remainder, next) by a normalised divisor of three limbs, of which
    /// `remainder` < `divisor`; `reciprocal` is that of the divisor's two highest limbs.
    @inlinable @inline(__always)
    static func step3(
        _ remainder: UInt256, _ next: UInt64, by divisor: UInt256, reciprocal: UInt64
    ) -> (quotient: UInt64, remainder: UInt256) {
        let top = UInt128(divisor.limb2) << 64 | UInt128(divisor.limb1)
        if UInt128(remainder.limb2) << 64 | UInt128(remainder.limb1) >= top {
            return (
                .max,
                UInt256(next, remainder.limb0, remainder.limb1, 0)
                    &- (UInt256(0, divisor.limb0, divisor.limb1, 0) &- divisor)
            )
        }
        var (quotient, high) = divide(
            remainder.limb2, remainder.limb1, remainder.limb0, by: top, reciprocal: reciprocal)
        let product = UInt128(quotient) &* UInt128(divisor.limb0)
        let d0 = UInt128(next) &- UInt128(UInt64(truncatingIfNeeded: product))
        let carry = (product >> 64) &+ (d0 >> 127)
        var low = UInt64(truncatingIfNeeded: d0)
        if high < carry {
            quotient &-= 1
            let sum = UInt128(low) &+ UInt128(divisor.limb0)
            low = UInt64(truncatingIfNeeded: sum)
            high = high &+ top &+ (sum >> 64)
        }
        high = high &- carry
        return (
            quotient,
            UInt256(
                low, UInt64(truncatingIfNeeded: high), UInt64(truncatingIfNeeded: high >> 64), 0)
        )
    }

    /// Quotient and remainder of (remainder, next) by a normalised divisor of four limbs, of which
    /// `remainder` < `divisor`; `reciprocal` is that of the divisor's two highest limbs.
    @inlinable @inline(__always)
    static func step4(
        _ remainder: UInt256, _ next: UInt64, by divisor: UInt256, reciprocal: UInt64
    ) -> (quotient: UInt64, remainder: UInt256) {
        if remainder.high128 >= divisor.high128 {
            return (
                .max,
                UInt256(next, remainder.limb0, remainder.limb1, remainder.limb2)
                    &- (UInt256(0, divisor.limb0, divisor.limb1, divisor.limb2) &- divisor)
            )
        }
        var (quotient, high) = divide(
            remainder.limb3, remainder.limb2, remainder.limb1, by: divisor.high128,
            reciprocal: reciprocal)
        let p0 = UInt128(quotient) &* UInt128(divisor.limb0)
        let p1 = UInt128(quotient) &* UInt128(divisor.limb1) &+ (p0 >> 64)
        let d0 = UInt128(next) &- UInt128(UInt64(truncatingIfNeeded: p0))
        let d1 =
            UInt128(remainder.limb0) &- UInt128(UInt64(truncatingIfNeeded: p1)) &- (d0 >> 127)
        let carry = (p1 >> 64) &+ (d1 >> 127)
        var l0 = UInt64(truncatingIfNeeded: d0)
        var l1 = UInt64(truncatingIfNeeded: d1)
        if high < carry {
            quotient &-= 1
            let s0 = UInt128(l0) &+ UInt128(divisor.limb0)
            let s1 = UInt128(l1) &+ UInt128(divisor.limb1) &+ (s0 >> 64)
            l0 = UInt64(truncatingIfNeeded: s0)
            l1 = UInt64(truncatingIfNeeded: s1)
            high = high &+ divisor.high128 &+ (s1 >> 64)
        }
        high = high &- carry
        return (
            quotient,
            UInt256(
                l0, l1, UInt64(truncatingIfNeeded: high), UInt64(truncatingIfNeeded: high >> 64))
        )
    }
}
