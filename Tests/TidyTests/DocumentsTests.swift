import Testing

@Suite("Documents")
struct DocumentsTests {
    private static let paths = SourceTree.files.map(\.path)

    private static func exists(_ path: String) -> Bool {
        paths.contains { $0 == path || $0.hasPrefix(path + "/") }
    }

    @Test("relative links lead somewhere")
    func links() {
        #expect(SourceTree.documents.count >= 6)
        #expect(
            SourceTree.documents.flatMap { Documents.links($0, exists: Self.exists) }.isEmpty)
    }

    @Test("source files that documents name exist")
    func names() {
        #expect(
            SourceTree.documents.flatMap { Documents.names($0, paths: Self.paths) }.isEmpty)
    }

    @Test("documents name commands that the Makefile has, and the README all of them")
    func commands() throws {
        let targets = Documents.makeTargets(try #require(SourceTree.file("Makefile")))
        #expect(targets.contains("demo"))
        #expect(
            SourceTree.documents.flatMap { Documents.unknownCommands($0, targets: targets) }
                .isEmpty)
        let readme = try #require(SourceTree.file("README.md"))
        let named = Set(Documents.makeCommands(readme).map(\.name))
        #expect(targets.subtracting(named).isEmpty)
    }

    @Test("the changelog has the program's version")
    func version() throws {
        let program = try #require(SourceTree.file("Sources/jit-bot/JitBot.swift"))
        let line = try #require(program.lines.first { $0.contains("version: \"") })
        let version = try #require(line.split(separator: "\"").dropFirst().first)
        let changelog = try #require(SourceTree.file("CHANGELOG.md"))
        #expect(changelog.lines.contains { $0.hasPrefix("## [\(version)]") })
    }

    @Test("a broken link is found; others, and links elsewhere, are not")
    func linkSample() {
        let text = "[a](b.md) [c](../x/d.md#e) [f](https://example.org/g) [h](#i)"
        let file = SourceFile(path: "docs/a.md", text: text)
        #expect(Documents.links(file) { $0 == "docs/b.md" }.map(\.what).count == 1)
        #expect(Documents.links(file) { ["docs/b.md", "x/d.md"].contains($0) }.isEmpty)
    }

    @Test("a file that is not there is found by whole path or end")
    func nameSample() {
        let file = SourceFile(path: "a.md", text: "see `Strategy/A.swift` and `B.swift`")
        #expect(Documents.names(file, paths: ["Sources/Strategy/A.swift"]).count == 1)
        #expect(
            Documents.names(file, paths: ["Sources/Strategy/A.swift", "Sources/X/B.swift"])
                .isEmpty)
    }

    @Test("an unknown command is found in a block and in a line")
    func commandSample() {
        let file = SourceFile(
            path: "a.md", text: "make sure\n`make good` `make bad`\n```\nmake worse A=1\n```")
        let found = Documents.unknownCommands(file, targets: ["good"])
        #expect(found.map(\.line) == [2, 4])
        let makefile = SourceFile(path: "Makefile", text: "good: x ## Do it\nhidden: x\n")
        #expect(Documents.makeTargets(makefile) == ["good"])
    }
}
