/// A signed 256-bit integer in two's complement: the ABI's `int256`, and every change of a balance.
@frozen
public struct Int256: Equatable, Hashable, Sendable, BitwiseCopyable {
    /// The 256 bits as an unsigned integer.
    public var bitPattern: UInt256

    /// The integer with these bits.
    @inlinable
    public init(bitPattern: UInt256) { self.bitPattern = bitPattern }

    /// The integer equal to `value`.
    @inlinable
    public init(_ value: Int) {
        let magnitude = UInt256(UInt64(value.magnitude))
        bitPattern = value < 0 ? .zero &- magnitude : magnitude
    }

    /// The integer of this sign and magnitude; nil where 255 bits do not hold the magnitude.
    @inlinable
    public init?(negative: Bool = false, magnitude: UInt256) {
        guard magnitude.limb3 >> 63 == 0 else { return nil }
        bitPattern = negative ? .zero &- magnitude : magnitude
    }

    /// `after` − `before`, two amounts below 2^255.
    @inlinable
    public init(from before: UInt256, to after: UInt256) {
        bitPattern = after &- before
    }

    /// 0.
    @inlinable public static var zero: Int256 { Int256(bitPattern: .zero) }

    /// Whether the value is below 0.
    @inlinable public var isNegative: Bool { bitPattern.limb3 >> 63 == 1 }

    /// The absolute value.
    @inlinable public var magnitude: UInt256 { isNegative ? .zero &- bitPattern : bitPattern }

    /// The sum modulo 2^256.
    @inlinable
    public static func &+ (a: Int256, b: Int256) -> Int256 {
        Int256(bitPattern: a.bitPattern &+ b.bitPattern)
    }

    /// The difference modulo 2^256.
    @inlinable
    public static func &- (a: Int256, b: Int256) -> Int256 {
        Int256(bitPattern: a.bitPattern &- b.bitPattern)
    }

    /// The value with the other sign.
    @inlinable
    public static prefix func - (a: Int256) -> Int256 {
        Int256(bitPattern: .zero &- a.bitPattern)
    }

    /// Adds modulo 2^256.
    @inlinable
    public static func &+= (a: inout Int256, b: Int256) { a = a &+ b }

    /// Subtracts modulo 2^256.
    @inlinable
    public static func &-= (a: inout Int256, b: Int256) { a = a &- b }
}

extension Int256: Comparable {
    @inlinable
    public static func < (a: Int256, b: Int256) -> Bool {
        a.isNegative == b.isNegative ? a.bitPattern < b.bitPattern : a.isNegative
    }
}

extension Int256: ExpressibleByIntegerLiteral {
    /// The literal's value.
    @inlinable
    public init(integerLiteral value: Int) { self.init(value) }
}

extension Int256: CustomStringConvertible {
    /// The decimal digits, after a minus sign where the value is negative.
    public var description: String { (isNegative ? "-" : "") + magnitude.description }

    /// The value of decimal digits with an optional minus sign; nil for anything else.
    public init?(decimal text: some StringProtocol) {
        let negative = text.hasPrefix("-")
        guard let magnitude = UInt256(decimal: negative ? text.dropFirst() : text[...]) else {
            return nil
        }
        // The least one's magnitude takes 256 bits; what is written can be read.
        let least = Int256(bitPattern: .one << 255)
        if negative, magnitude == least.bitPattern {
            self = least
            return
        }
        self.init(negative: negative, magnitude: magnitude)
    }

    /// The nearest double, for displays and estimates; never for an amount that is sent.
    public var approximateDouble: Double {
        isNegative ? -magnitude.approximateDouble : magnitude.approximateDouble
    }
}
