import Testing

@Suite("Tree")
struct TreeTests {
    @Test("the repository speaks of the product alone")
    func words() {
        #expect(SourceTree.files.count > 100)
        #expect(SourceTree.files.flatMap(Words.violations).isEmpty)
    }

    @Test("each command of the program is one file of its name")
    func commands() {
        let program = SourceTree.sources.filter { $0.isBelow("Sources/jit-bot") }
        #expect(program.flatMap(Commands.violations).isEmpty)
        let names = Set(
            program.filter { $0.isBelow("Sources/jit-bot/Commands") }.map(\.baseName))
        #expect(program.flatMap { Commands.unknown($0, names: names) }.isEmpty)
    }

    @Test("a contract's licence is the repository's")
    func licence() {
        for file in SourceTree.files where file.path.hasSuffix(".vy") {
            #expect(file.lines.contains("# SPDX-License-Identifier: Apache-2.0"), "\(file.path)")
        }
    }

    @Test("a forbidden word is found, whatever its case")
    func wordSample() {
        let text = "made with chat" + "gpt\nin /wo" + "rk/main\n"
        #expect(Words.violations(SourceFile(path: "a.md", text: text)).map(\.line) == [1, 2])
        #expect(Words.violations(SourceFile(path: "a.md", text: "the framework/tool")).isEmpty)
    }

    @Test("a second command in a file is found, and one that nobody wrote")
    func commandSample() {
        let file = SourceFile(
            path: "Sources/jit-bot/Commands/ACommand.swift",
            text: "struct ACommand: ParsableCommand {\n}\nstruct BCommand: ParsableCommand {\n}")
        #expect(Commands.violations(file).map(\.line) == [3])
        let root = SourceFile(path: "a.swift", text: "subcommands: [ACommand.self, CCommand.self]")
        #expect(Commands.unknown(root, names: ["ACommand"]).count == 1)
    }

    @Test("code is a line without comment and text")
    func code() {
        let file = SourceFile(path: "a.swift", text: "let a = \"// b\" // c")
        #expect(file.code.map(\.text) == ["let a = \"\" "])
        #expect(mentions("a.print(b)", "print("))
        #expect(!mentions("fingerprint(b)", "print("))
    }
}
