import Foundation
import TestSupport
import Testing

/// Each number of `JitError` that a contract raises is explained in its source and looked for by a
/// test.
@Suite("Numbers of JitError")
struct ErrorCoverageTests {
    /// The numbers that a source raises: the arguments of `_fail`.
    static func raised(in source: String) -> Set<Int> {
        Set(
            source.components(separatedBy: "self._fail(").dropFirst().compactMap {
                Int($0.prefix { $0.isNumber })
            })
    }

    /// The numbers that a source's header explains: `  16 profit below the floor`.
    static func explained(in source: String) -> Set<Int> {
        var numbers: Set<Int> = []
        for line in source.components(separatedBy: "\n") where line.hasPrefix("  ") {
            let words = line.split(separator: " ", maxSplits: 1)
            if words.count == 2, let number = Int(words[0]) { numbers.insert(number) }
        }
        return numbers
    }

    /// The numbers that tests compare with.
    static func compared(in tests: String) -> Set<Int> {
        var numbers: Set<Int> = []
        for piece in tests.components(separatedBy: "== ").dropFirst() {
            if let number = Int(piece.prefix { $0.isNumber }) { numbers.insert(number) }
        }
        return numbers
    }

    private static func text(_ path: String) throws -> String {
        try String(contentsOf: TestFiles.package.appendingPathComponent(path), encoding: .utf8)
    }

    private static func tests(in folder: String) throws -> String {
        let root = TestFiles.package.appendingPathComponent("Tests/ContractsTests/" + folder)
        return try FileManager.default.contentsOfDirectory(
            at: root, includingPropertiesForKeys: nil
        ).map { try String(contentsOf: $0, encoding: .utf8) }.joined()
    }

    @Test(
        "all are explained in the source and looked for by a test",
        arguments: [("JitExecutor", "Executor"), ("JitFlash", "Flash")])
    func covered(contract: String, folder: String) throws {
        let source = try Self.text("contracts/\(contract).vy")
        let raised = Self.raised(in: source)
        #expect(raised.count > 20)
        #expect(raised.subtracting(Self.explained(in: source)).sorted() == [])
        #expect(raised.subtracting(Self.compared(in: try Self.tests(in: folder))).sorted() == [])
    }

    @Test("a number that nobody explains or looks for is found")
    func uncovered() {
        let source = """
            Errors
              16 profit below the floor

                if not (value >= max(a, b)):
                    self._fail(16)
                self._fail(77)
            """
        #expect(Self.raised(in: source) == [16, 77])
        #expect(Self.explained(in: source) == [16])
        #expect(Self.compared(in: "#expect(code == 16)") == [16])
    }
}
