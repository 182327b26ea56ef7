import Ethereum

/// Sums that report overflow: a total in the books never wraps.
extension Int256 {
    /// The sum; nil beyond 255 bits and the sign.
    func addingExactly(_ other: Int256) -> Int256? {
        let sum = self &+ other
        let overflows = isNegative == other.isNegative && sum.isNegative != isNegative
        return overflows ? nil : sum
    }

    /// The difference; nil beyond 255 bits and the sign.
    func subtractingExactly(_ other: Int256) -> Int256? {
        let difference = self &- other
        let overflows = isNegative != other.isNegative && difference.isNegative != isNegative
        return overflows ? nil : difference
    }
}
