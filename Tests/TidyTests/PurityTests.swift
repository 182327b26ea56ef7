import Testing

@Suite("Purity")
struct PurityTests {
    @Test("the core has no clock, chance, environment, output or hash order")
    func core() {
        #expect(!SourceTree.core.isEmpty)
        #expect(SourceTree.core.flatMap(Purity.violations).isEmpty)
    }

    @Test(
        "each forbidden piece is found",
        arguments: [
            "import Foundation", "import NIOCore", "import Dispatch", "import Glibc",
            "let now = Date()", "let now = Clock.now", "ContinuousClock().sleep()",
            "var random = SystemRandomNumberGenerator()", "UInt64.random(in: 0...1)",
            "arc4random()", "getenv(name)", "print(\"a\")", "for key in table.keys {",
            "let all = Array(table.values)",
        ])
    func sample(line: String) {
        #expect(Purity.violations(SourceFile(path: "a.swift", text: line)).count == 1)
    }

    @Test(
        "what only looks like one is not",
        arguments: [
            "// print(a)", "let text = \"Date()\"", "fingerprint(a)", "UpDate(1)",
            "let now = environment.nowhere", "for key in table.keys.sorted() {",
            "let all = a.keys\n    .sorted()", "table.mapValues { $0 }",
        ])
    func innocent(line: String) {
        #expect(Purity.violations(SourceFile(path: "a.swift", text: line)).isEmpty)
    }
}
