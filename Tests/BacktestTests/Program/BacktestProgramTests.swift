import Backtest
import Foundation
import TestSupport
import Testing
import World

/// `jit-bot backtest` as its users run it: shards that are finished stay, a run that is killed
/// leaves none half, and every error has its exit code and its words.
@Suite("jit-bot backtest", .serialized)
struct BacktestProgramTests {
    /// A folder with inputs in it, removed at the end.
    private final class Folder {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent(
            "jit-bot-backtest-\(UUID().uuidString)")

        init() throws {
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        }
        deinit { try? FileManager.default.removeItem(at: url) }

        func write(_ text: String, _ name: String) throws {
            try Data(text.utf8).write(to: url.appendingPathComponent(name))
        }

        /// Names and bytes of the files of a folder in it, and of its shards.
        func files(_ name: String) throws -> [String: Data] {
            var files: [String: Data] = [:]
            for folder in [name, name + "/shards"] {
                let path = url.appendingPathComponent(folder)
                for file in try FileManager.default.contentsOfDirectory(atPath: path.path)
                where file != "shards" {
                    files[folder.dropFirst(name.count) + "/" + file] = try Data(
                        contentsOf: path.appendingPathComponent(file))
                }
            }
            return files
        }
    }

    private struct Run {
        var status: Int32
        var output: String
        var errors: String
    }

    private static func process(_ arguments: [String], in folder: Folder) throws -> (Process, [URL])
    {
        let files = ["out.txt", "err.txt"].map { folder.url.appendingPathComponent($0) }
        for file in files { try Data().write(to: file) }
        let process = Process()
        process.executableURL = try ProgramFile.url()
        process.arguments = ["backtest"] + arguments
        process.currentDirectoryURL = folder.url
        process.standardOutput = try FileHandle(forWritingTo: files[0])
        process.standardError = try FileHandle(forWritingTo: files[1])
        return (process, files)
    }

    private static func run(_ arguments: [String], in folder: Folder) throws -> Run {
        let (process, files) = try process(arguments, in: folder)
        try process.run()
        process.waitUntilExit()
        let texts = try files.map { String(decoding: try Data(contentsOf: $0), as: UTF8.self) }
        return Run(status: process.terminationStatus, output: texts[0], errors: texts[1])
    }

    private static let input = SyntheticHistory.name

    @Test("an input that is given again, under whatever name, counts once and says so")
    func repeated() throws {
        let folder = try Folder()
        let text = try SyntheticHistory.csv(seed: 1, events: 600)
        try folder.write(text, Self.input)
        let other = Self.input.replacingOccurrences(of: ".csv", with: "_again.csv")
        try folder.write(text, other)
        let once = try Self.run([Self.input, "--out", "once"], in: folder)
        let again = try Self.run(
            [Self.input, Self.input, other, "--jobs", "2", "--out", "again"], in: folder)
        #expect(once.status == 0 && again.status == 0 && once.output == again.output)
        #expect(try folder.files("once") == folder.files("again"))
        #expect(again.errors.contains("\(other) is left out: it holds what \(Self.input) holds."))
        #expect(!once.errors.contains("is left out"))
    }

    @Test("a span without a block of the inputs is told")
    func emptySpan() throws {
        let folder = try Folder()
        try folder.write(try SyntheticHistory.csv(seed: 1, events: 100), Self.input)
        let run = try Self.run([Self.input, "--blocks", "1..2", "--out", "none"], in: folder)
        #expect(run.status == 0 && run.errors.contains("No input has a block in 1..2."))
        let all = try Self.run([Self.input, "--out", "all"], in: folder)
        #expect(all.status == 0 && !all.errors.contains("No input has"))
    }

    @Test("one thread and several write the same bytes, and a second run nothing anew")
    func idempotent() throws {
        let folder = try Folder()
        try folder.write(try SyntheticHistory.csv(seed: 1, events: 3000), Self.input)
        let set = ["--set", "shardEvents=250"]
        let one = try Self.run([Self.input, "--jobs", "1", "--out", "one"] + set, in: folder)
        let four = try Self.run([Self.input, "--jobs", "4", "--out", "four"] + set, in: folder)
        #expect(one.status == 0 && four.status == 0 && one.output == four.output)
        let files = try folder.files("one")
        #expect(try folder.files("four") == files)
        #expect(files.keys.count { $0.hasPrefix("/shards/") } > 9)
        #expect(
            Set(files.keys).isSuperset(
                of: ["report.json", "report.csv", "report.md", "report.html"].map { "/" + $0 }))
        #expect(one.errors.contains(" of 3000 events"))

