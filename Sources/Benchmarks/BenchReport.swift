import Foundation

/// A transaction's line in the comparison.
struct BenchRow: Codable {
    var name: String
    var oursMicros: Double
    /// Nil where the peer was not measured.
    var peerMicros: Double?
    /// Ours over the peer's.
    var ratio: Double?
    var gasExpected: Bool
    var outputExpected: Bool
    var stateRootExpected: Bool

    var isExpected: Bool { gasExpected && outputExpected && stateRootExpected }
}

/// The comparison as a table and as JSON.
struct BenchReport {
    var rows: [BenchRow] = []

    /// Rows shorter than this are measured, and not judged: the peer's call from Python costs as
    /// much.
    static let shortestMicros = 50.0

    var isExpected: Bool { rows.allSatisfy(\.isExpected) }

    static let heading = line("transaction", "ours µs", "peer µs", "ratio") + "  correct"

    static func line(_ row: BenchRow) -> String {
        line(
            row.name, String(format: "%.2f", row.oursMicros),
            row.peerMicros.map { String(format: "%.2f", $0) } ?? "-",
            row.ratio.map { String(format: "%.2f", $0) } ?? "-")
            + (row.isExpected
                ? "  yes"
                : "  NO: gas \(row.gasExpected), output \(row.outputExpected), "
                    + "state \(row.stateRootExpected)")
    }

    private static func line(
        _ name: String, _ ours: String, _ peer: String, _ ratio: String
    ) -> String {
        func left(_ text: String, _ width: Int) -> String {
            text + String(repeating: " ", count: max(0, width - text.count))
        }
        func right(_ text: String, _ width: Int) -> String {
            String(repeating: " ", count: max(0, width - text.count)) + text
        }
        return left(name, 42) + right(ours, 12) + right(peer, 12) + right(ratio, 8)
    }

    /// Geometric means of the ratios of the rows that are long enough, and the worst.
    var summary: [String] {
        let judged = rows.filter { ($0.peerMicros ?? 0) >= Self.shortestMicros }
        let swaps = judged.filter { $0.name.hasPrefix("univ3/") || $0.name.hasPrefix("jit/") }
        let compute = judged.filter { row in !swaps.contains { $0.name == row.name } }
        var lines = [
            mean("Uniswap and JIT rows", swaps), mean("compute rows", compute),
        ]
        if let worst = judged.max(by: { ($0.ratio ?? 0) < ($1.ratio ?? 0) }) {
            lines.append("worst ratio: \(String(format: "%.2f", worst.ratio ?? 0)) \(worst.name)")
        }
        return lines
    }

    private func mean(_ name: String, _ rows: [BenchRow]) -> String {
        let logarithms = rows.compactMap { $0.ratio.map { log($0) } }
        guard !logarithms.isEmpty else { return "geometric mean of \(name): none" }
        let mean = exp(logarithms.reduce(0, +) / Double(logarithms.count))
        return "geometric mean of \(logarithms.count) \(name) of "
            + "\(Int(Self.shortestMicros)) µs or more: \(String(format: "%.3f", mean))"
    }

    /// One array of rows.
    func write(to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try encoder.encode(rows).write(to: URL(fileURLWithPath: path), options: .atomic)
    }
}
