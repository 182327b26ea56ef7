import ArgumentParser
import JSON
import Recordings

/// `jit-bot pool quote STATE.json QUOTES.csv`: the quoter contract's answers, by the model.
struct PoolQuoteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quote",
        abstract: "Answer recorded questions to the quoter contract; every answer must be equal.",
        discussion:
            "Columns: function (quoteExactInputSingle or quoteExactOutputSingle), zero_for_one, "
            + "amount, result. Exit codes: 0 all equal, 1 a difference, 2 usage, 3 a file that "
            + "cannot be read.")

    @Argument(help: ArgumentHelp("The pool with all its ticks.", valueName: "STATE.json"))
    var statePath: String

    @Argument(help: ArgumentHelp("The questions and answers.", valueName: "QUOTES.csv"))
    var path: String

    @Flag(help: "Print one JSON object and nothing else.")
    var json = false

    func run() throws {
        let pool = try ProgramFailure.configuration(statePath) {
            try PoolSnapshot.parse(InputFile.read(statePath))
        }
        let table = try ProgramFailure.configuration(path) {
            try QuoteTable(
                CommaSeparatedTable(utf8: InputFile.read(path), required: QuoteTable.columns))
        }
        try CheckOutput.print(table.check(against: pool), json: json)
    }
}
