import JSON

/// The first thing in which a case differs from what its vector says.
package struct Difference: Error, Equatable, Sendable {
    package var what: String
    package var expected: String
    package var actual: String

    package init(_ what: String, expected: String, actual: String) {
        self.what = what
        self.expected = expected
        self.actual = actual
    }

    /// A field of the vector that cannot be read: the vector itself is at fault.
    init(_ error: FieldError) {
        self.init("field \(error.field)", expected: error.expected, actual: error.found)
    }
}

/// Throws the difference where the values are not equal.
func requireEqual<Value: Equatable & CustomStringConvertible>(
    _ what: @autoclosure () -> String, _ expected: Value, _ actual: Value
) throws(Difference) {
    guard expected == actual else {
        throw Difference(what(), expected: expected.description, actual: actual.description)
    }
}

/// How one case ended.
package enum Verdict: Equatable, Sendable {
    case passed
    case failed(Difference)
    /// Cannot be judged here; the reason is one of a fixed list.
    case skipped(reason: String)

    /// Passed unless the comparison throws.
    init(_ comparison: () throws(Difference) -> Void) {
        do throws(Difference) {
            try comparison()
            self = .passed
        } catch { self = .failed(error) }
    }
}

/// Passed, failed and skipped cases.
package struct VerdictCounts: Equatable, Sendable {
    package var passed = 0
    package var failed = 0
    package var skipped = 0

    package init(passed: Int = 0, failed: Int = 0, skipped: Int = 0) {
        self.passed = passed
        self.failed = failed
        self.skipped = skipped
    }

    static func += (a: inout VerdictCounts, b: VerdictCounts) {
        a.passed += b.passed
        a.failed += b.failed
        a.skipped += b.skipped
    }

    /// `N passed, N failed`, and `, N skipped` where any were: the closing line of a run.
    package var line: String {
        "\(passed) passed, \(failed) failed" + (skipped > 0 ? ", \(skipped) skipped" : "")
    }
}
