import Foundation
import TestSupport
import Testing

/// The program as its users run it: what it prints where, and how it ends.
@Suite("jit-bot")
struct JitBotProcessTests {
    struct Run {
        var status: Int32
        var output: String
        var errors: String
    }

    /// `JITBOT_BINARY`, else the one beside the tests.
    private static func binary() throws -> URL {
        if let path = ProcessInfo.processInfo.environment["JITBOT_BINARY"] {
            return URL(fileURLWithPath: path)
        }
        let beside = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        let candidates = [
            Bundle.main.bundleURL, beside,
            TestFiles.package.appendingPathComponent(".build/release"),
        ].map { $0.appendingPathComponent("jit-bot") }
        return try #require(
            candidates.first { FileManager.default.isExecutableFile(atPath: $0.path) },
            "no jit-bot beside the tests; run `make build` or set JITBOT_BINARY")
    }

    static func run(
        _ arguments: [String], artifacts: String = TestFiles.artifactsFolder
    ) throws -> Run {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "jit-bot-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let files = ["out", "err"].map { folder.appendingPathComponent($0) }
        for file in files { try Data().write(to: file) }
        let process = Process()
        process.executableURL = try binary()
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.environment = ["JITBOT_ARTIFACTS": artifacts]
        process.standardOutput = try FileHandle(forWritingTo: files[0])
        process.standardError = try FileHandle(forWritingTo: files[1])
        try process.run()
        process.waitUntilExit()
        let texts = try files.map { String(decoding: try Data(contentsOf: $0), as: UTF8.self) }
        return Run(status: process.terminationStatus, output: texts[0], errors: texts[1])
    }

    @Test("demo --json writes one JSON object on one line and nothing else")
    func json() throws {
        let run = try Self.run(["demo", "--seed", "2", "--blocks", "3", "--json"])
        #expect(run.status == 0 && run.errors.isEmpty)
        #expect(run.output.hasSuffix("}\n"))
        #expect(run.output.count { $0 == "\n" } == 1)
        let object = try JSONSerialization.jsonObject(with: Data(run.output.utf8))
        #expect((object as? [String: Any])?["seed"] as? Int == 2)
        let again = try Self.run(["demo", "--seed", "2", "--blocks", "3", "--json"])
        #expect(again.output == run.output)
    }

    @Test("block export writes the block that was asked for, and names the blocks there are")
    func export() throws {
        let run = try Self.run(["block", "export", "5", "--blocks", "1"])
        #expect(run.status == 0)
        let object = try JSONSerialization.jsonObject(with: Data(run.output.utf8))
        #expect((object as? [String: Any])?["block"] as? Int == 5)
        let beyond = try Self.run(["block", "export", "99999", "--blocks", "1"])
        #expect(beyond.status == 2 && beyond.output.isEmpty)
        #expect(beyond.errors.contains("99999"))
    }

    @Test("an unknown option, a bad value and an unknown command are errors of use")
    func usage() throws {
        for arguments in [
            ["demo", "--fast"], ["demo", "--blocks", "0"], ["demo", "--seed", "x"], ["fly"],
            ["block", "export"],
        ] {
            let run = try Self.run(arguments)
            #expect(run.status == 2, "\(arguments)")
            #expect(run.output.isEmpty, "\(arguments)")
            #expect(run.errors.contains("Usage:"), "\(arguments)")
        }
        #expect(try Self.run(["--help"]).status == 0)
    }

    @Test("without the contracts' artefacts the message says what to type")
    func artifacts() throws {
        for arguments in [["demo"], ["demo", "--json"], ["block", "export", "1"]] {
            let run = try Self.run(arguments, artifacts: "/no/such/folder")
            #expect(run.status == 3 && run.output.isEmpty, "\(arguments)")
            #expect(run.errors.contains("/no/such/folder") && run.errors.contains("make setup"))
        }
    }

    @Test("a history that cannot be read is named")
    func history() throws {
        let run = try Self.run(["demo", "--history", "/no/such/usdc_weth_500.csv"])
        #expect(run.status == 3 && run.output.isEmpty)
        #expect(run.errors.contains("/no/such/usdc_weth_500.csv"))
    }
}
