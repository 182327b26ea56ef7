import Foundation

/// The repository that this file is in.
enum SourceTree {
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// What is built, fetched or kept by git, and so is not part of the tree.
    private static let skipped: Set<String> = [
        ".git", ".build", ".artifacts", ".venv", ".swiftpm", "__pycache__", "Package.resolved",
    ]

    /// Every text file, by path.
    static let files: [SourceFile] = {
        var files: [SourceFile] = []
        collect("", into: &files)
        return files
    }()

    private static func collect(_ folder: String, into files: inout [SourceFile]) {
        let url = folder.isEmpty ? root : root.appendingPathComponent(folder)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []
        for name in names.sorted()
        where !skipped.contains(name) && !name.hasPrefix(".build") {
            let path = folder.isEmpty ? name : folder + "/" + name
            let file = url.appendingPathComponent(name)
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: file.path, isDirectory: &isFolder),
                (try? FileManager.default.destinationOfSymbolicLink(atPath: file.path)) == nil
            else { continue }
            if isFolder.boolValue {
                collect(path, into: &files)
            } else if let text = try? String(contentsOf: file, encoding: .utf8) {
                files.append(SourceFile(path: path, text: text))
            }
        }
    }

    static var swift: [SourceFile] { files.filter { $0.path.hasSuffix(".swift") } }

    static var sources: [SourceFile] { swift.filter { $0.isBelow("Sources") } }

    /// The targets that must give the same answer to the same question, and those alike.
    static var core: [SourceFile] {
        sources.filter { file in Layers.pure.contains { file.isBelow("Sources/" + $0) } }
    }

    static var documents: [SourceFile] { files.filter { $0.path.hasSuffix(".md") } }

    static func file(_ path: String) -> SourceFile? { files.first { $0.path == path } }
}
