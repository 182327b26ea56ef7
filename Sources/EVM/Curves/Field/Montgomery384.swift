/// A prime of at most 383 bits, and what Montgomery's multiplication needs to know of it.
package protocol Modulus384: Sendable {
    /// An odd prime p between 2^320 and 2^383.
    static var modulus: UInt384 { get }
    /// −1 / p modulo 2^64.
    static var negatedInverse: UInt64 { get }
    /// 2^384 mod p: the one.
    static var radix: UInt384 { get }
    /// 2^768 mod p: brings integers into the form.
    static var radixSquared: UInt384 { get }
}

/// An integer x modulo a prime p of at most 383 bits, held as x · 2^384 mod p.
///
/// As `Montgomery256`, with six limbs; since 2p fits 384 bits, sums and products need no bit more.
package struct Montgomery384<Modulus: Modulus384>: PrimeField {
    /// Below the modulus; equal elements have equal limbs.
    private var limbs: UInt384

    @inline(__always)
    private init(limbs: UInt384) { self.limbs = limbs }

    @inline(__always) package static var zero: Self { Self(limbs: .zero) }
    @inline(__always) package static var one: Self { Self(limbs: Modulus.radix) }

    @inline(__always) package var isZero: Bool { limbs.isZero }

    package init?(_ integer: UInt384) {
        guard integer < Modulus.modulus else { return nil }
        self = Self(limbs: integer) * Self(limbs: Modulus.radixSquared)
    }

    /// The element that a constant below the modulus stands for.
    init(knownBelow integer: UInt384) {
        self = Self(limbs: integer) * Self(limbs: Modulus.radixSquared)
    }

    package var integer: UInt384 { (self * Self(limbs: .one)).limbs }

    @inline(__always)
    package static func == (a: Self, b: Self) -> Bool { a.limbs == b.limbs }

    @inline(__always)
    package static func + (a: Self, b: Self) -> Self {
        Self(limbs: reduced(a.limbs &+ b.limbs))
    }

    @inline(__always)
    package static func - (a: Self, b: Self) -> Self {
        let (difference, borrow) = a.limbs.subtracting(b.limbs)
        return Self(limbs: difference &+ Modulus.modulus.masked(borrow ? .max : 0))
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
        sum.add(a.limbs, times: b.limbs.limb4)
        sum.add(a.limbs, times: b.limbs.limb5)
        return Self(limbs: reduced(sum.words))
    }

    /// A value below 2p brought below p.
    @inline(__always)
    private static func reduced(_ value: UInt384) -> UInt384 {
        let (difference, borrow) = value.subtracting(Modulus.modulus)
        let keep: UInt64 = borrow ? .max : 0
        return value.masked(keep) | difference.masked(~keep)
    }

    /// The running sum of a product: six limbs, one of which each step divides away.
    private struct Accumulator {
        var words = UInt384.zero

        /// sum = (sum + a · b + m · p) / 2^64 with the m that makes the division exact; below 2p if
        /// a is below p.
        @inline(__always)
        mutating func add(_ a: UInt384, times b: UInt64) {
            let p = Modulus.modulus
            let s0 = Accumulator.term(a.limb0, b, words.limb0, 0)
            let s1 = Accumulator.term(a.limb1, b, words.limb1, Accumulator.high(s0))
            let s2 = Accumulator.term(a.limb2, b, words.limb2, Accumulator.high(s1))
            let s3 = Accumulator.term(a.limb3, b, words.limb3, Accumulator.high(s2))
            let s4 = Accumulator.term(a.limb4, b, words.limb4, Accumulator.high(s3))
            let s5 = Accumulator.term(a.limb5, b, words.limb5, Accumulator.high(s4))
            let m = Accumulator.low(s0) &* Modulus.negatedInverse
            let r0 = Accumulator.term(m, p.limb0, Accumulator.low(s0), 0)
            let r1 = Accumulator.term(m, p.limb1, Accumulator.low(s1), Accumulator.high(r0))
            let r2 = Accumulator.term(m, p.limb2, Accumulator.low(s2), Accumulator.high(r1))
            let r3 = Accumulator.term(m, p.limb3, Accumulator.low(s3), Accumulator.high(r2))
            let r4 = Accumulator.term(m, p.limb4, Accumulator.low(s4), Accumulator.high(r3))
            let r5 = Accumulator.term(m, p.limb5, Accumulator.low(s5), Accumulator.high(r4))
            words = UInt384(
                Accumulator.low(r1), Accumulator.low(r2), Accumulator.low(r3),
                Accumulator.low(r4), Accumulator.low(r5),
                Accumulator.high(s5) &+ Accumulator.high(r5))
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

extension Montgomery384 {
    /// As `Montgomery256.inverse`: the binary extended Euclidean algorithm.
    package var inverse: Self {
        if isZero { return self }
        var u = limbs
        var v = Modulus.modulus
        var x = Self(limbs: Modulus.radixSquared)
        var y = Self.zero
        while u != .one && v != .one {
            while u.limb0 & 1 == 0 {
                u = u.half
                x = x.half
            }
            while v.limb0 & 1 == 0 {
                v = v.half
                y = y.half
            }
            let (difference, borrow) = u.subtracting(v)
            if borrow {
                v = v.subtracting(u).difference
                y = y - x
            } else {
                u = difference
                x = x - y
            }
        }
        return u == .one ? x : y
    }

    /// The element divided by 2.
    @inline(__always)
    private var half: Self {
        Self(limbs: (limbs &+ Modulus.modulus.masked(0 &- (limbs.limb0 & 1))).half)
    }
}
