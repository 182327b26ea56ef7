/// Sorted values and what lies below which part of them.
struct Quantiles {
    private let sorted: [Double]

    init(_ values: [Double]) { sorted = values.sorted() }

    var count: Int { sorted.count }
    var largest: Double { sorted.last ?? 0 }

    /// The smallest value that at least this part of all does not exceed; 0 where there are none.
    subscript(part: Double) -> Double {
        guard !sorted.isEmpty else { return 0 }
        let index = (Double(sorted.count) * part).rounded(.up) - 1
        return sorted[min(max(Int(index), 0), sorted.count - 1)]
    }

    /// How many values lie in each of the intervals that double: below 1, to 2, to 4, and so on.
    var doubling: [(upTo: Double, count: Int)] {
        var result: [(upTo: Double, count: Int)] = []
        var (limit, index) = (1.0, 0)
        while index < sorted.count {
            let next = sorted[index...].firstIndex { $0 > limit } ?? sorted.count
            result.append((limit, next - index))
            (limit, index) = (limit * 2, next)
        }
        return result
    }
}
