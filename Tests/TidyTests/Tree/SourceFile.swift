import Foundation

/// A text file of the tree, or a sample that stands for one.
struct SourceFile {
    /// Relative to the repository's root.
    let path: String
    let lines: [Substring]

    init(path: String, text: String) {
        self.path = path
        lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    }

    /// The name without folders and extension.
    var baseName: String {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        return name.split(separator: ".").first.map(String.init) ?? name
    }

    var isGenerated: Bool { path.contains("/Generated/") }

    func isBelow(_ folder: String) -> Bool { path.hasPrefix(folder + "/") }

    /// Swift lines without comments and without the contents of one-line strings, by line number.
    var code: [(number: Int, text: String)] {
        lines.enumerated().map { ($0.offset + 1, Self.code(of: $0.element)) }
    }

    private static func code(of line: Substring) -> String {
        var result = ""
        var isString = false
        var previous: Character = " "
        for character in line {
            if character == "\"", previous != "\\" { isString.toggle() }
            if !isString, character == "/", previous == "/" { return String(result.dropLast()) }
            if !isString || character == "\"" { result.append(character) }
            previous = character
        }
        return result
    }
}

/// A place that breaks a rule, as a compiler would print it.
struct Violation: Equatable, CustomStringConvertible {
    var path: String
    var line: Int
    var what: String

    var description: String { "\(path):\(line): \(what)" }
}

/// Whether a text contains a piece of code that begins where a name could begin.
func mentions(_ text: String, _ piece: String) -> Bool {
    var rest = text[...]
    while let range = rest.range(of: piece) {
        let isName = { (character: Character) in
            character.isLetter || character.isNumber || character == "_"
        }
        let before =
            range.lowerBound > text.startIndex
            ? text[text.index(before: range.lowerBound)] : " "
        let after = range.upperBound < text.endIndex ? text[range.upperBound] : " "
        let begins = !(piece.first.map(isName) ?? false) || !isName(before)
        let ends = !(piece.last.map(isName) ?? false) || !isName(after)
        if begins, ends { return true }
        rest = text[range.upperBound...]
    }
    return false
}
