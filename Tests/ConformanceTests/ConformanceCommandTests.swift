import Conformance
import Testing

@Suite("ConformanceCommand")
struct ConformanceCommandTests {
    @Test("no path, an unknown option and an absent path are errors of use")
    func usage() throws {
        for arguments in [[], ["--fast"], ["/no/such/path"]] {
            let run = VectorDirectory.run(arguments)
            #expect(run.exitCode == 2)
            #expect(run.lines.isEmpty)
            #expect(!run.errors.isEmpty)
        }
        #expect(VectorDirectory.run(["--help"]).exitCode == 0)
    }

    @Test("nothing judged is an error, and says so")
    func nothing() throws {
        let directory = try VectorDirectory()
        try directory.write("README.txt", "nothing to see")
        let run = directory.run()
        #expect(run.exitCode == 2)
        #expect(run.lines.last == "0 passed, 0 failed")
        #expect(run.errors.contains("nothing was judged"))
    }

    @Test("the closing line has plain digits, and names skipped cases where there are any")
    func closingLine() {
        #expect(VerdictCounts(passed: 12_345, failed: 0).line == "12345 passed, 0 failed")
        #expect(
            VerdictCounts(passed: 1, failed: 2, skipped: 3).line == "1 passed, 2 failed, 3 skipped")
    }

    @Test("the sums of the kinds precede the closing line, in a fixed order")
    func summary() {
        var report = FileReport(path: "p")
        report.record(.passed, kind: "b", case: "1")
        report.record(.skipped(reason: "why"), kind: "a", case: "2")
        report.record(
            .failed(Difference("root", expected: "1", actual: "2\n3")), kind: "a", case: "3")
        report.ignore("z", count: 4)
        var summary = RunSummary()
        summary.add(report)
        #expect(
            summary.lines == [
                "ignored: 4 of kind z", "skipped: 1 because why",
                "a: 0 passed, 1 failed, 1 skipped",
                "b: 1 passed, 0 failed", "1 passed, 1 failed, 1 skipped",
            ])
        #expect(report.failures == ["FAIL a p 3: root: expected 1, got 2 3"])
        #expect(summary.exitCode == 1)
    }

    @Test("the output is the same on every run")
    func deterministic() throws {
        let directory = try VectorDirectory()
        for index in 0..<40 {
            try directory.write(
                "\(index)", SampleVectors.rlp(encoding: index % 3 == 0 ? "80" : "83646f67"))
        }
        #expect(directory.run().lines == directory.run().lines)
    }
}
