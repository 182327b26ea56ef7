import Ethereum

extension JacobianPoint {
    /// The sum of points, each times its scalar, by the bucket method (N. Pippenger, On the
    /// evaluation of powers and related problems, 1976).
    ///
    /// Each digit of the scalars puts its points into buckets of equal digits; a running sum from
    /// the top then counts every bucket as often as its digit says. The memory beside the arguments
    /// is at most 2^10 points.
    package static func sum(
        _ points: [AffinePoint<Curve>], times scalars: [UInt256]
    ) -> Self {
        let count = min(points.count, scalars.count)
        if count < 4 {
            return (0..<count).reduce(into: .infinity) { sum, index in
                sum = sum + Self(points[index]).multiplied(by: scalars[index])
            }
        }
        let width = digitWidth(count)
        let mask = UInt64(1) << UInt64(width) &- 1
        let bits = scalars.reduce(0) { max($0, $1.bitWidth) }
        var buckets = [Self](repeating: .infinity, count: 1 << width)
        var result = Self.infinity
        var place = (bits &+ width &- 1) / width
        while place > 0 {
            place &-= 1
            for _ in 0..<width { result = result.doubled }
            for index in 0..<count {
                let digit = (scalars[index] >> UInt64(place &* width)).limb0 & mask
                if digit != 0 { buckets[Int(digit)] = buckets[Int(digit)] + points[index] }
            }
            result = result + drain(&buckets)
        }
        return result
    }

    /// The sum of all buckets, each times its index; empties them.
    private static func drain(_ buckets: inout [Self]) -> Self {
        var running = Self.infinity
        var total = Self.infinity
        for digit in stride(from: buckets.count - 1, to: 0, by: -1) {
            running = running + buckets[digit]
            total = total + running
            buckets[digit] = .infinity
        }
        return total
    }

    /// Bits of a digit: about log2 of the number of points, less what draining the buckets costs.
    private static func digitWidth(_ count: Int) -> Int {
        let logarithm = Int.bitWidth &- count.leadingZeroBitCount
        return min(max(logarithm &- 2, 2), 10)
    }
}
