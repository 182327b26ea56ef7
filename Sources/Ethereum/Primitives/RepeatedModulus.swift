/// Products modulo a modulus that mostly is the one of the product before, as in the arithmetic of
/// a curve: from the second product on its reciprocal of a whole word is known, and a reduction is
/// two multiplications of words instead of a division.
///
/// The reciprocal division of Möller and Granlund ("Improved division by invariant integers",
/// algorithm 4) with limbs of 256 bits.
public struct RepeatedModulus: Sendable {
    /// The modulus of the newest product.
    private var modulus = UInt256.zero
    /// Whether the fields below are the modulus's.
    private var isReady = false
    private var shift: UInt64 = 0
    /// The modulus with its top bit shifted to the top.
    private var normalised = UInt256.zero
    /// ⌊(2^512 − 1) / normalised⌋ − 2^256.
    private var reciprocal = UInt256.zero

    /// No modulus yet.
    public init() {}

    /// (a · b) mod modulus over the whole 512-bit product; 0 for a modulus of 0 (MULMOD).
    public mutating func mulMod(_ a: UInt256, _ b: UInt256, _ modulus: UInt256) -> UInt256 {
        if modulus != self.modulus {
            self.modulus = modulus
            isReady = false
            return UInt256.mulMod(a, b, modulus)
        }
        if !isReady {
            // Of a short modulus few quotients have 256 bits, and 2^256 − 1 needs no division.
            if modulus.limb3 == 0 || modulus == .max { return UInt256.mulMod(a, b, modulus) }
            prepare()
        }
        let (high, low) = a.multipliedFullWidth(by: b)
        if high >= modulus { return UInt256.mulMod(a, b, modulus) }
        return reduce(high, low)
    }

    @inline(never)
    private mutating func prepare() {
        shift = UInt64(truncatingIfNeeded: modulus.limb3.leadingZeroBitCount)
        normalised = modulus.shiftedUp(by: shift).value
        // 2^512 − 1 less 2^256 times the normalised modulus has its complement as high part.
        reciprocal = UInt256.longDivide(high: ~normalised, low: .max, by: normalised).quotient
        isReady = true
    }

    /// (high, low) mod modulus, of which high is below the modulus.
    @inline(__always)
    private func reduce(_ high: UInt256, _ low: UInt256) -> UInt256 {
        let (u0, carry) = low.shiftedUp(by: shift)
        let shifted = high.shiftedUp(by: shift).value
        let u1 = UInt256(shifted.limb0 | carry, shifted.limb1, shifted.limb2, shifted.limb3)
        let product = reciprocal.multipliedFullWidth(by: u1)
        let (q0, overflow) = product.low.addingReportingOverflow(u0)
        let q1 = product.high &+ u1 &+ UInt256(overflow ? 2 : 1, 0, 0, 0)
        var remainder = u0 &- q1 &* normalised
        if remainder > q0 { remainder = remainder &+ normalised }
        if remainder >= normalised { remainder = remainder &- normalised }
        return remainder.shiftedDown(by: shift)
    }
}
