extension JSON {
    /// A number in plain digits.
    public static func integer(_ value: some BinaryInteger) -> JSON { .number(String(value)) }

    /// A number with a fixed number of decimals, at most nine, rounded to the nearest; null for
    /// what JSON cannot write: infinities and not-a-number.
    public static func decimal(_ value: Double, decimals: Int) -> JSON {
        value.isFinite ? .number(fixed(value, decimals: decimals)) : .null
    }
}

/// A finite number with a fixed number of decimals, from 0 to 9, rounded to the nearest. Beyond
/// nine significant digits before the point the text may have an exponent.
public func fixed(_ number: Double, decimals: Int) -> String {
    var scale: Int64 = 1
    for _ in 0..<decimals { scale *= 10 }
    let scaled = (number * Double(scale)).rounded()
    guard scaled.magnitude < 9e18 else { return "\(number)" }
    let units = Int64(scaled)
    let magnitude = units.magnitude
    var text = (units < 0 ? "-" : "") + String(magnitude / UInt64(scale))
    if decimals > 0 {
        let fraction = String(magnitude % UInt64(scale))
        text += "." + String(repeating: "0", count: decimals - fraction.count) + fraction
    }
    return text
}
