import Ethereum

/// A prime of at most 256 bits, and what Montgomery's multiplication needs to know of it.
package protocol Modulus256: Sendable {
    /// An odd prime p above 2^192.
    static var modulus: UInt256 { get }
    /// −1 / p modulo 2^64.
    static var negatedInverse: UInt64 { get }
    /// 2^256 mod p: the one.
    static var radix: UInt256 { get }
    /// 2^512 mod p: brings integers into the form.
    static var radixSquared: UInt256 { get }
}

/// An integer x modulo a prime p of at most 256 bits, held as x · 2^256 mod p.
///
/// Products are reduced limb by limb (P. Montgomery, Modular multiplication without trial division,
/// 1985; the interleaved form is CIOS of Koç, Acar, Kaliski 1996). Carries run through `UInt128`.
package struct Montgomery256<Modulus: Modulus256>: PrimeField {
    /// Below the modulus; equal elements have equal limbs.
    private var limbs: UInt256

    @inline(__always)
    private init(limbs: UInt256) { self.limbs = limbs }

    @inline(__always) package static var zero: Self { Self(limbs: .zero) }
    @inline(__always) package static var one: Self { Self(limbs: Modulus.radix) }

    @inline(__always) package var isZero: Bool { limbs.isZero }

    package init?(_ integer: UInt256) {
        guard integer < Modulus.modulus else { return nil }
        self = Self(limbs: integer) * Self(limbs: Modulus.radixSquared)
    }

    /// The element that `integer` is congruent to, whatever its size.
    package init(reducing integer: UInt256) {
        // A product is right for one factor below 2^256 if the other is below the modulus.
        self = Self(limbs: integer) * Self(limbs: Modulus.radixSquared)
    }

    package var integer: UInt256 { (self * Self(limbs: .one)).limbs }

    @inline(__always)
    package static func == (a: Self, b: Self) -> Bool { (a.limbs ^ b.limbs).isZero }

    @inline(__always)
    package static func + (a: Self, b: Self) -> Self {
        let (sum, overflow) = a.limbs.addingReportingOverflow(b.limbs)
        return Self(limbs: reduced(sum, high: overflow ? 1 : 0))
    }

    @inline(__always)
    package static func - (a: Self, b: Self) -> Self {
        let (difference, borrow) = a.limbs.subtractingReportingOverflow(b.limbs)
        let mask: UInt64 = borrow ? .max : 0
        return Self(limbs: difference &+ (Modulus.modulus & UInt256(mask, mask, mask, mask)))
    }

    @inline(__always)
    package static prefix func - (a: Self) -> Self { zero - a }

    @inline(__always) package var doubled: Self { self + self }

    @inline(__always) package var squared: Self { self * self }

    package static func * (a: Self, b: Self) -> Self {
        var sum = Accumulator()
        sum.add(a.limbs, times: b.limbs.limb0)
        sum.add(a.limbs, times: b.limbs.limb1)
        sum.add(a.limbs, times: b.limbs.limb2)
        sum.add(a.limbs, times: b.limbs.limb3)
        return Self(
            limbs: reduced(UInt256(sum.word0, sum.word1, sum.word2, sum.word3), high: sum.word4))
    }

    /// A value below 2p, its bits from 256 on in `high`, brought below p.
    @inline(__always)
    private static func reduced(_ value: UInt256, high: UInt64) -> UInt256 {
        let (difference, borrow) = value.subtractingReportingOverflow(Modulus.modulus)
        // Keep the value where the subtraction went below 0 as a whole.
        let keep: UInt64 = borrow && high == 0 ? .max : 0
        let mask = UInt256(keep, keep, keep, keep)
        return (value & mask) | (difference & ~mask)
    }

    /// The running sum of a product: five limbs, one of which each step divides away.
    private struct Accumulator {
        var word0: UInt64 = 0, word1: UInt64 = 0, word2: UInt64 = 0, word3: UInt64 = 0
        var word4: UInt64 = 0

        /// sum = (sum + a · b + m · p) / 2^64 with the m that makes the division exact.
        @inline(__always)
        mutating func add(_ a: UInt256, times b: UInt64) {
            let p = Modulus.modulus
            let s0 = Accumulator.term(a.limb0, b, word0, 0)
            let s1 = Accumulator.term(a.limb1, b, word1, Accumulator.high(s0))
            let s2 = Accumulator.term(a.limb2, b, word2, Accumulator.high(s1))
            let s3 = Accumulator.term(a.limb3, b, word3, Accumulator.high(s2))
            let s4 = UInt128(word4) &+ (s3 >> 64)
            let m = Accumulator.low(s0) &* Modulus.negatedInverse
            let r0 = Accumulator.term(m, p.limb0, Accumulator.low(s0), 0)
            let r1 = Accumulator.term(m, p.limb1, Accumulator.low(s1), Accumulator.high(r0))
            let r2 = Accumulator.term(m, p.limb2, Accumulator.low(s2), Accumulator.high(r1))
            let r3 = Accumulator.term(m, p.limb3, Accumulator.low(s3), Accumulator.high(r2))
            let r4 = UInt128(Accumulator.low(s4)) &+ (r3 >> 64)
            word0 = Accumulator.low(r1)
            word1 = Accumulator.low(r2)
            word2 = Accumulator.low(r3)
            word3 = Accumulator.low(r4)
            word4 = Accumulator.high(s4) &+ Accumulator.high(r4)
        }

        /// a · b + c + d, which fits 128 bits for any limbs.
        @inline(__always)
        private static func term(_ a: UInt64, _ b: UInt64, _ c: UInt64, _ d: UInt64) -> UInt128 {
            UInt128(a) &* UInt128(b) &+ UInt128(c) &+ UInt128(d)
        }

        @inline(__always)
        private static func low(_ value: UInt128) -> UInt64 { UInt64(truncatingIfNeeded: value) }

        @inline(__always)
        private static func high(_ value: UInt128) -> UInt64 {
            UInt64(truncatingIfNeeded: value >> 64)
        }
    }
}

extension Montgomery256 {
    /// By the binary extended Euclidean algorithm (Knuth, TAOCP 4.5.2, exercise 39): u and v hold
    /// common multiples of the gcd, `x` and `y` their factors to the element modulo p.
    package var inverse: Self {
        if isZero { return self }
        var u = limbs
        var v = Modulus.modulus
        // The limbs are x·R; the inverse in the form is R / x = R² / (x·R).
        var x = Self(limbs: Modulus.radixSquared).limbs
        var y = UInt256.zero
        while u != .one && v != .one {
            while u.limb0 & 1 == 0 {
                u = u >> 1
                x = Self.halved(x)
            }
            while v.limb0 & 1 == 0 {
                v = v >> 1
                y = Self.halved(y)
            }
            if u < v {
                v = v &- u
                y = (Self(limbs: y) - Self(limbs: x)).limbs
            } else {
                u = u &- v
                x = (Self(limbs: x) - Self(limbs: y)).limbs
            }
        }
        return Self(limbs: u == .one ? x : y)
    }

    /// Half of a value below p, modulo p.
    @inline(__always)
    private static func halved(_ value: UInt256) -> UInt256 {
        if value.limb0 & 1 == 0 { return value >> 1 }
        let (sum, overflow) = value.addingReportingOverflow(Modulus.modulus)
        let half = sum >> 1
        return overflow
            ? UInt256(half.limb0, half.limb1, half.limb2, half.limb3 | 1 << 63) : half
    }
}
