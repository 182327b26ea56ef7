import Foundation

/// The repository speaks of the product alone: not of who typed it, nor of one machine's folders.
enum Words {
    /// Written in two pieces, so that this file does not hit itself.
    static let forbidden = [
        "Chat" + "GPT", "Clau" + "de", "Anthro" + "pic", "AI" + "-generated", "Co" + "pilot",
        "/wo" + "rk/", "/tm" + "p/wt",
    ]

    static func violations(_ file: SourceFile) -> [Violation] {
        file.lines.enumerated().flatMap { index, line in
            forbidden.filter { line.range(of: $0, options: .caseInsensitive) != nil }.map {
                Violation(path: file.path, line: index + 1, what: "\"\($0)\"")
            }
        }
    }
}
