import Foundation

/// What the core must not do: the same arguments give the same answer, in the same order.
enum Purity {
    static let forbiddenModules = ["Foundation", "NIO", "Dispatch", "Glibc", "Darwin", "Musl"]

    /// Clock, chance, environment and output.
    static let forbiddenPieces = [
        "Date(", ".now", "ContinuousClock", "SuspendingClock", "SystemRandomNumberGenerator",
        ".random(", ".randomElement(", ".shuffled(", "shuffle(", "arc4random", "getenv",
        "ProcessInfo", "FileManager", "print(", "debugPrint(", "dump(",
    ]

    /// Places where keys or values of a table are taken in hash order, and why no result shows it.
    static let orderAllowed: [(path: String, code: String, reason: String)] = []

    static func violations(_ file: SourceFile) -> [Violation] {
        imports(file) + pieces(file) + order(file)
    }

    private static func imports(_ file: SourceFile) -> [Violation] {
        file.code.compactMap { number, text in
            guard let module = Layers.importedModule(text),
                forbiddenModules.contains(where: { module.hasPrefix($0) })
            else { return nil }
            return Violation(path: file.path, line: number, what: "the core imports \(module)")
        }
    }

    private static func pieces(_ file: SourceFile) -> [Violation] {
        file.code.flatMap { number, text in
            forbiddenPieces.filter { mentions(text, $0) }.map {
                Violation(path: file.path, line: number, what: "the core uses \($0)")
            }
        }
    }

    /// `.keys` and `.values` must be sorted on the same line or the next. Iteration over a table
    /// itself cannot be told from that over an array by the text; tests of equal bytes catch it.
    private static func order(_ file: SourceFile) -> [Violation] {
        let code = file.code
        return code.indices.compactMap { index in
            let (number, text) = code[index]
            guard mentions(text, ".keys") || mentions(text, ".values") else { return nil }
            let next = index + 1 < code.count ? code[index + 1].text : ""
            if (text + next).contains(".sorted") { return nil }
            let isAllowed = orderAllowed.contains {
                $0.path == file.path && text.contains($0.code)
            }
            return isAllowed
                ? nil
                : Violation(
                    path: file.path, line: number, what: "keys or values in hash order; sort them")
        }
    }
}
