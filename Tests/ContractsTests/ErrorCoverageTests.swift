import Foundation
import TestSupport
import Testing

/// Each number of `JitError` that a contract raises is explained in its source and looked for by a
/// test.
@Suite("Numbers of JitError")
struct ErrorCoverageTests {
    /// The numbers that a source raises: the second arguments of `_require`.
    static func raised(in source: String) -> Set<Int> {
        var numbers: Set<Int> = []
        var rest = source[...]
        while let call = rest.range(of: "self._require(") {
            rest = rest[call.upperBound...]
            var depth = 1
            var lastComma = rest.startIndex
            var index = rest.startIndex
            while index < rest.endIndex, depth > 0 {
                switch rest[index] {
                case "(", "[": depth += 1
                case ")", "]": depth -= 1
                case "," where depth == 1:
                    let tail = rest[rest.index(after: index)...].prefix {
                        $0 == " " || $0 == "\n" || $0.isNumber
                    }
                    if tail.contains(where: \.isNumber) { lastComma = index }
                default: break
                }
                index = rest.index(after: index)
            }
            let argument = rest[lastComma..<index].filter(\.isNumber)
            if let number = Int(argument) { numbers.insert(number) }
        }
        return numbers
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

                self._require(value >= max(a, b), 16)
                self._require(
                    f(x, 3) <= g[y, 4],
                    77,
                )
            """
        #expect(Self.raised(in: source) == [16, 77])
        #expect(Self.explained(in: source) == [16])
        #expect(Self.compared(in: "#expect(code == 16)") == [16])
    }
}
