import Testing

@Suite("Layers")
struct LayersTests {
    @Test("sources import only what their target may")
    func imports() {
        #expect(SourceTree.sources.flatMap(Layers.violations).isEmpty)
    }

    @Test("every target has its arrows in the table")
    func complete() {
        let targets = Set(SourceTree.sources.compactMap { $0.path.split(separator: "/")[1] })
            .map(String.init).filter { !$0.hasPrefix("C") || Layers.arrows[$0] != nil }
        #expect(Set(targets) == Set(Layers.arrows.keys))
    }

    @Test("the manifest declares the arrows of the table")
    func manifest() throws {
        let manifest = try #require(SourceTree.file("Package.swift"))
        #expect(
            Layers.arrows(ofManifest: manifest.lines.joined(separator: "\n")) == Layers.arrows)
    }

    @Test("the architecture's table has the same arrows")
    func document() throws {
        let document = try #require(SourceTree.file("docs/ARCHITECTURE.md"))
        #expect(Layers.arrows(ofTable: document) == Layers.arrows)
    }

    @Test("no arrow leads back to where it came from")
    func acyclic() {
        for target in Layers.arrows.keys.sorted() {
            #expect(!Layers.importable(by: target).contains(target))
        }
    }

    @Test("tests import modules as any other client does")
    func testable() {
        let clients = SourceTree.swift.filter { $0.isBelow("Tests") }
        #expect(!clients.contains { $0.code.contains { $0.text.hasPrefix("@testable") } })
    }

    @Test("an upward import is found, a downward one and a comment are not")
    func sample() {
        func count(_ target: String, _ text: String) -> Int {
            Layers.violations(SourceFile(path: "Sources/\(target)/A.swift", text: text)).count
        }
        #expect(count("EVM", "import Strategy") == 1)
        #expect(count("Strategy", "import Chain") == 1)
        #expect(count("Chain", "@preconcurrency import Foundation") == 1)
        #expect(count("EVM", "import CSecp256k1") == 1)
        #expect(count("EVM", "public import struct World.Demo") == 1)
        #expect(count("World", "import Ethereum\nimport Foundation") == 0)
        #expect(count("EVM", "// import Strategy") == 0)
    }

    @Test("arrows are read from a manifest and from a table")
    func reading() {
        let manifest = """
            .executableTarget(
                name: "program",
                dependencies: [
                    "A", .product(name: "P", package: "q"),
                ]),
            .target(name: "A", dependencies: ["B"]),
            .target(name: "Shared", dependencies: ["A"], path: "Tests/Shared"),
            .testTarget(name: "ATests", dependencies: ["A"]),
            """
        #expect(Layers.arrows(ofManifest: manifest) == ["program": ["A", "P"], "A": ["B"]])
        let table = """
            | target | what it is | depends on |
            |---|---|---|
            | `A` | what it does, well | B, C |

            | `D` | of another table | E |
            """
        #expect(
            Layers.arrows(ofTable: SourceFile(path: "a.md", text: table)) == ["A": ["B", "C"]])
    }
}
