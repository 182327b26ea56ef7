import JSON

/// Values laid on a stretch of an image.
struct Scale {
    enum Kind {
        case linear
        /// Powers of ten.
        case logarithmic
        /// Logarithmic on both sides of 0, linear up to the unit.
        case symmetric(unit: Double)
    }

    private let kind: Kind
    private let low: Double
    private let high: Double
    private let from: Double
    private let to: Double
    private(set) var ticks: [Double] = []

    /// A scale that holds these values, and 0 where it is linear or symmetric.
    init(_ kind: Kind, holding values: [Double], from: Double, to: Double) {
        self.kind = kind
        self.from = from
        self.to = to
        let finite = values.filter(\.isFinite)
        switch kind {
        case .linear:
            let step = Self.step(
                min(finite.min() ?? 0, 0), max(finite.max() ?? 0, 0), wanted: 5)
            let first = (min(finite.min() ?? 0, 0) / step).rounded(.down)
            let last = max((max(finite.max() ?? 0, 0) / step).rounded(.up), first + 1)
            low = first * step
            high = last * step
            ticks = stride(from: first, through: last, by: 1).map { $0 * step }
        case .logarithmic:
            let positive = finite.filter { $0 > 0 }
            let first = Self.exponent(positive.min() ?? 1)
            let last = max(Self.exponent((positive.max() ?? 1) * 0.999999) + 1, first + 1)
            low = Double(first)
            high = Double(last)
            ticks = (first...last).map { Self.power($0) }
        case .symmetric(let unit):
            let most = max(finite.map { $0.magnitude }.max() ?? unit, unit)
            let decades = max(Self.exponent(most / unit * 0.999999) + 1, 1)
            let lowest = finite.min() ?? 0
            let hasNegative = lowest < 0
            let below =
                hasNegative ? max(Self.exponent(-lowest / unit * 0.999999) + 1, 1) : 0
            low = -Double(below) - (hasNegative ? 1 : 0)
            high = Double(decades) + 1
            ticks =
                (below == 0 ? [] : (0...below).reversed().map { -unit * Self.power($0) }) + [0]
                + (0...decades).map { unit * Self.power($0) }
        }
    }

    /// Where a value lies.
    func place(_ value: Double) -> Double {
        guard high > low else { return from }
        let part = (min(max(position(value), low), high) - low) / (high - low)
        return from + part * (to - from)
    }

    private func position(_ value: Double) -> Double {
        switch kind {
        case .linear: return value
        case .logarithmic: return value > 0 ? Self.logarithm(value) : low
        case .symmetric(let unit):
            let size = value.magnitude / unit
            let place = size <= 1 ? size : 1 + Self.logarithm(size)
            return value < 0 ? -place : place
        }
    }

    /// 1, 2 or 5 times a power of ten, so that about so many steps are needed.
    private static func step(_ low: Double, _ high: Double, wanted: Double) -> Double {
        let width = high - low
        guard width > 0, width.isFinite else { return 1 }
        let power = power(exponent(width / wanted))
        return [1, 2, 5, 10].map { $0 * power }.first { width / $0 <= wanted + 1 } ?? power * 10
    }

    /// The power of ten at or below a number.
    private static func exponent(_ value: Double) -> Int {
        guard value > 0, value.isFinite else { return 0 }
        return Int((logarithm(value) + 1e-9).rounded(.down))
    }

    private static func power(_ exponent: Int) -> Double {
        var result = 1.0
        for _ in 0..<exponent.magnitude { result *= 10 }
        return exponent < 0 ? 1 / result : result
    }

    /// To the base of ten, by halves of the square: pictures need no more than five digits, and
    /// the core has no mathematics library whose last bit might differ from one machine to another.
    static func logarithm(_ value: Double) -> Double {
        var mantissa = value.significand
        var result = Double(value.exponent)
        var weight = 0.5
        for _ in 0..<30 {
            mantissa *= mantissa
            if mantissa >= 2 {
                mantissa /= 2
                result += weight
            }
            weight /= 2
        }
        return result * 0.301029995663981195
    }

    /// A number with the digits that it needs and no more.
    static func text(_ value: Double) -> String {
        if value == 0 { return "0" }
        let size = value.magnitude
        if size >= 1e6 { return trimmed(fixed(value / 1e6, decimals: 2)) + "M" }
        if size >= 1e4 { return trimmed(fixed(value / 1e3, decimals: 1)) + "k" }
        return trimmed(fixed(value, decimals: size < 1e-4 ? 7 : 5))
    }

    private static func trimmed(_ text: String) -> String {
        guard text.contains(".") else { return text }
        var text = text[...]
        while text.last == "0" { text.removeLast() }
        if text.last == "." { text.removeLast() }
        return String(text)
    }
}
