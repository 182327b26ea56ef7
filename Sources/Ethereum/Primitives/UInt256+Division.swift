// Division of up to 512 bits by up to 256 bits.
//
// Knuth's algorithm D (TAOCP 4.3.1) with the reciprocals of Möller and Granlund, "Improved division
// by invariant integers" (IEEE Transactions on Computers, 2011): one reciprocal per divisor, after
// which every quotient limb costs two multiplications and no hardware division.

/// Division by one normalised limb or by two, by multiplication with a precomputed reciprocal.
@usableFromInline
enum ReciprocalDivision {
    /// ⌊(2^128 − 1) / divisor⌋ − 2^64 for a divisor with its top bit set (algorithm 2 of the paper,
    /// started from a quotient of small integers instead of a table).
    @inlinable @inline(__always)
    static func reciprocal(of divisor: UInt64) -> UInt64 {
        let d0 = divisor & 1
        let d9 = divisor &>> 55
        let d40 = (divisor &>> 24) &+ 1
        let d63 = (divisor &>> 1) &+ d0
        let v0 = UInt64(UInt32(0x7FD00) / UInt32(truncatingIfNeeded: d9))
        let v1 = (v0 &<< 11) &- ((v0 &* v0 &* d40) &>> 40) &- 1
        let v2 = (v1 &<< 13) &+ ((v1 &* ((1 &<< 60) &- v1 &* d40)) &>> 47)
        let e = ((v2 &>> 1) & (0 &- d0)) &- v2 &* d63
        let v3 = (v2.multipliedFullWidth(by: e).high &>> 1) &+ (v2 &<< 31)
        let p = UInt128(v3) &* UInt128(divisor) &+ UInt128(divisor)
        return v3 &- UInt64(truncatingIfNeeded: p >> 64) &- divisor
    }

