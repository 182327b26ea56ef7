import Ethereum

/// A decimal number with eighteen digits behind the point, as a whole number: what files of decimal
/// amounts are summed in, exactly.
public struct DecimalAmount: Equatable, Sendable, CustomStringConvertible {
    /// The number times 10^18; digits beyond are cut off.
    public var units: Int256

    public init(units: Int256) { self.units = units }

    static let decimals = 18

    /// Reads digits with an optional sign, point and exponent; nil for anything else, or for more
    /// than 30 digits before the point.
    public init?(_ text: some StringProtocol) {
        var rest = Array(text.utf8)[...]
        let isNegative = rest.first == UInt8(ascii: "-")
        if isNegative { rest = rest.dropFirst() }
        var digits: [UInt8] = []
        var point: Int?
        var exponent = 0
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digits.append(byte)
            case UInt8(ascii: ".") where point == nil: point = digits.count
            case UInt8(ascii: "e"), UInt8(ascii: "E"):
                guard let value = Int(String(decoding: rest, as: UTF8.self)),
                    value.magnitude <= 60
                else { return nil }
                exponent = value
                rest = []
            default: return nil
            }
        }
        guard !digits.isEmpty, digits.count <= 90 else { return nil }
        let places = (point ?? digits.count) + exponent + Self.decimals
        guard places <= 30 + Self.decimals else { return nil }
        var whole = digits.prefix(max(0, places))
        while whole.count < places { whole.append(UInt8(ascii: "0")) }
        let text = whole.isEmpty ? "0" : String(decoding: whole, as: UTF8.self)
        guard let magnitude = UInt256(decimal: text),
            let units = Int256(negative: isNegative, magnitude: magnitude)
        else { return nil }
        self.units = units
    }

    /// The shortest decimal text.
    public var description: String { Decimals.text(units, decimals: Self.decimals, most: 18) }

    /// The sum.
    public static func + (a: DecimalAmount, b: DecimalAmount) -> DecimalAmount {
        DecimalAmount(units: a.units &+ b.units)
    }
}

/// Whole numbers of small units as decimal text.
enum Decimals {
    /// `units` / 10^`decimals` with at most so many digits behind the point, cut off towards zero
    /// and without zeros at the end.
    static func text(_ units: Int256, decimals: Int, most: Int) -> String {
        let digits = units.magnitude.description
        let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
        var fraction = padded.suffix(decimals).prefix(most)
        while fraction.last == "0" { fraction.removeLast() }
        let whole = padded.dropLast(decimals)
        let isZero = fraction.isEmpty && whole.allSatisfy { $0 == "0" }
        return (units.isNegative && !isZero ? "-" : "") + whole
            + (fraction.isEmpty ? "" : "." + fraction)
    }

    /// Wei as ether with so many digits, zeros at the end kept.
    static func ether(_ wei: Int256, places: Int) -> String {
        let text = text(wei, decimals: 18, most: places)
        let parts = text.split(separator: ".")
        let fraction = parts.count > 1 ? String(parts[1]) : ""
        return parts[0] + "." + fraction
            + String(repeating: "0", count: max(0, places - fraction.count))
    }

    /// Digits in groups of three.
    static func grouped(_ value: some BinaryInteger) -> String {
        let digits = Array(String(value.magnitude))
        var text = value < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text += "," }
            text.append(digit)
        }
        return text
    }
}
