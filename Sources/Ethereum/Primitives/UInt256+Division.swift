// Division of up to 512 bits by up to 256 bits.
//
// Knuth's algorithm D (TAOCP 4.3.1) with the reciprocals of Möller and Granlund, "Improved division
// by invariant integers" (IEEE Transactions on Computers, 2011): one reciprocal per divisor, after
// which a quotient limb costs multiplications and no hardware division.

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
        return UInt256.longDivide(self, by: divisor)
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
        if divisor.isZero { return nil }
        return longerDivide(high: high, low: low, by: divisor)
    }

    /// ⌊a·b / divisor⌋ over the whole 512-bit product; nil where the divisor is 0 or the quotient
    /// does not fit 256 bits (v3-core FullMath.mulDiv reverts there).
    @inlinable
    public static func mulDiv(_ a: UInt256, _ b: UInt256, _ divisor: UInt256) -> UInt256? {
        mulDivReportingRemainder(a, b, divisor)?.quotient
    }

    /// ⌈a·b / divisor⌉ over the whole 512-bit product; nil where the divisor is 0 or the quotient
    /// does not fit 256 bits (v3-core FullMath.mulDivRoundingUp).
    @inlinable
    public static func mulDivRoundingUp(
        _ a: UInt256, _ b: UInt256, _ divisor: UInt256
    ) -> UInt256? {
        guard let result = mulDivReportingRemainder(a, b, divisor) else { return nil }
        return result.remainder.isZero ? result.quotient : result.quotient.addingChecked(.one)
    }

    /// ⌊a·b / divisor⌋ and the remainder; nil where `mulDiv` is.
    @inlinable @inline(__always)
    static func mulDivReportingRemainder(
        _ a: UInt256, _ b: UInt256, _ divisor: UInt256
    ) -> (quotient: UInt256, remainder: UInt256)? {
        let product = a.multipliedFullWidth(by: b)
        // No high part is below a divisor of 0.
        guard product.high < divisor else { return nil }
        if product.high.isZero { return product.low.dividedReportingRemainder(by: divisor) }
        return longDivide(high: product.high, low: product.low, by: divisor)
    }

    /// (a + b) mod modulus over the whole 257-bit sum; 0 for a modulus of 0 (ADDMOD).
    @inlinable
    public static func addMod(_ a: UInt256, _ b: UInt256, _ modulus: UInt256) -> UInt256 {
        let (sum, overflow) = a.addingReportingOverflow(b)
        if a < modulus, b < modulus {
            let (rest, isBelow) = sum.subtractingReportingOverflow(modulus)
            return isBelow && !overflow ? sum : rest
        }
        if modulus.isZero { return .zero }
        if !overflow { return sum < modulus ? sum : longDivide(sum, by: modulus).remainder }
        return longerDivide(high: .one, low: sum, by: modulus).remainder
    }

    /// (a · b) mod modulus over the whole 512-bit product; 0 for a modulus of 0 (MULMOD).
    @inlinable
    public static func mulMod(_ a: UInt256, _ b: UInt256, _ modulus: UInt256) -> UInt256 {
        let (high, low) = a.multipliedFullWidth(by: b)
        if high.isZero { return low.remainderOrZero(dividingBy: modulus) }
        if high < modulus {
            if modulus == .max { return foldedMod(high, low) }
            return longDivide(high: high, low: low, by: modulus).remainder
        }
        if modulus.isZero { return .zero }
        return longerDivide(high: high, low: low, by: modulus).remainder
    }

    /// (high · 2^256 + low) mod 2^256 − 1: the sum of the two, as 2^256 leaves 1. The modulus with
    /// which contracts find a product's high word (Remco Bloemen, "Mathemagic full multiply").
    @inlinable @inline(__always)
    static func foldedMod(_ high: UInt256, _ low: UInt256) -> UInt256 {
        let (sum, overflow) = high.addingReportingOverflow(low)
        let folded = overflow ? sum &+ .one : sum
        return folded == .max ? .zero : folded
    }
}
