import Ethereum

/// Comparison and bits of words (Yellow Paper H.2, 0x10 group; EIP-145).
enum Bitwise {
    @inline(__always)
    static func word(_ flag: Bool) -> UInt256 { UInt256(flag ? 1 : 0, 0, 0, 0) }

    /// a < b in two's complement.
    @inline(__always)
    static func signedLess(_ a: UInt256, _ b: UInt256) -> Bool {
        let flip: UInt64 = 1 << 63
        return UInt256(a.limb0, a.limb1, a.limb2, a.limb3 ^ flip)
            < UInt256(b.limb0, b.limb1, b.limb2, b.limb3 ^ flip)
    }

    /// Byte `index` counted from the most significant; 0 from 32 on.
    @inline(__always)
    static func byte(_ index: UInt256, _ value: UInt256) -> UInt256 {
        guard index.limb1 | index.limb2 | index.limb3 == 0, index.limb0 < 32 else { return .zero }
        let limb: UInt64
        switch index.limb0 &>> 3 {
        case 0: limb = value.limb3
        case 1: limb = value.limb2
        case 2: limb = value.limb1
        default: limb = value.limb0
        }
        return UInt256((limb &>> (56 &- 8 &* (index.limb0 & 7))) & 0xFF)
    }

    /// A shift count as a word: everything from 256 on shifts all bits out.
    @inline(__always)
    static func count(_ count: UInt256) -> UInt64 {
        count.limb1 | count.limb2 | count.limb3 == 0 ? count.limb0 : 256
    }

    /// The value shifted down with its sign coming in.
    @inline(__always)
    static func shiftRightSigned(_ value: UInt256, _ count: UInt64) -> UInt256 {
        if !Arithmetic.isNegative(value) { return value >> count }
        return ~(~value >> count)
    }
}
