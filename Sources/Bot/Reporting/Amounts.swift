import Ethereum
import JSON
import Wire

/// Amounts as people read them.
package enum Amounts {
    /// Wei as ether with a fixed number of decimals and a sign.
    package static func ether(_ wei: Int256, decimals: Int = 4, signed: Bool = true) -> String {
        let text = fixed(wei.approximateDouble * 1e-18, decimals: decimals)
        return signed && !wei.isNegative ? "+" + text : text
    }

    /// Raw units of 6 decimals as dollars with thousands apart.
    package static func dollars(_ raw: UInt256) -> String {
        grouped(raw.dividedOrZero(by: 1_000_000).description)
    }

    /// Digits in groups of three.
    package static func grouped(_ digits: String) -> String {
        var result = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { result += "," }
            result.append(digit)
        }
        return result
    }

    /// A text filled up with spaces on its left.
    package static func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }

    /// A text filled up with spaces on its right.
    package static func left(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
