import Backtest

/// The end of a backtest: the report's files, and what is printed.
enum BacktestOutput {
    static func finish(_ report: BacktestReport, in folder: ShardFolder, json: Bool) throws {
        try folder.write(report)
        if json {
            Output.result(report.json.text)
        } else {
            for line in report.lines { Output.result(line) }
        }
        Output.note("Report: \(folder.path)/report.html, .md, .csv, .json")
    }
}
