import Ethereum
import Foundation
import Strategy

/// `bench search [--cases N] [--rounds N] [--json FILE]`: what the search for the best ranges takes
/// over random cases, in recoveries of a signer that are measured in between: the least of the
/// rounds of each case, and of all cases p50, p99 and the most, with its seed.
///
/// `bench search --spacings N --case SEED --times N` searches one case so often, and `bench search
/// --recoveries N` recovers so often, and measure nothing: for programs that count what the process
/// does.
struct SearchCommand {
    private static let usage =
        "usage: bench search [--cases N] [--rounds N] [--json FILE] | "
        + "bench search --spacings N --case SEED --times N | bench search --recoveries N"

    /// Longest ways, in spacings, with the recoveries that a search may take.
    static let classes: [(longest: Int, bar: Double)] = [(2, 2), (20, 10)]

    private let cases: UInt64
    private let rounds: UInt64
    private let json: String?
    /// The one case that is asked for.
    private let single: (longest: Int, seed: UInt64, times: UInt64)?
    private let recoveries: UInt64?

    init(_ arguments: [String]) throws {
        let options = try Options(
            arguments,
            named: [
                "--cases", "--rounds", "--json", "--spacings", "--case", "--times",
                "--recoveries",
            ],
            usage: Self.usage)
        try options.finish()
        cases = try options.number("--cases") ?? 1000
        rounds = max(1, try options.number("--rounds") ?? 7)
        json = options["--json"]
        recoveries = try options.number("--recoveries")
        if let seed = try options.number("--case") {
            single = (
                Int(clamping: try options.number("--spacings") ?? 2), seed,
                try options.number("--times") ?? 1
            )
        } else {
            single = nil
        }
    }

    func run() throws -> Int32 {
        if let recoveries { return try recover(times: recoveries) }
        if let single { return try search(single) }
        let unit = try RecoveryUnit()
        var rows: [Row] = []
        for (longest, bar) in Self.classes {
            rows.append(try measure(longest: longest, bar: bar, unit))
        }
        for row in rows { show(row.text) }
        if let json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
            try encoder.encode(rows).write(to: URL(fileURLWithPath: json))
        }
        return rows.allSatisfy { $0.most <= $0.bar } ? 0 : 1
    }

    // MARK: Measuring

    /// One class of ways; times are in recoveries.
    private struct Row: Codable {
        var longestSpacings: Int
        var searches: Int
        var recoveryMicros: Double
        var p50: Double
        var p99: Double
        var most: Double
        var bar: Double
        /// Seeds of the dearest cases, the dearest first.
        var dearest: [UInt64]

        var text: String {
            "ways of up to \(longestSpacings) spacings, \(searches) searches, in recoveries of "
                + String(
                    format: "%.2f µs: p50 %.3f, p99 %.3f, max %.3f (bar %.0f)", recoveryMicros,
                    p50, p99, most, bar)
                + ", dearest \(dearest.prefix(3).map { "\($0)" }.joined(separator: ", "))"
        }
    }

    private func measure(longest: Int, bar: Double, _ unit: RecoveryUnit) throws -> Row {
        var recoveryMicros: [Double] = []
        var found: [(seed: UInt64, recoveries: Double)] = []
        for seed in 0..<cases {
            guard let question = SearchCase(seed: seed, longest: longest) else { continue }
            let recovery = try unit.micros()
            recoveryMicros.append(recovery)
            var least = Double.infinity
            for _ in 0..<rounds {
                let start = PipelineMeasurement.Moment.now
                _ = try? PositionOptimizer(question.task).rankedPlans()
                least = min(least, (PipelineMeasurement.Moment.now - start).cpu)
            }
            found.append((seed, least / recovery))
        }
        let all = Quantiles(found.map(\.recoveries))
        return Row(
            longestSpacings: longest, searches: all.count,
            recoveryMicros: Quantiles(recoveryMicros)[0.5], p50: all[0.5], p99: all[0.99],
            most: all.largest, bar: bar,
            dearest: found.sorted { $0.recoveries > $1.recoveries }.prefix(10).map(\.seed))
    }

    // MARK: Counting

    private func search(_ single: (longest: Int, seed: UInt64, times: UInt64)) throws -> Int32 {
        guard let question = SearchCase(seed: single.seed, longest: single.longest) else {
            throw WorkloadError(path: "--case \(single.seed)", reason: "the pool refuses it")
        }
        var plans = 0
        for _ in 0..<single.times {
            plans = (try? PositionOptimizer(question.task).rankedPlans())?.count ?? 0
        }
        show(
            "case \(single.seed): \(question.spacings) spacings, \(question.task.swaps.count) "
                + "swaps, \(question.task.state.ticks.count) ticks, \(plans) plans")
        return 0
    }

    private func recover(times: UInt64) throws -> Int32 {
        let unit = try RecoveryUnit()
        for _ in 0..<times { try unit.run() }
        show("\(times) recoveries")
        return 0
    }
}
