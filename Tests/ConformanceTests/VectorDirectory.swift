import Conformance
import Foundation

/// A directory of test vectors that goes away with the test, and the runner over it.
final class VectorDirectory {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "conformance-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    @discardableResult
    func write(_ name: String, _ content: [UInt8]) throws -> String {
        let file = path + "/" + name
        try FileManager.default.createDirectory(
            atPath: (file as NSString).deletingLastPathComponent,
            withIntermediateDirectories: true)
        try Data(content).write(to: URL(fileURLWithPath: file))
        return file
    }

    @discardableResult
    func write(_ name: String, _ text: String) throws -> String {
        try write(name, Array(text.utf8))
    }

    struct Run {
        var exitCode: Int32
        var lines: [String]
        var errors: String
    }

    /// Runs the command over the directory.
    func run() -> Run { Self.run([path]) }

    static func run(_ arguments: [String]) -> Run {
        var run = Run(exitCode: -1, lines: [], errors: "")
        run.exitCode = ConformanceCommand(
            arguments: arguments, output: { run.lines.append($0) },
            errorOutput: { run.errors += $0 }
        ).run()
        return run
    }
}
