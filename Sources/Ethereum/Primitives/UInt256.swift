/// An unsigned 256-bit integer: the EVM's word, and every amount of wei.
///
/// Four 64-bit limbs, least significant first, on the stack. The operators that wrap modulo 2^256
/// are spelled `&+`, `&-`, `&*` as in the standard library; there is no trapping `+`, because no
/// value from outside may stop the process. Where overflow is an error, use the `…Checked` or
/// `…ReportingOverflow` forms. Carries run through `UInt128`, which LLVM turns into `adc` chains.
@frozen
public struct UInt256: Equatable, Hashable, Sendable, BitwiseCopyable {
    /// Bits 0 to 63.
    public var limb0: UInt64
    /// Bits 64 to 127.
    public var limb1: UInt64
    /// Bits 128 to 191.
    public var limb2: UInt64
    /// Bits 192 to 255.
    public var limb3: UInt64

    /// The integer with these limbs, least significant first.
    @inlinable @inline(__always)
    public init(_ limb0: UInt64, _ limb1: UInt64, _ limb2: UInt64, _ limb3: UInt64) {
        self.limb0 = limb0
        self.limb1 = limb1
        self.limb2 = limb2
        self.limb3 = limb3
    }

    /// The integer equal to `value`.
    @inlinable @inline(__always)
    public init(_ value: UInt64) { self.init(value, 0, 0, 0) }

    /// The integer equal to `value`.
    @inlinable @inline(__always)
    public init(_ value: UInt128) {
        self.init(UInt64(truncatingIfNeeded: value), UInt64(truncatingIfNeeded: value >> 64), 0, 0)
    }

    /// The integer equal to `value`, which must not be negative.
    @inlinable @inline(__always)
    public init(_ value: Int) { self.init(UInt64(value), 0, 0, 0) }

    /// 0.
    @inlinable public static var zero: UInt256 { UInt256(0, 0, 0, 0) }
    /// 1.
    @inlinable public static var one: UInt256 { UInt256(1, 0, 0, 0) }
    /// 2^256 − 1.
    @inlinable public static var max: UInt256 { UInt256(.max, .max, .max, .max) }

    /// Whether the value is 0.
    @inlinable @inline(__always)
    public var isZero: Bool { limb0 | limb1 | limb2 | limb3 == 0 }

    /// The value when it fits 64 bits, else nil.
    @inlinable @inline(__always)
    public var asUInt64: UInt64? { limb1 | limb2 | limb3 == 0 ? limb0 : nil }

    /// The value when it fits 128 bits, else nil.
    @inlinable @inline(__always)
    public var asUInt128: UInt128? { limb2 | limb3 == 0 ? low128 : nil }

    /// Bits 0 to 127.
    @inlinable @inline(__always)
    public var low128: UInt128 { UInt128(limb0) | UInt128(limb1) << 64 }

    /// Bits 128 to 255.
    @inlinable @inline(__always)
    public var high128: UInt128 { UInt128(limb2) | UInt128(limb3) << 64 }

    /// The number of bits needed to write the value; 0 for 0.
    @inlinable
    public var bitWidth: Int {
        if limb3 != 0 { return 256 - limb3.leadingZeroBitCount }
        if limb2 != 0 { return 192 - limb2.leadingZeroBitCount }
        if limb1 != 0 { return 128 - limb1.leadingZeroBitCount }
        return 64 - limb0.leadingZeroBitCount
    }

    /// The number of bytes needed to write the value; 0 for 0.
    @inlinable public var byteWidth: Int { (bitWidth + 7) / 8 }

    /// Whether bit `index` (0 is the least significant) is set; false from 256 on.
    @inlinable
    public func bit(_ index: Int) -> Bool {
        (self >> UInt64(index)).limb0 & 1 == 1
    }
}

extension UInt256: ExpressibleByIntegerLiteral {
    /// The literal's value, which must not be negative.
    @inlinable @inline(__always)
    public init(integerLiteral value: UInt64) { self.init(value) }
}

extension UInt256: Comparable {
    @inlinable @inline(__always)
    public static func < (a: UInt256, b: UInt256) -> Bool {
        a.subtractingReportingOverflow(b).overflow
    }
}

// MARK: Sums, differences, products

