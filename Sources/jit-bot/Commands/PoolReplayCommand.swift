import ArgumentParser
import Foundation
import JSON
import Recordings
import UniswapV3

/// `jit-bot pool replay EVENTS.csv`: a pool's history, performed again by the model.
struct PoolReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Perform a recorded pool's events again; every value must come out as recorded.",
        discussion:
            "Compares amounts, price, liquidity and tick of each event, with no tolerance. A "
            + "history that begins with Initialize needs no state, but a name that tells the fee: "
            + "<token0>_<token1>_<fee in 1e-6>_....csv. Exit codes: 0 all equal, 1 a difference, "
            + "2 usage, 3 a file that cannot be read.")

    @Argument(help: ArgumentHelp("The events, .csv or .csv.gz.", valueName: "EVENTS.csv"))
    var path: String

    @Option(
        name: .customLong("state"),
        help: ArgumentHelp("The pool before the first event.", valueName: "STATE.json"))
    var statePath: String?

    @Flag(help: "Print one JSON object and nothing else.")
    var json = false

    func run() throws {
        let history = try ProgramFailure.configuration(path) {
            try PoolEvents(CommaSeparatedTable(utf8: InputFile.read(path)))
        }
        let state = try statePath.map { path in
            try ProgramFailure.configuration(path) { try PoolSnapshot.parse(InputFile.read(path)) }
        }
        let name = PoolFileName(URL(fileURLWithPath: path).lastPathComponent)
        let replay: PoolReplay
        do throws(PoolReplay.StartError) {
            replay = try PoolReplay(history, from: state, feePips: name?.feePips)
        } catch {
            switch error {
            case .stateMissing, .initializedAlready:
                throw ValidationError("\(path): \(error)")
            case .initialPrice, .feeUnknown:
                throw ProgramFailure(.configuration, "\(path): \(error)")
            }
        }
        try CheckOutput.print(replay.report, json: json)
    }
}
