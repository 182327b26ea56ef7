import Foundation

/// Figures of the pipeline's ways, as a table, a histogram and JSON.
struct PipelineReport {
    private typealias Way = PipelineMeasurement.Way

    let bundles: [PipelineMeasurement.Way]
    private let rejected: [PipelineMeasurement.Way]
    private let searches: [PlannerMeasurement.Search]
    /// The unit: one recovery of a signer, in µs of CPU.
    private let recoverMicros: Double
    private let transactions: Int
    private let rounds: Int
    private let screen: ScreenMeasurement.Result?
    private let hostile: [HostileMeasurement.Result]

    init(
        ways: [PipelineMeasurement.Way], searches: [PlannerMeasurement.Search],
        recoverMicros: Double, transactions: Int, rounds: Int,
        screen: ScreenMeasurement.Result?, hostile: [HostileMeasurement.Result]
    ) {
        self.hostile = hostile
        self.screen = screen
        self.searches = searches
        bundles = ways.filter { $0.rejection == nil }
        rejected = ways.filter { $0.rejection != nil }
        self.recoverMicros = recoverMicros
        self.transactions = transactions
        self.rounds = rounds
    }

    private static let columns = [("p50", 0.5), ("p90", 0.9), ("p99", 0.99)]

    var lines: [String] {
        var lines = [
            "\(transactions) pending swaps, \(rounds) times; the unit is one recovery of a signer, "
                + "\(Self.text(recoverMicros)) µs of CPU",
            "",
            "from the notification's bytes     "
                + "   CPU: p50      p90      p99      max   wall: p50      p90      p99      max",
        ]
        lines.append(row("to a signed request, \(bundles.count)", bundles) { $0.whole })
        for stage in PipelineMeasurement.Stage.allCases {
            lines.append(row("  " + stage.rawValue, bundles) { $0.stages[stage] ?? $0.whole })
        }
        lines.append(row("to a rejection, \(rejected.count)", rejected) { $0.whole })
        let labels = Dictionary(grouping: rejected) { $0.rejection ?? "" }
        for (label, ways) in labels.sorted(by: { $0.value.count > $1.value.count }) {
            lines.append(row("  \(label), \(ways.count)", ways) { $0.whole })
        }
        lines += ["", "to a signed request, CPU in recoveries:"]
        let cpu = Quantiles(bundles.map { $0.whole.cpu / recoverMicros })
        for (limit, count) in cpu.doubling where count > 0 {
            let share = Double(count) / Double(max(cpu.count, 1))
            lines.append(
                "  up to " + Self.padded(Self.text(limit), 7) + "  " + Self.padded("\(count)", 6)
                    + "  " + String(repeating: "#", count: Int((share * 50).rounded())))
        }
        return lines + searchLines + screenLines + hostileLines
    }

    private var hostileLines: [String] {
        [
            "",
            "hostile transactions, 3,000,000 gas and 2 ms: CPU in ms, median, slowest, what ended",
        ]
            + hostile.map { result in
                "  " + result.name
                    + String(repeating: " ", count: max(0, 34 - result.name.count))
                    + Self.padded(Self.text(result.median / 1000), 9)
                    + Self.padded(Self.text(result.slowest / 1000), 9) + "  " + result.end
            }
    }

    private var screenLines: [String] {
        guard let screen else { return [] }
        let cpu = Quantiles(screen.micros.map { $0 / recoverMicros })
        let mean = screen.micros.reduce(0, +) / Double(max(screen.micros.count, 1)) / recoverMicros
        let declined = screen.declined.sorted { $0.key < $1.key }
        let count = declined.reduce(0) { $0 + $1.value }
        return [
            "",
            "the look before execution, \(screen.micros.count) recorded transactions, CPU in "
                + "recoveries: mean \(String(format: "%.4f", mean))"
                + Self.columns.map { String(format: ", %@ %.4f", $0.0, cpu[$0.1]) }.joined(),
            "  declined \(count): "
                + declined.map { "\($0.value) \($0.key)" }.joined(separator: ", "),
        ]
    }

    /// Lengths of ways, in spacings of their pool.
    private static let lengths = [0...2, 3...20, 21...Int.max]

    private var searchLines: [String] {
        var lines = ["", "the search for the best range alone, CPU in recoveries:"]
        for length in Self.lengths {
            let cpu = Quantiles(
                searches.filter { length.contains($0.spacings) }.map {
                    $0.micros / recoverMicros
                })
            guard cpu.count > 0 else { continue }
            let name =
                length.upperBound == .max
                ? "\(length.lowerBound) spacings and more"
                : "\(length.lowerBound) to \(length.upperBound) spacings"
            lines.append(
                "  " + name + ", \(cpu.count)"
                    + String(repeating: " ", count: max(0, 30 - name.count - "\(cpu.count)".count))
                    + (Self.columns.map { cpu[$0.1] } + [cpu.largest])
                    .map { Self.padded(Self.text($0), 9) }.joined())
        }
        return lines
    }

    private func row(
        _ name: String, _ ways: [PipelineMeasurement.Way],
        _ moment: (PipelineMeasurement.Way) -> PipelineMeasurement.Moment
    ) -> String {
        let cpu = Quantiles(ways.map { moment($0).cpu / recoverMicros })
        let wall = Quantiles(ways.map { moment($0).wall / recoverMicros })
        func figures(_ quantiles: Quantiles) -> String {
            (Self.columns.map { quantiles[$0.1] } + [quantiles.largest])
                .map { Self.padded(Self.text($0), 9) }.joined()
        }
        return name + String(repeating: " ", count: max(0, 38 - name.count)) + figures(cpu) + "   "
            + figures(wall)
    }

    private static func text(_ value: Double) -> String { String(format: "%.2f", value) }

    private static func padded(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }

    /// Writes the figures as one JSON object; all but the unit are in recoveries.
    func write(to path: String) throws {
        func figures(
            _ ways: [PipelineMeasurement.Way],
            _ value: (PipelineMeasurement.Way) -> Double
        ) -> [String: Double] {
            let quantiles = Quantiles(ways.map { value($0) / recoverMicros })
            var object = ["max": quantiles.largest]
            for (name, part) in Self.columns { object[name] = quantiles[part] }
            return object
        }
        var object: [String: Any] = [
            "recoverMicros": recoverMicros, "bundles": bundles.count,
            "rejections": rejected.count,
            "bundleCPU": figures(bundles) { $0.whole.cpu },
            "bundleWall": figures(bundles) { $0.whole.wall },
            "rejectionCPU": figures(rejected) { $0.whole.cpu },
            "rejectionWall": figures(rejected) { $0.whole.wall },
        ]
        object["hostileMillis"] = Dictionary(
            uniqueKeysWithValues: hostile.map { ($0.name, $0.slowest / 1000) })
        if let screen {
            let quantiles = Quantiles(screen.micros.map { $0 / recoverMicros })
            var cpu = ["max": quantiles.largest]
            for (name, part) in Self.columns { cpu[name] = quantiles[part] }
            object["screenCPU"] = cpu
            object["screenDeclined"] = screen.declined
            object["screenTransactions"] = screen.micros.count
        }
        let data = try JSONSerialization.data(
            withJSONObject: object, options: [.prettyPrinted, .sortedKeys])
        try data.write(to: URL(fileURLWithPath: path))
    }
}
