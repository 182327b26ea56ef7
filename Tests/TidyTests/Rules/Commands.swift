import Foundation

/// Each command of the program is one file of its name.
enum Commands {
    /// Commands in a file of another name, and files with more than one.
    static func violations(_ file: SourceFile) -> [Violation] {
        file.code.compactMap { number, text in
            guard let name = commandName(text), name != file.baseName else { return nil }
            return Violation(
                path: file.path, line: number, what: "\(name) belongs into a file of its name")
        }
    }

    /// Commands that a file registers and that none of `names` is.
    static func unknown(_ file: SourceFile, names: Set<String>) -> [Violation] {
        file.code.flatMap { number, text in
            text.matches(of: /([A-Za-z]+Command)\.self/).map { String($0.1) }
                .filter { !names.contains($0) }.map {
                    Violation(path: file.path, line: number, what: "\($0) has no file")
                }
        }
    }

    static func commandName(_ text: String) -> String? {
        guard text.contains("ParsableCommand {") else { return nil }
        return text.firstMatch(of: /struct ([A-Za-z]+)/).map { String($0.1) }
    }
}
