/// Times as texts write them.
enum UniversalTime {
    /// Unix seconds of `2021-05-05 21:42:11`, also with a `T` between and with a fraction or `Z`,
    /// `UTC` or `+00:00` behind; nil for anything else, or before 1970.
    static func seconds(_ text: String) -> UInt64? {
        let ascii = Array(text.utf8)
        guard ascii.count >= 19, ascii[4] == dash, ascii[7] == dash, ascii[13] == colon,
            ascii[16] == colon, ascii[10] == UInt8(ascii: "T") || ascii[10] == UInt8(ascii: " "),
            isUniversal(ascii[19...]), let year = number(ascii[0..<4]),
            let month = number(ascii[5..<7]), let day = number(ascii[8..<10]),
            let hour = number(ascii[11..<13]), let minute = number(ascii[14..<16]),
            let second = number(ascii[17..<19]), year >= 1970, (1...12).contains(month),
            day >= 1, day <= daysInMonth(month, year), hour < 24, minute < 60, second < 60
        else { return nil }
        let days = (1970..<year).reduce(0) { $0 + (isLeap($1) ? 366 : 365) }
        let inYear = (1..<month).reduce(0) { $0 + daysInMonth($1, year) }
        return UInt64((((days + inYear + day - 1) * 24 + hour) * 60 + minute) * 60 + second)
    }

    private static let dash = UInt8(ascii: "-")
    private static let colon = UInt8(ascii: ":")

    private static func isUniversal(_ rest: ArraySlice<UInt8>) -> Bool {
        var rest = rest
        if rest.first == UInt8(ascii: ".") {
            let fraction = rest.dropFirst().prefix { (48...57).contains($0) }
            guard !fraction.isEmpty else { return false }
            rest = rest.dropFirst(1 + fraction.count)
        }
        let suffix = String(decoding: rest, as: UTF8.self)
        return ["", "Z", " UTC", "+00:00"].contains(suffix)
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        digits.allSatisfy { (48...57).contains($0) }
            ? digits.reduce(0) { $0 * 10 + Int($1 - 48) } : nil
    }

    private static func isLeap(_ year: Int) -> Bool {
        year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    }

    private static func daysInMonth(_ month: Int, _ year: Int) -> Int {
        switch month {
        case 2: isLeap(year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}
