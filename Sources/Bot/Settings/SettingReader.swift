import Ethereum

/// Reads variables by their types. One that is not set, or empty, is nil; any other text is a value
/// within its limits or an error.
struct SettingReader {
    let environment: [String: String]

    /// The text of a variable; nil where there is none.
    func text(_ name: String) -> String? {
        environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// A whole number.
    func whole(
        _ name: String, _ limits: ClosedRange<UInt64>, unit: String
    ) throws(SettingError) -> UInt64? {
        guard let text = text(name) else { return nil }
        guard Self.isDigits(text), let number = UInt64(text), limits.contains(number) else {
            throw SettingError(
                name: name, value: text,
                limit: "a whole number of \(unit), \(limits.lowerBound) to \(limits.upperBound)")
        }
        return number
    }

    /// An amount of wei.
    func wei(_ name: String, atMost limit: UInt256) throws(SettingError) -> UInt256? {
        guard let text = text(name) else { return nil }
        guard let amount = UInt256(decimal: text), amount <= limit else {
            throw SettingError(
                name: name, value: text, limit: "a whole number of wei, 0 to \(limit)")
        }
        return amount
    }

    /// Basis points with at most two decimals, as hundredths of one: nothing is rounded.
    func pips(_ name: String, atMostBps limit: UInt64) throws(SettingError) -> UInt64? {
        guard let text = text(name) else { return nil }
        guard let pips = Self.pips(text), pips <= limit * 100 else {
            throw SettingError(
                name: name, value: text,
                limit: "0 to \(limit) basis points with at most two decimals")
        }
        return pips
    }

    /// "1.5" as 150; nil for anything but digits with at most two decimals.
    static func pips(_ text: some StringProtocol) -> UInt64? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), isDigits(parts[0]), parts[0].count <= 9,
            let whole = UInt64(parts[0])
        else { return nil }
        guard parts.count == 2 else { return whole * 100 }
        guard isDigits(parts[1]), parts[1].count <= 2, let fraction = UInt64(parts[1]) else {
            return nil
        }
        return whole * 100 + (parts[1].count == 1 ? fraction * 10 : fraction)
    }

    /// Whether there is nothing but digits, at least one.
    static func isDigits(_ text: some StringProtocol) -> Bool {
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        return !text.isEmpty && text.utf8.allSatisfy { digits.contains($0) }
    }
}
