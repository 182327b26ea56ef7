import Testing

@Suite("Documentation")
struct DocumentationTests {
    @Test("public types and functions are documented")
    func documented() {
        let requirements = Documentation.requirements(SourceTree.sources)
        #expect(
            SourceTree.sources.flatMap {
                Documentation.violations($0, requirements: requirements)
            }.isEmpty)
    }

    @Test(
        "what lacks its text is found",
        arguments: [
            "public struct A {", "package enum A {", "public final class A {",
            "    public static func a() {", "    public mutating func a() {",
            "@frozen\npublic struct A {",
        ])
    func sample(text: String) {
        let file = SourceFile(path: "a.swift", text: text)
        #expect(Documentation.violations(file, requirements: []).count == 1)
    }

    @Test(
        "what has it, or needs none, is not",
        arguments: [
            "/// A thing.\npublic struct A {", "/// A thing.\n@frozen\npublic struct A {",
            "struct A {", "public var a: Int", "public init(a: Int) {",
            "public static func < (a: A, b: A) -> Bool {", "public func asked() {",
        ])
    func innocent(text: String) {
        let file = SourceFile(path: "a.swift", text: text)
        #expect(Documentation.violations(file, requirements: ["asked"]).isEmpty)
    }

    @Test("the functions that a protocol asks for are known")
    func requirements() {
        let file = SourceFile(
            path: "a.swift",
            text: "public protocol P {\n    func asked()\n}\nstruct S {\n    func other() {}\n}")
        let names = Documentation.requirements([file])
        #expect(names.contains("asked"))
        #expect(!names.contains("other"))
    }
}
