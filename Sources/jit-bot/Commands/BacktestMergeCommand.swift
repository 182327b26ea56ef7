import ArgumentParser
import Backtest

/// `jit-bot backtest merge DIR`: one report of all shards in a folder.
struct BacktestMergeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "merge",
        abstract: "Write one report of all shards in a folder, whichever machine made them.",
        discussion:
            "Shards of one backtest may be made apart (by --blocks, or input by input) and put "
            + "into one folder; their order makes no difference. Exit codes: 0 done, 2 usage, 3 no "
            + "shards, damaged ones, or some of other settings.")

    @Argument(help: ArgumentHelp("What jit-bot backtest --out wrote.", valueName: "DIR"))
    var path: String

    @Flag(help: "Print the report as one JSON object and nothing else.")
    var json = false

    func run() throws {
        let folder = ShardFolder(path: path)
        let (findings, shards) = try folder.findings()
        Output.note("\(shards) shards")
        try BacktestOutput.finish(BacktestReport(findings), in: folder, json: json)
    }
}
