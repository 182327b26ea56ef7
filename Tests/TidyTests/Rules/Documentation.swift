import Foundation

/// Public types and functions are documented. A stored property or an initialiser speaks by its
/// name and its type's text; a function that a protocol asks for, by the protocol's.
enum Documentation {
    private static let access: Set<Substring> = ["public", "package", "open"]
    private static let modifiers: Set<Substring> = [
        "static", "final", "indirect", "mutating", "nonmutating", "convenience", "override",
    ]
    private static let kinds: Set<Substring> = [
        "struct", "class", "enum", "protocol", "actor", "func",
    ]
    /// Asked for by protocols of the standard library.
    private static let standard: Set<String> = ["next", "hash", "encode"]

    /// Names of the functions that the protocols in these files ask for.
    static func requirements(_ files: [SourceFile]) -> Set<String> {
        var names = standard
        for file in files {
            var isProtocol = false
            for (_, text) in file.code {
                if mentions(text, "protocol") { isProtocol = true }
                if text == "}" { isProtocol = false }
                if isProtocol, let name = functionName(text) { names.insert(name) }
            }
        }
        return names
    }

    static func violations(_ file: SourceFile, requirements: Set<String>) -> [Violation] {
        if file.isGenerated { return [] }
        var violations: [Violation] = []
        for (index, (number, text)) in file.code.enumerated() {
            let words = text.split(separator: " ")
            guard let first = words.first, access.contains(first),
                let kind = words.dropFirst().first(where: { !modifiers.contains($0) }),
                kinds.contains(kind)
            else { continue }
            if kind == "func" {
                guard let name = functionName(text), !requirements.contains(name) else { continue }
            }
            if !isDocumented(file, above: index) {
                violations.append(
                    Violation(path: file.path, line: number, what: "public, not documented"))
            }
        }
        return violations
    }

    /// The name of a function that is not an operator.
    private static func functionName(_ text: String) -> String? {
        guard let range = text.range(of: "func ") else { return nil }
        let name = text[range.upperBound...].prefix { $0.isLetter || $0.isNumber || $0 == "_" }
        return name.isEmpty ? nil : String(name)
    }

    private static func isDocumented(_ file: SourceFile, above index: Int) -> Bool {
        for line in file.lines[..<index].reversed() {
            let text = line.trimmingCharacters(in: .whitespaces)
            if text.hasPrefix("///") { return true }
            if !text.hasPrefix("@") { return false }
        }
        return false
    }
}
