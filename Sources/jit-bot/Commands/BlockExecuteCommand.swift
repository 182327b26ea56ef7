import ArgumentParser
import Chain
import JSON
import World

/// `jit-bot block execute FILE`: a recorded block, executed again and compared with its record.
struct BlockExecuteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "execute",
        abstract: "Execute a recorded block again and compare everything that its file states.",
        discussion:
            "Reads what `block export` writes: header, parent, transactions, the state before, "
            + "the state after, receipts. A header with fields of a fork that by its network's "
            + "schedule has not begun is refused by that fork's name. Exit codes: 0 all equal, "
            + "1 a difference or no execution, 2 usage, 3 no such file or no block in it.")

    @Argument(help: ArgumentHelp("The block, .json or .json.gz.", valueName: "FILE"))
    var path: String

    @Flag(help: "Print one JSON object and nothing else.")
    var json = false

    func run() throws {
        let record = try ProgramFailure.configuration(path) {
            try RecordedBlock(json: InputFile.read(path))
        }
        let report: BlockExecutionReport
        do throws(BlockFault) {
            report = BlockExecutionReport(record, try BlockComparison(record))
        } catch {
            report = BlockExecutionReport(record, fault: error)
        }
        if json {
            Output.result(report.json.text)
        } else {
            for line in report.lines { Output.result(line) }
        }
        if !report.succeeded { throw ExitCode(1) }
    }
}
