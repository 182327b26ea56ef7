/// What judging one file gave.
package struct FileReport: Sendable {
    package let path: String
    /// By the kind's name.
    package private(set) var counts: [String: VerdictCounts] = [:]
    /// Cases that no judge is for, by the name of what they are.
    package private(set) var ignored: [String: Int] = [:]
    /// Skipped cases, by reason.
    package private(set) var skipped: [String: Int] = [:]
    /// A line for each failed case.
    package private(set) var failures: [String] = []

    package init(path: String) { self.path = path }

    /// Whether nothing was judged and nothing counted.
    var isEmpty: Bool { counts.isEmpty && ignored.isEmpty }

    /// Takes up the verdict on a case.
    package mutating func record(_ verdict: Verdict, kind: String, case name: String) {
        var counts = self.counts[kind] ?? VerdictCounts()
        switch verdict {
        case .passed: counts.passed += 1
        case .skipped(let reason):
            counts.skipped += 1
            skipped[reason, default: 0] += 1
        case .failed(let difference):
            counts.failed += 1
            failures.append(failureLine(difference, kind: kind, case: name))
        }
        self.counts[kind] = counts
    }

    /// Counts cases that no judge is for.
    package mutating func ignore(_ kind: String, count: Int = 1) {
        ignored[Self.shortened(kind), default: 0] += count
    }

    private func failureLine(_ difference: Difference, kind: String, case name: String) -> String {
        let place = name.isEmpty ? path : "\(path) \(name)"
        return "FAIL \(kind) \(Self.shortened(place)): \(Self.shortened(difference.what)): "
            + "expected \(Self.shortened(difference.expected)), "
            + "got \(Self.shortened(difference.actual))"
    }

    /// One line of bounded length, whatever a vector holds.
    private static func shortened(_ text: String) -> String {
        let limit = 400
        let line = text.prefix(limit).map { $0.isNewline ? " " : String($0) }.joined()
        return text.count > limit ? line + "…" : line
    }
}
