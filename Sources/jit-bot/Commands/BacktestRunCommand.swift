import ArgumentParser
import Backtest
import Foundation

/// `jit-bot backtest INPUT…`: shards and a report of recorded swaps.
struct BacktestRunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Work inputs off and write a report (the default).",
        discussion:
            "INPUT is a pool's history (EVENTS.csv, its state beside it), a recorded block "
            + "(.json), calls of pools in blocks (.json), or a table of others' operations (.csv); "
            + "each may be gzip data, or a folder of such files. Results are upper bounds; the "
            + "report says why. Parts that are finished are not worked out again. Settings:\n"
            + BacktestSettings.help.joined(separator: "\n")
            + "\nExit codes: 0 done, 1 an input does not come out as recorded, 2 usage, 3 a file "
            + "or a setting that is not right.")

    @Argument(help: ArgumentHelp("What was recorded.", valueName: "INPUT"))
    var paths: [String]

    @Option(help: "Threads that work (default: one for each processor).")
    var jobs: Int?

    @Option(
        name: .customLong("blocks"),
        help: ArgumentHelp("Only swaps of these blocks, both ends included.", valueName: "A..B"))
    var blocks: String?

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp("A setting; may be repeated.", valueName: "KEY=VALUE"))
    var assignments: [String] = []

    @Option(
        name: .customLong("out"),
        help: ArgumentHelp("Folder of shards and report.", valueName: "DIR"))
    var folder = "backtest-report"

    @Flag(help: "Print the report as one JSON object and nothing else.")
    var json = false

    func validate() throws {
        guard (1...256).contains(jobs ?? 1) else {
            throw ValidationError("--jobs must be 1...256 (got \(jobs ?? 1)).")
        }
        if let blocks, BlockSpan(blocks) == nil {
            throw ValidationError("--blocks must be A..B with A at most B (got \(blocks)).")
        }
        guard !folder.isEmpty else { throw ValidationError("--out must name a folder.") }
    }

    func run() throws {
        var settings = BacktestSettings()
        for assignment in assignments {
            try ProgramFailure.configuration { try settings.set(assignment) }
        }
        let run = BacktestRun(
            settings: settings, span: blocks.flatMap { BlockSpan($0) },
            jobs: jobs ?? ProcessInfo.processInfo.activeProcessorCount,
            folder: ShardFolder(path: folder))
        let outcome: BacktestRun.Outcome
        do {
            outcome = try run.run(paths)
        } catch let failed as FailedCheck {
            Output.note("jit-bot: \(failed)")
            throw ExitCode(1)
        }
        try BacktestOutput.finish(outcome.report, in: run.folder, json: json)
    }
}
