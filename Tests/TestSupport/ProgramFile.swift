import Foundation

/// The program under test as a file.
public enum ProgramFile {
    /// What is wrong when there is none.
    struct Missing: Error, CustomStringConvertible {
        var description: String {
            "no jit-bot beside the tests; run `make build` or set JITBOT_BINARY"
        }
    }

    /// `JITBOT_BINARY`, else the one beside the tests.
    public static func url() throws -> URL {
        if let path = ProcessInfo.processInfo.environment["JITBOT_BINARY"] {
            return URL(fileURLWithPath: path)
        }
        let beside = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        let candidates = [
            Bundle.main.bundleURL, beside,
            TestFiles.package.appendingPathComponent(".build/release"),
        ].map { $0.appendingPathComponent("jit-bot") }
        let found = candidates.first { FileManager.default.isExecutableFile(atPath: $0.path) }
        guard let found else { throw Missing() }
        return found
    }
}
