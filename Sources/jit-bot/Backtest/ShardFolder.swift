import Backtest
import Foundation
import JSON

/// The folder that a backtest writes: its shards, each whole or not there, and the report.
struct ShardFolder {
    let path: String

    private var shards: String { path + "/shards" }

    /// Makes the folder where it is not there, and removes the parts of runs that were killed.
    func prepare() throws {
        try ProgramFailure.configuration(path) {
            try FileManager.default.createDirectory(
                atPath: shards, withIntermediateDirectories: true)
        }
        for name in try names(in: shards, ending: ".part") where !Self.isBeingWritten(name) {
            try? FileManager.default.removeItem(atPath: shards + "/" + name)
        }
    }

    /// Whether the process that a part's name ends with still runs.
    private static func isBeingWritten(_ part: String) -> Bool {
        let digits = part.dropLast(".part".count).split(separator: ".").last ?? ""
        guard let process = Int32(digits), process > 0 else { return false }
        return kill(process, 0) == 0 || errno == EPERM
    }

    /// The finished shard of this name; nil where it is missing or damaged.
    func finished(_ name: String) -> Shard? {
        guard let bytes = FileManager.default.contents(atPath: shards + "/" + name) else {
            return nil
        }
        return try? Shard(bytes: Array(bytes))
    }

    /// Writes a shard to a part beside its place, and then gives it its name: a process that is
    /// killed leaves the shard whole, or not at all.
    func write(_ shard: Shard, as name: String) throws {
        let part = "\(shards)/\(name).\(ProcessInfo.processInfo.processIdentifier).part"
        try ProgramFailure.configuration(shards) {
            guard FileManager.default.createFile(atPath: part, contents: nil),
                let file = FileHandle(forWritingAtPath: part)
            else { throw OutputFile.WriteError.cannotWrite(path: part) }
            do {
                try file.write(contentsOf: Data(shard.json.bytes))
                try file.synchronize()
                try file.close()
            } catch {
                try? FileManager.default.removeItem(atPath: part)
                throw OutputFile.WriteError.cannotWrite(path: part)
            }
            guard rename(part, shards + "/" + name) == 0 else {
                throw OutputFile.WriteError.cannotWrite(path: shards + "/" + name)
            }
        }
    }

    /// What all shards in the folder say; those of a folder without `shards` lie in it directly.
    func findings() throws -> (findings: Findings, shards: Int) {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder),
            isFolder.boolValue
        else {
            throw ProgramFailure(
                .configuration,
                "\(path): no such folder. Give the one that jit-bot backtest --out wrote.")
        }
        let inner = FileManager.default.fileExists(atPath: shards)
        let folder = inner ? shards : path
        var names = try names(in: folder, ending: ".json")
        names.removeAll { $0 == "report.json" }
        guard !names.isEmpty else {
            throw ProgramFailure(
                .configuration, "\(path): no shards; jit-bot backtest writes them with --out.")
        }
        var findings = Findings()
        for name in names {
            let file = folder + "/" + name
            let shard = try ProgramFailure.configuration(file) {
                try Shard(bytes: InputFile.read(file))
            }
            try ProgramFailure.configuration(file) { try findings.add(shard) }
        }
        return (findings, names.count)
    }

    private func names(in folder: String, ending: String) throws -> [String] {
        try ProgramFailure.configuration(folder) {
            try FileManager.default.contentsOfDirectory(atPath: folder)
        }.filter { $0.hasSuffix(ending) }.sorted()
    }

    /// Writes the report in its four forms.
    func write(_ report: BacktestReport) throws {
        try ProgramFailure.configuration(path) {
            try OutputFile.write(report.json.text + "\n", to: path + "/report.json")
            try OutputFile.write(report.csv, to: path + "/report.csv")
            try OutputFile.write(report.markdown, to: path + "/report.md")
            try OutputFile.write(report.html, to: path + "/report.html")
        }
    }
}
