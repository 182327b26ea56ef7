import ArgumentParser
import JSON
import Recordings
import Wire

/// The result of a command that compares rows: text or JSON, and the exit code.
enum CheckOutput {
    /// Prints the report; a failure ends the program with 1.
    static func print(_ report: CheckReport, json: Bool) throws {
        if json {
            Output.result(object(report).text)
        } else {
            for failure in report.failures { Output.result(failure.text) }
            Output.result(report.summary)
        }
        if !report.failures.isEmpty { throw ExitCode(1) }
    }

    private static func object(_ report: CheckReport) -> JSON {
        [
            "passed": .integer(Int64(report.passed)),
            "failed": .integer(Int64(report.failures.count)),
            "skipped": .integer(Int64(report.skipped)),
            "failures": .array(
                report.failures.map { failure in
                    [
                        "line": .integer(Int64(failure.line)),
                        "subject": .string(failure.subject),
                        "what": .string(failure.what),
                        "expected": .string(failure.expected),
                        "actual": .string(failure.actual),
                    ]
                }),
        ]
    }
}
