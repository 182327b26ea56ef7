import Foundation

/// Which target may import what.
enum Layers {
    /// Each target's arrows: equal to `Package.swift` and to the table in docs/ARCHITECTURE.md.
    static let arrows: [String: Set<String>] = [
        "jit-bot": [
            "World", "Bot", "Backtest", "CZlib", "NIOCore", "NIOPosix", "ArgumentParser",
        ],
        "Conformance": ["EVM", "Chain", "JSON", "Recordings", "CZlib"],
        "Benchmarks": ["EVM", "Chain", "JSON", "World", "Backtest", "NIOCore"],
        "CallContract": ["EVM"],
        "World": [
            "Strategy", "Chain", "Contracts", "Store", "Devnet", "Bot", "Recordings", "NIOCore",
        ],
        "Backtest": ["Strategy", "Chain", "Recordings"],
        "Recordings": ["Strategy", "JSON"],
        "Bot": ["Strategy", "Chain", "Relay", "Store", "NIOCore"],
        "Devnet": ["Chain", "Contracts", "UniswapV3", "Relay", "NIOCore"],
        "Relay": ["Wire"],
        "Strategy": ["EVM", "UniswapV3", "Contracts"],
        "Chain": ["EVM", "JSON"],
        "JSON": ["Ethereum"],
        "Store": ["Ethereum", "GRDB"],
        "Contracts": ["Ethereum"],
        "Wire": ["JSON", "NIOCore", "NIOPosix", "NIOHTTP1", "NIOWebSocket", "NIOSSL"],
        "UniswapV3": ["Ethereum"],
        "EVM": ["Ethereum"],
        "Ethereum": ["CSecp256k1"],
    ]

    /// Targets without clock, chance, environment, files and output.
    static let pure = [
        "Ethereum", "JSON", "EVM", "UniswapV3", "Contracts", "Chain", "Strategy", "Recordings",
        "Backtest",
    ]

    /// Modules of the toolchain that the other targets may import.
    static let system: [String: Set<String>] = [
        "jit-bot": ["Foundation", "Dispatch", "Synchronization"],
        "EVM": ["Synchronization"],
        "World": ["Foundation", "Synchronization"],
        "Bot": ["Synchronization"],
        "Store": ["Foundation", "Synchronization"],
        "Conformance": ["Foundation", "Synchronization", "Glibc", "Darwin"],
        "Benchmarks": ["Foundation", "Glibc", "Darwin"],
    ]

    /// All that a target may import: its arrows, what our own targets behind them reach, and system
    /// modules. A C library or a package only where the arrow is the target's own.
    static func importable(by target: String) -> Set<String> {
        var reached = arrows[target] ?? []
        var waiting = reached.filter { arrows[$0] != nil }
        while let next = waiting.popFirst() {
            for module in arrows[next] ?? [] where arrows[module] != nil {
                if reached.insert(module).inserted { waiting.insert(module) }
            }
        }
        return reached.union(system[target] ?? [])
    }

    /// Imports that point elsewhere.
    static func violations(_ file: SourceFile) -> [Violation] {
        let parts = file.path.split(separator: "/")
        guard parts.count > 2, parts[0] == "Sources" else { return [] }
        let target = String(parts[1])
        let allowed = importable(by: target)
        return file.code.compactMap { number, text in
            guard let module = importedModule(text), !allowed.contains(module) else { return nil }
            return Violation(
                path: file.path, line: number, what: "\(target) must not import \(module)")
        }
    }

    /// The module that a line of code imports, whatever stands before `import`.
    static func importedModule(_ line: String) -> String? {
        let words = line.split(separator: " ")
        guard let index = words.firstIndex(of: "import"), index + 1 < words.count,
            words[..<index].allSatisfy({ isImportModifier($0) })
        else { return nil }
        let kinds: Set<Substring> = ["struct", "class", "enum", "func", "var", "protocol"]
        let name =
            kinds.contains(words[index + 1])
            ? words[min(index + 2, words.count - 1)]
            : words[index + 1]
        return name.split(separator: ".").first.map(String.init)
    }

    private static func isImportModifier(_ word: Substring) -> Bool {
        word.hasPrefix("@") || ["public", "package", "internal", "private"].contains(word)
    }

    /// The arrows that a package manifest declares for its own targets, tests left out.
    static func arrows(ofManifest manifest: String) -> [String: Set<String>] {
        var result: [String: Set<String>] = [:]
        for declaration in [".target(", ".executableTarget("] {
            for piece in manifest.components(separatedBy: declaration).dropFirst() {
                guard let name = quoted(piece).first else { continue }
                // What tests share is no layer of the product.
                if piece.prefix(while: { $0 != "\n" }).contains("path: \"Tests/") { continue }
                guard let start = piece.range(of: "dependencies: ["),
                    let body = bracketed(piece[start.upperBound...])
                else {
                    result[name] = []
                    continue
                }
                let simple = body.replacing(/package: "[^"]*"/, with: "")
                result[name] = Set(quoted(simple))
            }
        }
        return result
    }

    /// The arrows in the table of a document: rows of three columns, the first a name in
    /// backquotes.
    static func arrows(ofTable document: SourceFile) -> [String: Set<String>] {
        var result: [String: Set<String>] = [:]
        var isTable = false
        for line in document.lines {
            if line.hasPrefix("| target | what it is | depends on |") {
                isTable = true
            } else if isTable {
                guard line.hasPrefix("|") else { break }
                let cells = line.split(separator: "|").map {
                    $0.trimmingCharacters(in: .whitespaces)
                }
                guard cells.count == 3, cells[0].hasPrefix("`") else { continue }
                result[cells[0].trimmingCharacters(in: ["`"])] = Set(
                    cells[2].split(separator: ",").map {
                        $0.trimmingCharacters(in: .whitespaces)
                    })
            }
        }
        return result
    }

    private static func quoted(_ text: some StringProtocol) -> [String] {
        text.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
            .filter { $0.offset % 2 == 1 }.map { String($0.element) }
    }

    /// The text up to the bracket that closes the one before it.
    private static func bracketed(_ text: Substring) -> String? {
        var depth = 1
        for index in text.indices {
            if text[index] == "[" { depth += 1 }
            if text[index] == "]" { depth -= 1 }
            if depth == 0 { return String(text[..<index]) }
        }
        return nil
    }
}
