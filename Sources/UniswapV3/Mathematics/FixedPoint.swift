import Ethereum

/// A tick: the index i of the price 1.0001^i (token1 per token0, raw units). The contract's
/// `int24`.
public typealias Tick = Int32

/// The square root of a price, token1 per token0 in raw units, times 2^96. The contract's
/// `uint160`.
public typealias SqrtPriceX96 = UInt256

/// Which way an integer quotient is rounded.
///
/// The pool's rule (whitepaper section 6.2.3 and the contract's comments): what is paid to the pool
/// is rounded up and what it pays out is rounded down, so that it is never short by a unit.
public enum Rounding: Sendable {
    case down
    case up
}

/// Scales of the protocol's fixed-point numbers, and the products and quotients by them.
package enum FixedPoint {
    /// 2^96, the scale of square-root prices.
    @inline(__always)
    package static var q96: UInt256 { UInt256(0, 1 << 32, 0, 0) }

    /// 2^160 − 1, the largest square-root price that a pool's slot 0 can hold.
    @inline(__always)
    package static var maxUInt160: UInt256 { UInt256(.max, .max, 0xFFFF_FFFF, 0) }

    /// `value` · 2^96, which always fits.
    @inline(__always)
    package static func x96(_ value: UInt128) -> UInt256 {
        let low = UInt64(truncatingIfNeeded: value)
        let high = UInt64(truncatingIfNeeded: value >> 64)
        return UInt256(0, low << 32, high << 32 | low >> 32, high >> 32)
    }

    /// a·b / 2^96, or nil where the quotient does not fit 256 bits.
    @inline(__always)
    package static func multiplied(
        _ a: UInt256, _ b: UInt256, over96Rounding rounding: Rounding
    ) -> UInt256? {
        let (high, low) = a.multipliedFullWidth(by: b)
        guard high.limb1 >> 32 == 0, high.limb2 | high.limb3 == 0 else { return nil }
        let quotient = UInt256(
            low.limb1 >> 32 | low.limb2 << 32, low.limb2 >> 32 | low.limb3 << 32,
            low.limb3 >> 32 | high.limb0 << 32, high.limb0 >> 32 | high.limb1 << 32)
        let isExact = low.limb0 == 0 && low.limb1 & 0xFFFF_FFFF == 0
        return rounding == .down || isExact ? quotient : quotient.addingChecked(.one)
    }

    /// a·b / divisor over the 512-bit product, or nil for a divisor of 0 or a quotient above 256
    /// bits. (The contract's FullMath.)
    @inline(__always)
    package static func mulDiv(
        _ a: UInt256, _ b: UInt256, _ divisor: UInt256, rounding: Rounding
    ) -> UInt256? {
        switch rounding {
        case .down: UInt256.mulDiv(a, b, divisor)
        case .up: UInt256.mulDivRoundingUp(a, b, divisor)
        }
    }

    /// a / divisor and what remains, for a divisor from 1 to 2^32 − 1: two divisions of machine
    /// words for each limb that is not 0, and none by software.
    @inline(__always)
    package static func divided(
        _ a: UInt256, by divisor: UInt64
    ) -> (quotient: UInt256, remainder: UInt64) {
        var remainder: UInt64 = 0
        @inline(__always)
        func next(_ limb: UInt64) -> UInt64 {
            let upper = remainder << 32 | limb >> 32
            let lower = (upper % divisor) << 32 | limb & 0xFFFF_FFFF
            remainder = lower % divisor
            return (upper / divisor) << 32 | lower / divisor
        }
        var quotient = UInt256.zero
        if a.limb3 | a.limb2 != 0 {
            quotient.limb3 = next(a.limb3)
            quotient.limb2 = next(a.limb2)
        }
        quotient.limb1 = next(a.limb1)
        quotient.limb0 = next(a.limb0)
        return (quotient, remainder)
    }

    /// a / divisor, or nil for a divisor of 0.
    @inline(__always)
    package static func quotient(
        _ a: UInt256, _ divisor: UInt256, rounding: Rounding
    ) -> UInt256? {
        guard let (quotient, remainder) = a.dividedReportingRemainder(by: divisor) else {
            return nil
        }
        // A quotient of 2^256 − 1 has divisor 1 and no remainder, so that the sum cannot wrap.
        return rounding == .down || remainder.isZero ? quotient : quotient &+ .one
    }
}
