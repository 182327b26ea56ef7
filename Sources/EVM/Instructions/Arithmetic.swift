import Ethereum

/// Arithmetic on words (Yellow Paper H.2, 0x00 group).
enum Arithmetic {
    private static let minimum = UInt256(0, 0, 0, 1 << 63)

    /// Two's complement quotient rounded towards 0; 0 for a divisor of 0; −2^255 / −1 wraps.
    static func signedDivide(_ a: UInt256, _ b: UInt256) -> UInt256 {
        let quotient = magnitude(a).dividedOrZero(by: magnitude(b))
        return isNegative(a) != isNegative(b) ? .zero &- quotient : quotient
    }

    /// Remainder with the sign of the dividend; 0 for a divisor of 0.
    static func signedRemainder(_ a: UInt256, _ b: UInt256) -> UInt256 {
        let remainder = magnitude(a).remainderOrZero(dividingBy: magnitude(b))
        return isNegative(a) ? .zero &- remainder : remainder
    }

    /// base^exponent modulo 2^256, by squaring from the lowest bit.
    static func power(_ base: UInt256, _ exponent: UInt256) -> UInt256 {
        // Code from before the shift instructions makes its powers of two so.
        if base == 2 { return .one << Bitwise.count(exponent) }
        var result = UInt256.one
        var square = base
        var rest = exponent
        while true {
            if rest.limb0 & 1 == 1 { result = result &* square }
            rest = rest >> 1
            if rest.isZero { return result }
            square = square &* square
        }
    }

    /// Extends the sign of byte `index` (0 is the least significant) over the bytes above it.
    @inline(__always)
    static func signExtend(_ index: UInt256, _ value: UInt256) -> UInt256 {
        guard index.limb1 | index.limb2 | index.limb3 == 0, index.limb0 < 31 else { return value }
        // The limb that has the byte is extended within itself, those above it are all sign.
        let place = index.limb0 &>> 3
        let low = place == 0 ? value.limb0 : value.limb1
        let high = place == 2 ? value.limb2 : value.limb3
        let shift = 56 &- 8 &* (index.limb0 & 7)
        let limb = Int64(bitPattern: (place < 2 ? low : high) &<< shift) &>> Int64(shift)
        let extended = UInt64(bitPattern: limb)
        let sign = UInt64(bitPattern: limb &>> 63)
        return UInt256(
            place == 0 ? extended : value.limb0,
            place < 1 ? sign : place == 1 ? extended : value.limb1,
            place < 2 ? sign : place == 2 ? extended : value.limb2,
            place < 3 ? sign : extended)
    }

    @inline(__always)
    static func isNegative(_ a: UInt256) -> Bool { a.limb3 >> 63 == 1 }

    @inline(__always)
    private static func magnitude(_ a: UInt256) -> UInt256 { isNegative(a) ? .zero &- a : a }

    /// EXP's price depends on the exponent's length (EIP-160).
    static func exp(_ machine: MachinePointer, _ frame: FramePointer) -> Status {
        let base = frame.pointee.sp[0]
        let exponent = frame.pointee.sp[-1]
        frame.pointee.gas &-= Gas.expByte &* Int64(exponent.byteWidth)
        if frame.pointee.gas < 0 { return .outOfGas }
        frame.pointee.sp -= 1
        frame.pointee.sp[0] = power(base, exponent)
        return .running
    }
}
