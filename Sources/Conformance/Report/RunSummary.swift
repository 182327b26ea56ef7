/// The sums over all files of a run.
package struct RunSummary: Sendable {
    package private(set) var total = VerdictCounts()
    package private(set) var files = 0
    private var counts: [String: VerdictCounts] = [:]
    private var ignored: [String: Int] = [:]
    private var skipped: [String: Int] = [:]

    package init() {}

    /// Adds the report of one file.
    package mutating func add(_ report: FileReport) {
        files += 1
        for (kind, count) in report.counts {
            counts[kind, default: VerdictCounts()] += count
            total += count
        }
        ignored.merge(report.ignored, uniquingKeysWith: +)
        skipped.merge(report.skipped, uniquingKeysWith: +)
    }

    /// The closing lines, in a fixed order: what was ignored and skipped, the sums of each kind,
    /// and last the sum of all.
    package var lines: [String] {
        var lines: [String] = []
        for (kind, count) in ignored.sorted(by: { $0.key < $1.key }) {
            lines.append("ignored: \(count) of kind \(kind)")
        }
        for (reason, count) in skipped.sorted(by: { $0.key < $1.key }) {
            lines.append("skipped: \(count) because \(reason)")
        }
        for (kind, count) in counts.sorted(by: { $0.key < $1.key }) {
            lines.append("\(kind): \(count.line)")
        }
        lines.append(total.line)
        return lines
    }

    /// 0 where something passed and nothing failed, 1 on failures, 2 where nothing was judged.
    package var exitCode: Int32 {
        if total.failed > 0 { return 1 }
        return total.passed > 0 ? 0 : 2
    }
}