extension UInt256 {
    /// The sum modulo 2^256, and whether it overflowed.
    @inlinable @inline(__always)
    public func addingReportingOverflow(_ b: UInt256) -> (partialValue: UInt256, overflow: Bool) {
        let s0 = UInt128(limb0) &+ UInt128(b.limb0)
        let s1 = UInt128(limb1) &+ UInt128(b.limb1) &+ (s0 >> 64)
        let s2 = UInt128(limb2) &+ UInt128(b.limb2) &+ (s1 >> 64)
        let s3 = UInt128(limb3) &+ UInt128(b.limb3) &+ (s2 >> 64)
        return (
            UInt256(
                UInt64(truncatingIfNeeded: s0), UInt64(truncatingIfNeeded: s1),
                UInt64(truncatingIfNeeded: s2), UInt64(truncatingIfNeeded: s3)),
            (s3 >> 64) != 0
        )
    }

    /// The difference modulo 2^256, and whether it went below 0.
    @inlinable @inline(__always)
    public func subtractingReportingOverflow(
        _ b: UInt256
    ) -> (partialValue: UInt256, overflow: Bool) {
        let d0 = UInt128(limb0) &- UInt128(b.limb0)
        let d1 = UInt128(limb1) &- UInt128(b.limb1) &- (d0 >> 127)
        let d2 = UInt128(limb2) &- UInt128(b.limb2) &- (d1 >> 127)
        let d3 = UInt128(limb3) &- UInt128(b.limb3) &- (d2 >> 127)
        return (
            UInt256(
                UInt64(truncatingIfNeeded: d0), UInt64(truncatingIfNeeded: d1),
                UInt64(truncatingIfNeeded: d2), UInt64(truncatingIfNeeded: d3)),
            (d3 >> 127) != 0
        )
    }

    /// The sum modulo 2^256.
    @inlinable @inline(__always)
    public static func &+ (a: UInt256, b: UInt256) -> UInt256 {
        a.addingReportingOverflow(b).partialValue
    }

    /// The difference modulo 2^256.
    @inlinable @inline(__always)
    public static func &- (a: UInt256, b: UInt256) -> UInt256 {
        a.subtractingReportingOverflow(b).partialValue
    }

    /// The product modulo 2^256.
    @inlinable @inline(__always)
    public static func &* (a: UInt256, b: UInt256) -> UInt256 {
        let p00 = UInt128(a.limb0) &* UInt128(b.limb0)
        let p01 = UInt128(a.limb0) &* UInt128(b.limb1)
        let p02 = UInt128(a.limb0) &* UInt128(b.limb2)
        let p10 = UInt128(a.limb1) &* UInt128(b.limb0)
        let p11 = UInt128(a.limb1) &* UInt128(b.limb1)
        let p20 = UInt128(a.limb2) &* UInt128(b.limb0)
        let low = UInt64.max
        let c1 = (p00 >> 64) &+ (p01 & UInt128(low)) &+ (p10 & UInt128(low))
        let c2 =
            (c1 >> 64) &+ (p01 >> 64) &+ (p10 >> 64) &+ (p02 & UInt128(low))
            &+ (p11 & UInt128(low)) &+ (p20 & UInt128(low))
        let high =
            UInt64(truncatingIfNeeded: c2 >> 64) &+ UInt64(truncatingIfNeeded: p02 >> 64)
            &+ UInt64(truncatingIfNeeded: p11 >> 64) &+ UInt64(truncatingIfNeeded: p20 >> 64)
            &+ a.limb0 &* b.limb3 &+ a.limb1 &* b.limb2 &+ a.limb2 &* b.limb1 &+ a.limb3 &* b.limb0
        return UInt256(
            UInt64(truncatingIfNeeded: p00), UInt64(truncatingIfNeeded: c1),
            UInt64(truncatingIfNeeded: c2), high)
    }

    /// The sum, or nil where it does not fit 256 bits.
    @inlinable
    public func addingChecked(_ b: UInt256) -> UInt256? {
        let (value, overflow) = addingReportingOverflow(b)
        return overflow ? nil : value
    }

    /// The difference, or nil where it would be negative.
    @inlinable
    public func subtractingChecked(_ b: UInt256) -> UInt256? {
        let (value, overflow) = subtractingReportingOverflow(b)
        return overflow ? nil : value
    }

    /// The product, or nil where it does not fit 256 bits.
    @inlinable
    public func multipliedChecked(by b: UInt256) -> UInt256? {
        let (high, low) = multipliedFullWidth(by: b)
        return high.isZero ? low : nil
    }

