/// An unsigned 384-bit integer: six 64-bit limbs, least significant first.
@frozen
package struct UInt384: Equatable, Comparable, Sendable, BitwiseCopyable {
    package var limb0: UInt64, limb1: UInt64, limb2: UInt64
    package var limb3: UInt64, limb4: UInt64, limb5: UInt64

    @inline(__always)
    package init(
        _ limb0: UInt64, _ limb1: UInt64, _ limb2: UInt64, _ limb3: UInt64, _ limb4: UInt64,
        _ limb5: UInt64
    ) {
        self.limb0 = limb0
        self.limb1 = limb1
        self.limb2 = limb2
        self.limb3 = limb3
        self.limb4 = limb4
        self.limb5 = limb5
    }

    /// Reads 48 bytes, most significant first, from unaligned memory.
    init(bigEndianAt pointer: UnsafeRawPointer) {
        func limb(_ offset: Int) -> UInt64 {
            UInt64(bigEndian: pointer.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        }
        self.init(limb(40), limb(32), limb(24), limb(16), limb(8), limb(0))
    }

    /// Writes 48 bytes, most significant first, to unaligned memory.
    func storeBigEndian(to pointer: UnsafeMutableRawPointer) {
        pointer.storeBytes(of: limb5.bigEndian, toByteOffset: 0, as: UInt64.self)
        pointer.storeBytes(of: limb4.bigEndian, toByteOffset: 8, as: UInt64.self)
        pointer.storeBytes(of: limb3.bigEndian, toByteOffset: 16, as: UInt64.self)
        pointer.storeBytes(of: limb2.bigEndian, toByteOffset: 24, as: UInt64.self)
        pointer.storeBytes(of: limb1.bigEndian, toByteOffset: 32, as: UInt64.self)
        pointer.storeBytes(of: limb0.bigEndian, toByteOffset: 40, as: UInt64.self)
    }

    @inline(__always) static var zero: Self { Self(0, 0, 0, 0, 0, 0) }
    @inline(__always) static var one: Self { Self(1, 0, 0, 0, 0, 0) }

    @inline(__always)
    var isZero: Bool { limb0 | limb1 | limb2 | limb3 | limb4 | limb5 == 0 }

    @inline(__always)
    package static func == (a: Self, b: Self) -> Bool {
        (a.limb0 ^ b.limb0) | (a.limb1 ^ b.limb1) | (a.limb2 ^ b.limb2) | (a.limb3 ^ b.limb3)
            | (a.limb4 ^ b.limb4) | (a.limb5 ^ b.limb5) == 0
    }

    @inline(__always)
    package static func < (a: Self, b: Self) -> Bool { a.subtracting(b).borrow }

    /// The sum modulo 2^384.
    @inline(__always)
    package static func &+ (a: Self, b: Self) -> Self {
        let s0 = UInt128(a.limb0) &+ UInt128(b.limb0)
        let s1 = UInt128(a.limb1) &+ UInt128(b.limb1) &+ (s0 >> 64)
        let s2 = UInt128(a.limb2) &+ UInt128(b.limb2) &+ (s1 >> 64)
        let s3 = UInt128(a.limb3) &+ UInt128(b.limb3) &+ (s2 >> 64)
        let s4 = UInt128(a.limb4) &+ UInt128(b.limb4) &+ (s3 >> 64)
        let s5 = UInt128(a.limb5) &+ UInt128(b.limb5) &+ (s4 >> 64)
        return Self(low(s0), low(s1), low(s2), low(s3), low(s4), low(s5))
    }

    /// The difference modulo 2^384, and whether it went below 0.
    @inline(__always)
    func subtracting(_ b: Self) -> (difference: Self, borrow: Bool) {
        let d0 = UInt128(limb0) &- UInt128(b.limb0)
        let d1 = UInt128(limb1) &- UInt128(b.limb1) &- (d0 >> 127)
        let d2 = UInt128(limb2) &- UInt128(b.limb2) &- (d1 >> 127)
        let d3 = UInt128(limb3) &- UInt128(b.limb3) &- (d2 >> 127)
        let d4 = UInt128(limb4) &- UInt128(b.limb4) &- (d3 >> 127)
        let d5 = UInt128(limb5) &- UInt128(b.limb5) &- (d4 >> 127)
        return (
            Self(
                Self.low(d0), Self.low(d1), Self.low(d2), Self.low(d3), Self.low(d4), Self.low(d5)),
            d5 >> 127 != 0
        )
    }

    /// Half of the value, rounded down.
    @inline(__always)
    var half: Self {
        Self(
            limb0 &>> 1 | limb1 &<< 63, limb1 &>> 1 | limb2 &<< 63, limb2 &>> 1 | limb3 &<< 63,
            limb3 &>> 1 | limb4 &<< 63, limb4 &>> 1 | limb5 &<< 63, limb5 &>> 1)
    }

    /// The value where `mask` is all ones, 0 where it is 0.
    @inline(__always)
    func masked(_ mask: UInt64) -> Self {
        Self(
            limb0 & mask, limb1 & mask, limb2 & mask, limb3 & mask, limb4 & mask, limb5 & mask)
    }

    @inline(__always)
    static func | (a: Self, b: Self) -> Self {
        Self(
            a.limb0 | b.limb0, a.limb1 | b.limb1, a.limb2 | b.limb2, a.limb3 | b.limb3,
            a.limb4 | b.limb4, a.limb5 | b.limb5)
    }

    @inline(__always)
    private static func low(_ value: UInt128) -> UInt64 { UInt64(truncatingIfNeeded: value) }
}