    /// Quotient and remainder of (high, low) by a normalised divisor, with high < divisor.
    @inlinable @inline(__always)
    static func divide(
        _ high: UInt64, _ low: UInt64, by divisor: UInt64, reciprocal: UInt64
    ) -> (quotient: UInt64, remainder: UInt64) {
        let q = UInt128(reciprocal) &* UInt128(high) &+ (UInt128(high) << 64 | UInt128(low))
        let qLow = UInt64(truncatingIfNeeded: q)
        var quotient = UInt64(truncatingIfNeeded: q >> 64) &+ 1
        var remainder = low &- quotient &* divisor
        if remainder > qLow {
            quotient &-= 1
            remainder &+= divisor
        }
        if remainder >= divisor {
            quotient &+= 1
            remainder &-= divisor
        }
        return (quotient, remainder)
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

extension UInt256 {
    /// Quotient and remainder; nil for a divisor of 0.
    @inlinable
    public func dividedReportingRemainder(
        by divisor: UInt256
    ) -> (quotient: UInt256, remainder: UInt256)? {
        if divisor.limb1 | divisor.limb2 | divisor.limb3 == 0 {
            if divisor.limb0 == 0 { return nil }
            if limb1 | limb2 | limb3 == 0 {
                return (UInt256(limb0 / divisor.limb0), UInt256(limb0 % divisor.limb0))
            }
        }
        if self < divisor { return (.zero, self) }
        return UInt256.divide(high: .zero, low: self, by: divisor, dividendLimbs: 4).map {
            ($0.low, $0.remainder)
        }
    }

    /// The quotient rounded towards 0; 0 for a divisor of 0, as the EVM's DIV (Yellow Paper H.2).
    @inlinable
    public func dividedOrZero(by divisor: UInt256) -> UInt256 {
        dividedReportingRemainder(by: divisor)?.quotient ?? .zero
    }

    /// The remainder; 0 for a divisor of 0, as the EVM's MOD.
    @inlinable
    public func remainderOrZero(dividingBy divisor: UInt256) -> UInt256 {
        dividedReportingRemainder(by: divisor)?.remainder ?? .zero
    }

    /// Quotient (512 bits) and remainder of the 512-bit dividend (high, low); nil for a divisor
    /// of 0.
    @inlinable
    public static func dividing(
        high: UInt256, low: UInt256, by divisor: UInt256
    ) -> (high: UInt256, low: UInt256, remainder: UInt256)? {
        divide(high: high, low: low, by: divisor, dividendLimbs: high.isZero ? 4 : 8)
    }

    /// ⌊a·b / divisor⌋ over the whole 512-bit product; nil where the divisor is 0 or the quotient
    /// does not fit 256 bits (v3-core FullMath.mulDiv reverts there).
    @inlinable
    public static func mulDiv(_ a: UInt256, _ b: UInt256, _ divisor: UInt256) -> UInt256? {
        let product = a.multipliedFullWidth(by: b)
        guard product.high < divisor,
            let result = dividing(high: product.high, low: product.low, by: divisor)
        else { return nil }
        return result.low
    }

    /// ⌈a·b / divisor⌉ over the whole 512-bit product; nil where the divisor is 0 or the quotient
    /// does not fit 256 bits (v3-core FullMath.mulDivRoundingUp).
    @inlinable
    public static func mulDivRoundingUp(
        _ a: UInt256, _ b: UInt256, _ divisor: UInt256
    ) -> UInt256? {
        let product = a.multipliedFullWidth(by: b)
        guard product.high < divisor,
            let result = dividing(high: product.high, low: product.low, by: divisor)
        else { return nil }
        return result.remainder.isZero ? result.low : result.low.addingChecked(.one)
    }

    /// (a + b) mod modulus over the whole 257-bit sum; 0 for a modulus of 0 (ADDMOD).
    @inlinable
    public static func addMod(_ a: UInt256, _ b: UInt256, _ modulus: UInt256) -> UInt256 {
        let (sum, overflow) = a.addingReportingOverflow(b)
        if !overflow { return sum.remainderOrZero(dividingBy: modulus) }
        return dividing(high: .one, low: sum, by: modulus)?.remainder ?? .zero
    }

    /// (a · b) mod modulus over the whole 512-bit product; 0 for a modulus of 0 (MULMOD).
    @inlinable
    public static func mulMod(_ a: UInt256, _ b: UInt256, _ modulus: UInt256) -> UInt256 {
        let product = a.multipliedFullWidth(by: b)
        return dividing(high: product.high, low: product.low, by: modulus)?.remainder ?? .zero
    }

    @usableFromInline
    static func divide(
        high: UInt256, low: UInt256, by divisor: UInt256, dividendLimbs: Int
    ) -> (high: UInt256, low: UInt256, remainder: UInt256)? {
        let divisorLimbs = (divisor.bitWidth + 63) / 64
        guard divisorLimbs > 0 else { return nil }
        let shift = UInt64(64 * divisorLimbs - divisor.bitWidth)
        let normalised = divisor << shift
        return withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 17) { scratch in
            let u = scratch.baseAddress.unsafelyUnwrapped
            let q = u + 9
            q.initialize(repeating: 0, count: 8)
            // The dividend, shifted as the divisor, with one limb more.
            let lowShifted = low << shift
            u[0] = lowShifted.limb0
            u[1] = lowShifted.limb1
            u[2] = lowShifted.limb2
            u[3] = lowShifted.limb3
            let carry = shift == 0 ? 0 : low.limb3 &>> (64 &- shift)
            if dividendLimbs == 4 {
                u[4] = carry
            } else {
                let highShifted = high << shift
                u[4] = highShifted.limb0 | carry
                u[5] = highShifted.limb1
                u[6] = highShifted.limb2
                u[7] = highShifted.limb3
                u[8] = shift == 0 ? 0 : high.limb3 &>> (64 &- shift)
            }
            // Leading zero limbs of the dividend give zero quotient limbs: skip them.
            var m = dividendLimbs
            while m > divisorLimbs, u[m] == 0, u[m - 1] < topLimb(normalised, divisorLimbs) {
                m -= 1
            }
            var remainder: UInt256
            switch divisorLimbs {
            case 1: remainder = divideByOneLimb(u, q, m, normalised.limb0)
            case 2: remainder = divideByTwoLimbs(u, q, m, normalised.low128)
            default: remainder = divideByMoreLimbs(u, q, m, normalised, divisorLimbs)
            }
            remainder = remainder >> shift
            return (
                UInt256(q[4], q[5], q[6], q[7]), UInt256(q[0], q[1], q[2], q[3]), remainder
            )
        }
    }

    @inline(__always)
    private static func topLimb(_ value: UInt256, _ limbs: Int) -> UInt64 {
        switch limbs {
        case 1: value.limb0
        case 2: value.limb1
        case 3: value.limb2
        default: value.limb3
        }
    }

    @inline(__always)
    private static func divideByOneLimb(
        _ u: UnsafeMutablePointer<UInt64>, _ q: UnsafeMutablePointer<UInt64>, _ m: Int,
        _ divisor: UInt64
    ) -> UInt256 {
        let reciprocal = ReciprocalDivision.reciprocal(of: divisor)
        var remainder = u[m]
        var index = m - 1
        while index >= 0 {
            (q[index], remainder) = ReciprocalDivision.divide(
                remainder, u[index], by: divisor, reciprocal: reciprocal)
            index -= 1
        }
        return UInt256(remainder)
    }

    @inline(__always)
    private static func divideByTwoLimbs(
        _ u: UnsafeMutablePointer<UInt64>, _ q: UnsafeMutablePointer<UInt64>, _ m: Int,
        _ divisor: UInt128
    ) -> UInt256 {
        let reciprocal = ReciprocalDivision.reciprocal(
            of: UInt64(truncatingIfNeeded: divisor >> 64), UInt64(truncatingIfNeeded: divisor))
        var remainder = UInt128(u[m]) << 64 | UInt128(u[m - 1])
        var index = m - 2
        while index >= 0 {
            (q[index], remainder) = ReciprocalDivision.divide(
                UInt64(truncatingIfNeeded: remainder >> 64),
                UInt64(truncatingIfNeeded: remainder), u[index], by: divisor,
                reciprocal: reciprocal)
            index -= 1
        }
        return UInt256(remainder)
    }

    @inline(__always)
    private static func divideByMoreLimbs(
        _ u: UnsafeMutablePointer<UInt64>, _ q: UnsafeMutablePointer<UInt64>, _ m: Int,
        _ divisor: UInt256, _ n: Int
    ) -> UInt256 {
        let v = (divisor.limb0, divisor.limb1, divisor.limb2, divisor.limb3)
        let top = n == 4 ? UInt128(v.3) << 64 | UInt128(v.2) : UInt128(v.2) << 64 | UInt128(v.1)
        let reciprocal = ReciprocalDivision.reciprocal(
            of: UInt64(truncatingIfNeeded: top >> 64), UInt64(truncatingIfNeeded: top))
        var j = m - n
        while j >= 0 {
            let u2 = u[j + n]
            let u1 = u[j + n - 1]
            let u0 = u[j + n - 2]
            var estimate: UInt64
            if UInt128(u2) << 64 | UInt128(u1) >= top {
                estimate = .max
            } else {
                estimate =
                    ReciprocalDivision.divide(u2, u1, u0, by: top, reciprocal: reciprocal).quotient
            }
            if !subtract(u + j, n, v, times: estimate) {
                estimate &-= 1
                addBack(u + j, n, v)
            }
            q[j] = estimate
            j -= 1
        }
        return UInt256(u[0], u[1], u[2], n == 4 ? u[3] : 0)
    }

    /// u −= v·factor over n + 1 limbs; false where that went below 0.
    @inline(__always)
    private static func subtract(
        _ u: UnsafeMutablePointer<UInt64>, _ n: Int, _ v: (UInt64, UInt64, UInt64, UInt64),
        times factor: UInt64
    ) -> Bool {
        var carry: UInt64 = 0
        @inline(__always)
        func step(_ index: Int, _ limb: UInt64) {
            let product = UInt128(limb) &* UInt128(factor) &+ UInt128(carry)
            let (difference, borrow) = u[index].subtractingReportingOverflow(
                UInt64(truncatingIfNeeded: product))
            u[index] = difference
            carry = UInt64(truncatingIfNeeded: product >> 64) &+ (borrow ? 1 : 0)
        }
        step(0, v.0)
        step(1, v.1)
        step(2, v.2)
        if n == 4 { step(3, v.3) }
        let (difference, borrow) = u[n].subtractingReportingOverflow(carry)
        u[n] = difference
        return !borrow
    }

    /// u += v over n + 1 limbs, undoing an estimate that was one too large.
    @inline(__always)
    private static func addBack(
        _ u: UnsafeMutablePointer<UInt64>, _ n: Int, _ v: (UInt64, UInt64, UInt64, UInt64)
    ) {
        var carry: UInt64 = 0
        @inline(__always)
        func step(_ index: Int, _ limb: UInt64) {
            let sum = UInt128(u[index]) &+ UInt128(limb) &+ UInt128(carry)
            u[index] = UInt64(truncatingIfNeeded: sum)
            carry = UInt64(truncatingIfNeeded: sum >> 64)
        }
        step(0, v.0)
        step(1, v.1)
        step(2, v.2)
        if n == 4 { step(3, v.3) }
        u[n] &+= carry
    }
}
