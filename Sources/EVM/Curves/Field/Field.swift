/// A finite field's element, as the curves and their extensions need it.
///
/// Nothing here runs in constant time: precompiled contracts know no secrets.
package protocol Field: Equatable, Sendable, BitwiseCopyable {
    static var zero: Self { get }
    static var one: Self { get }
    var isZero: Bool { get }

    static func + (a: Self, b: Self) -> Self
    static func - (a: Self, b: Self) -> Self
    static func * (a: Self, b: Self) -> Self
    static prefix func - (a: Self) -> Self

    /// The element times itself.
    var squared: Self { get }
    /// The element plus itself.
    var doubled: Self { get }
    /// 1 / element; 0 for 0.
    var inverse: Self { get }
}

extension Field {
    /// The element to a power, whose 64-bit limbs come least significant first.
    package func power(_ exponent: [UInt64]) -> Self {
        var result = Self.one
        var started = false
        for limb in exponent.reversed() {
            var mask: UInt64 = 1 << 63
            while mask != 0 {
                if started { result = result.squared }
                if limb & mask != 0 {
                    result = started ? result * self : self
                    started = true
                }
                mask &>>= 1
            }
        }
        return result
    }

    /// Three times the element.
    @inline(__always)
    var tripled: Self { doubled + self }
}

/// A field of prime order, whose elements contracts write as integers.
package protocol PrimeField: Field {
    /// The integers that elements are written as.
    associatedtype Integer: Comparable, BitwiseCopyable, Sendable

    /// The element that `integer` stands for; nil where the integer is not below the modulus.
    init?(_ integer: Integer)
    /// The integer below the modulus that stands for the element.
    var integer: Integer { get }
}
