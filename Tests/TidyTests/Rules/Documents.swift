import Foundation

/// Documents name only what exists.
enum Documents {
    /// Relative links that lead nowhere. `exists` is asked for paths from the repository's root.
    static func links(_ document: SourceFile, exists: (String) -> Bool) -> [Violation] {
        let folder = document.path.split(separator: "/").dropLast()
        return document.lines.enumerated().flatMap { index, line in
            line.matches(of: /\]\(([^)#\s]+)[^)]*\)/).compactMap { match -> Violation? in
                let target = String(match.1)
                if target.contains("://") || target.hasPrefix("mailto:") { return nil }
                let path = resolved(folder.map(String.init), target)
                if exists(path) { return nil }
                return Violation(
                    path: document.path, line: index + 1, what: "links to \(path), which is not")
            }
        }
    }

    private static func resolved(_ folder: [String], _ target: String) -> String {
        var parts = folder
        for part in target.split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(String(part)) }
        }
        return parts.joined(separator: "/")
    }

    /// Source files that a document names, by a whole path or its end, and that do not exist.
    static func names(_ document: SourceFile, paths: [String]) -> [Violation] {
        document.lines.enumerated().flatMap { index, line in
            line.matches(of: /[A-Za-z0-9_+.\/-]+\.(swift|vy|py|sh|md)\b/).compactMap { match in
                let name = String(match.0)
                if line[..<match.range.lowerBound].hasSuffix(":") { return nil }
                let exists = paths.contains { $0 == name || $0.hasSuffix("/" + name) }
                // Links are relative to the document.
                let isLink = line[..<match.range.lowerBound].hasSuffix("](")
                return exists || isLink
                    ? nil
                    : Violation(
                        path: document.path, line: index + 1, what: "names \(name), which is not")
            }
        }
    }

    /// Targets of a makefile that its help lists.
    static func makeTargets(_ makefile: SourceFile) -> Set<String> {
        Set(
            makefile.lines.compactMap { $0.firstMatch(of: #/^([a-z-]+):.*## /#)?.1 }.map(
                String.init))
    }

    /// Commands `make x` in code of a document.
    static func makeCommands(_ document: SourceFile) -> [(name: String, line: Int)] {
        var isBlock = false
        var commands: [(String, Int)] = []
        for (index, line) in document.lines.enumerated() {
            if line.hasPrefix("```") { isBlock.toggle() }
            let pieces: [Substring] =
                isBlock
                ? [line]
                : line.split(separator: "`", omittingEmptySubsequences: false).enumerated()
                    .filter { $0.offset % 2 == 1 }.map(\.element)
            for piece in pieces {
                if let match = piece.firstMatch(of: /^\s*(?:\$ )?make ([a-z][a-z-]*)/) {
                    commands.append((String(match.1), index + 1))
                }
            }
        }
        return commands
    }

    /// Commands that the makefile does not have.
    static func unknownCommands(_ document: SourceFile, targets: Set<String>) -> [Violation] {
        makeCommands(document).filter { !targets.contains($0.name) }.map {
            Violation(path: document.path, line: $0.line, what: "there is no `make \($0.name)`")
        }
    }
}