    /// The whole 512-bit product.
    @inlinable
    public func multipliedFullWidth(by b: UInt256) -> (high: UInt256, low: UInt256) {
        @inline(__always)
        func row(_ m: UInt64) -> (UInt64, UInt64, UInt64, UInt64, UInt64) {
            let r0 = UInt128(limb0) &* UInt128(m)
            let r1 = UInt128(limb1) &* UInt128(m) &+ (r0 >> 64)
            let r2 = UInt128(limb2) &* UInt128(m) &+ (r1 >> 64)
            let r3 = UInt128(limb3) &* UInt128(m) &+ (r2 >> 64)
            return (
                UInt64(truncatingIfNeeded: r0), UInt64(truncatingIfNeeded: r1),
                UInt64(truncatingIfNeeded: r2), UInt64(truncatingIfNeeded: r3),
                UInt64(truncatingIfNeeded: r3 >> 64)
            )
        }
        let a = row(b.limb0)
        let c = row(b.limb1)
        let s1 = UInt256(a.1, a.2, a.3, a.4).addingReportingOverflow(UInt256(c.0, c.1, c.2, c.3))
        let top1 = c.4 &+ (s1.overflow ? 1 : 0)
        let d = row(b.limb2)
        let s2 = UInt256(s1.partialValue.limb1, s1.partialValue.limb2, s1.partialValue.limb3, top1)
            .addingReportingOverflow(UInt256(d.0, d.1, d.2, d.3))
        let top2 = d.4 &+ (s2.overflow ? 1 : 0)
        let e = row(b.limb3)
        let s3 = UInt256(s2.partialValue.limb1, s2.partialValue.limb2, s2.partialValue.limb3, top2)
            .addingReportingOverflow(UInt256(e.0, e.1, e.2, e.3))
        let top3 = e.4 &+ (s3.overflow ? 1 : 0)
        return (
            UInt256(
                s3.partialValue.limb1, s3.partialValue.limb2, s3.partialValue.limb3, top3),
            UInt256(a.0, s1.partialValue.limb0, s2.partialValue.limb0, s3.partialValue.limb0)
        )
    }
}

// MARK: Bits

extension UInt256 {
    @inlinable @inline(__always)
    public static func & (a: UInt256, b: UInt256) -> UInt256 {
        UInt256(a.limb0 & b.limb0, a.limb1 & b.limb1, a.limb2 & b.limb2, a.limb3 & b.limb3)
    }

    @inlinable @inline(__always)
    public static func | (a: UInt256, b: UInt256) -> UInt256 {
        UInt256(a.limb0 | b.limb0, a.limb1 | b.limb1, a.limb2 | b.limb2, a.limb3 | b.limb3)
    }

    @inlinable @inline(__always)
    public static func ^ (a: UInt256, b: UInt256) -> UInt256 {
        UInt256(a.limb0 ^ b.limb0, a.limb1 ^ b.limb1, a.limb2 ^ b.limb2, a.limb3 ^ b.limb3)
    }

    @inlinable @inline(__always)
    public static prefix func ~ (a: UInt256) -> UInt256 {
        UInt256(~a.limb0, ~a.limb1, ~a.limb2, ~a.limb3)
    }

    /// The value shifted up by `count` bits; 0 from 256 on.
    @inlinable
    public static func << (a: UInt256, count: UInt64) -> UInt256 {
        if count >= 256 { return .zero }
        var (l0, l1, l2, l3) = (a.limb0, a.limb1, a.limb2, a.limb3)
        if count & 128 != 0 { (l3, l2, l1, l0) = (l1, l0, 0, 0) }
        if count & 64 != 0 { (l3, l2, l1, l0) = (l2, l1, l0, 0) }
        let bits = count & 63
        if bits == 0 { return UInt256(l0, l1, l2, l3) }
        let back = 64 &- bits
        return UInt256(
            l0 &<< bits, l1 &<< bits | l0 &>> back, l2 &<< bits | l1 &>> back,
            l3 &<< bits | l2 &>> back)
    }

    /// The value shifted down by `count` bits, zeros coming in; 0 from 256 on.
    @inlinable
    public static func >> (a: UInt256, count: UInt64) -> UInt256 {
        if count >= 256 { return .zero }
        var (l0, l1, l2, l3) = (a.limb0, a.limb1, a.limb2, a.limb3)
        if count & 128 != 0 { (l0, l1, l2, l3) = (l2, l3, 0, 0) }
        if count & 64 != 0 { (l0, l1, l2, l3) = (l1, l2, l3, 0) }
        let bits = count & 63
        if bits == 0 { return UInt256(l0, l1, l2, l3) }
        let back = 64 &- bits
        return UInt256(
            l0 &>> bits | l1 &<< back, l1 &>> bits | l2 &<< back, l2 &>> bits | l3 &<< back,
            l3 &>> bits)
    }
}
