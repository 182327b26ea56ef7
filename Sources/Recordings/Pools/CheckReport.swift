import Ethereum

/// How many of a file's rows came out as recorded, and which did not.
package struct CheckReport: Equatable, Sendable {
    /// A row, and the first thing in which it differs.
    package struct Failure: Equatable, Sendable {
        /// The line in the file, from 1.
        package var line: Int
        /// What the row is: an event's name, or a quote's function.
        package var subject: String
        package var what: String
        package var expected: String
        package var actual: String

        /// One line for people.
        package var text: String {
            "FAIL line \(line) \(subject): \(what): expected \(expected), got \(actual)"
        }
    }

    package private(set) var passed = 0
    /// Rows with nothing that could be compared.
    package private(set) var skipped = 0
    package private(set) var failures: [Failure] = []

    package init() {}

    /// Adds a row by the first difference found, nil for none.
    mutating func add(line: Int, subject: String, _ difference: ValueDifference?) {
        guard let difference else {
            passed += 1
            return
        }
        failures.append(
            Failure(
                line: line, subject: subject, what: difference.what,
                expected: difference.expected, actual: difference.actual))
    }

    mutating func skip() { skipped += 1 }

    /// `N passed, N failed`, with `, N skipped` where any were.
    package var summary: String {
        "\(passed) passed, \(failures.count) failed" + (skipped > 0 ? ", \(skipped) skipped" : "")
    }
}

/// Two values that should be equal.
package struct ValueDifference: Error, Equatable, Sendable, CustomStringConvertible {
    package var what: String
    package var expected: String
    package var actual: String

    /// What, what was recorded, and what came out.
    package var description: String { "\(what): expected \(expected), got \(actual)" }

    init(_ what: String, expected: String, actual: String) {
        self.what = what
        self.expected = expected
        self.actual = actual
    }

    /// Throws where they differ.
    static func check<Value: Equatable & CustomStringConvertible>(
        _ what: String, _ expected: Value, _ actual: Value
    ) throws(ValueDifference) {
        guard expected == actual else {
            throw ValueDifference(
                what, expected: expected.description, actual: actual.description)
        }
    }
}