        let path = folder.url.appendingPathComponent("one/shards")
        func times() throws -> [Date?] {
            try FileManager.default.contentsOfDirectory(atPath: path.path).sorted().map {
                try FileManager.default.attributesOfItem(
                    atPath: path.appendingPathComponent($0).path)[.modificationDate] as? Date
            }
        }
        let before = try times()
        let again = try Self.run([Self.input, "--out", "one"] + set, in: folder)
        #expect(again.status == 0 && again.output == one.output)
        #expect(again.errors.contains("shards are there already"))
        #expect(try folder.files("one") == files && times() == before)
        // Other settings, or another input of the same name, are worked out anew.
        let other = try Self.run(
            [Self.input, "--out", "one", "--set", "bidShareBps=5000"] + set, in: folder)
        #expect(other.status == 0 && !other.errors.contains("there already"))
        #expect(try folder.files("one") != files)
    }

    @Test("a run that is killed leaves no half shard, and going on gives the same bytes")
    func killed() throws {
        let folder = try Folder()
        try folder.write(try SyntheticHistory.csv(seed: 2, events: 30_000), Self.input)
        let arguments = [
            Self.input, "--jobs", "2", "--set", "shardEvents=300", "--set", "sizeFilter=0",
        ]
        let clean = try Self.run(arguments + ["--out", "clean"], in: folder)
        #expect(clean.status == 0)
        let shards = folder.url.appendingPathComponent("killed/shards").path
        var kills = 0
        for wanted in [3, 20, 45] {
            let (process, _) = try Self.process(arguments + ["--out", "killed"], in: folder)
            try process.run()
            while process.isRunning {
                let names = (try? FileManager.default.contentsOfDirectory(atPath: shards)) ?? []
                if names.count(where: { $0.hasSuffix(".json") }) >= wanted {
                    kill(process.processIdentifier, SIGKILL)
                    break
                }
                usleep(500)
            }
            process.waitUntilExit()
            if process.terminationReason == .uncaughtSignal { kills += 1 }
            for name in try FileManager.default.contentsOfDirectory(atPath: shards)
            where name.hasSuffix(".json") {
                _ = try Shard(
                    bytes: Array(try Data(contentsOf: URL(fileURLWithPath: shards + "/" + name))))
            }
        }
        #expect(kills > 0)
        let resumed = try Self.run(arguments + ["--out", "killed"], in: folder)
        #expect(resumed.status == 0 && resumed.output == clean.output)
        #expect(resumed.errors.contains("shards are there already"))
        #expect(try folder.files("killed") == folder.files("clean"))
    }

    @Test("ranges of blocks made apart are merged into what one run writes")
    func merged() throws {
        let folder = try Folder()
        try folder.write(try SyntheticHistory.csv(seed: 3, events: 2000), Self.input)
        let set = ["--set", "shardEvents=300"]
        let whole = try Self.run([Self.input, "--json", "--out", "whole"] + set, in: folder)
        #expect(whole.status == 0)
        for blocks in ["0..17000800", "17000801..99999999"] {
            #expect(
                try Self.run([Self.input, "--blocks", blocks, "--out", "parts"] + set, in: folder)
                    .status == 0)
        }
        let merged = try Self.run(["merge", "parts", "--json"], in: folder)
        #expect(merged.status == 0 && merged.output == whole.output)
        #expect(merged.output.hasSuffix("}\n") && merged.output.count { $0 == "\n" } == 1)
        #expect(try folder.files("parts")["/report.html"] == folder.files("whole")["/report.html"])
        // Shards of other settings beside them are refused.
        #expect(
            try Self.run(
                [Self.input, "--blocks", "0..17000100", "--out", "parts", "--set", "bidShareBps=1"]
                    + set, in: folder
            ).status == 0)
        let mixed = try Self.run(["merge", "parts"], in: folder)
        #expect(mixed.status == 3 && mixed.output.isEmpty && mixed.errors.contains("bidShareBps"))
    }

    @Test(
        "errors say which file or setting, with their exit codes, and leave standard output empty")
    func errors() throws {
        let folder = try Folder()
        let text = try SyntheticHistory.csv(seed: 1, events: 200)
        try folder.write(text, Self.input)
        try folder.write(text.replacing("0xef1c", with: "0xef1c,"), "weth_usd_3000_commas.csv")
        try folder.write("a,b\n1,2\n", "other.csv")
        try folder.write("", "empty.csv")
        try folder.write(
            "{\"sqrtPriceX96\":1,\"tick\":1,\"liquidity\":1,\"fee\":1,\"ticks\":{}}", "state.json")
        try folder.write("{\"a\":1}", "object.json")
        try folder.write("[{\"block\":1,\"transactions\":[],\"pool_calls\":5}]", "calls.json")
        try folder.write("{\"a\":", "cut.json")
        let lines = text.split(separator: "\n").map(String.init)
        try folder.write(
            ([lines[0]] + lines[2...]).joined(separator: "\n"), "weth_usd_3000_later.csv")
        try folder.write(text, "nothing.csv")
        var changed = lines
        let mint = try #require(changed.indices.first { changed[$0].contains(",Mint,") })
        var fields = changed[mint].split(separator: ",", omittingEmptySubsequences: false).map(
            String.init)
        fields[11] += "0"
        changed[mint] = fields.joined(separator: ",")
        try folder.write(changed.joined(separator: "\n"), "weth_usd_3000_wrong.csv")
        try folder.write("x", "file")
        let good = [Self.input]
        let cases: [(arguments: [String], status: Int32, words: [String])] = [
            (
                good + ["--set", "speed=3"], 3,
                ["speed", "baseFeeWei", "wei per gas", "shardEvents"]
            ),
            (good + ["--set", "bidShareBps=10001"], 3, ["bidShareBps", "10001", "10000"]),
            (good + ["--set", "bidShareBps"], 3, ["KEY=VALUE"]),
            (good + ["--blocks", "7..5"], 2, ["--blocks"]),
            (good + ["--blocks", "x"], 2, ["--blocks"]),
            (good + ["--jobs", "0"], 2, ["--jobs"]), ([], 2, ["INPUT"]),
            (["missing.csv"], 3, ["missing.csv"]), (["other.csv"], 3, ["other.csv", "no input"]),
            (["empty.csv"], 3, ["empty.csv"]),
            (["state.json"], 3, ["state.json", "no input of its own"]),
            (["object.json"], 3, ["object.json"]),
            (["calls.json"], 3, ["calls.json", "pool_calls"]),
            (["cut.json"], 3, ["cut.json"]),
            (["weth_usd_3000_commas.csv"], 3, ["line 2", "fields"]),
            (["weth_usd_3000_later.csv"], 3, ["Initialize", "_state_before.json"]),
            (["nothing.csv"], 3, ["nothing.csv", "fee"]),
            (["weth_usd_3000_wrong.csv"], 1, ["line \(mint + 1) Mint", "amount0"]),
            (good + ["--out", "file"], 3, ["file"]),
            (["merge", "missing"], 3, ["missing: no such folder"]),
            (["merge", "."], 3, []),
        ]
        for (arguments, status, words) in cases {
            let run = try Self.run(arguments, in: folder)
            #expect(run.status == status, "\(arguments): \(run.errors)")
            #expect(run.output.isEmpty, "\(arguments)")
            for word in words { #expect(run.errors.contains(word), "\(arguments): \(run.errors)") }
        }
        // Their twin: the same input as it should be.
        let run = try Self.run(
            good + ["--blocks", "5..99999999", "--jobs", "3", "--json"], in: folder)
        #expect(run.status == 0)
        let object = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any]
        #expect(
            object?["command"] as? String == "backtest" && object?["upperBound"] as? Bool == true)
    }

    @Test("of a folder every input is taken, by name, and the others are left out aloud")
    func folderOfInputs() throws {
        let folder = try Folder()
        let inputs = folder.url.appendingPathComponent("inputs")
        let empty = folder.url.appendingPathComponent("empty")
        for url in [inputs, empty] {
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        }
        try folder.write(try SyntheticHistory.csv(seed: 1, events: 200), "inputs/" + Self.input)
        try folder.write(
            try SyntheticHistory.csv(seed: 2, events: 200), "inputs/weth_usd_3000_b.csv")
        try folder.write("[{\"label\":1}]", "inputs/labels.json")
        try folder.write("nothing", "inputs/notes.txt")
        let run = try Self.run(["inputs", "--out", "a", "--json"], in: folder)
        #expect(run.status == 0 && run.errors.contains("labels.json is left out"))
        let both = try Self.run(
            ["inputs/" + Self.input, "inputs/weth_usd_3000_b.csv", "--out", "b", "--json"],
            in: folder)
        #expect(run.output == both.output)
        let none = try Self.run(["empty", "--out", "c"], in: folder)
        #expect(none.status == 3 && none.output.isEmpty && none.errors.contains("empty"))
    }

    @Test("a damaged shard is refused by merge, and made again by a run")
    func damagedShard() throws {
        let folder = try Folder()
        try folder.write(try SyntheticHistory.csv(seed: 1, events: 600), Self.input)
        let arguments = [Self.input, "--out", "d", "--set", "shardEvents=100"]
        #expect(try Self.run(arguments, in: folder).status == 0)
        let files = try folder.files("d")
        let name = try #require(files.keys.filter { $0.hasPrefix("/shards/") }.sorted().first)
        let url = folder.url.appendingPathComponent("d" + name)
        let data = try #require(files[name])
        try data.prefix(data.count / 2).write(to: url)
        let merge = try Self.run(["merge", "d"], in: folder)
        #expect(merge.status == 3 && merge.errors.contains(url.lastPathComponent))
        #expect(try Self.run(arguments, in: folder).status == 0)
        #expect(try folder.files("d") == files)
    }
}
