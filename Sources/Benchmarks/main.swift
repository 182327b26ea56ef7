import Foundation

/// Writes a line at once: the run is long.
func show(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }

do {
    let arguments = Array(CommandLine.arguments.dropFirst())
    switch arguments.first {
    case "fuzz": exit(try FuzzCommand(Array(arguments.dropFirst())).run())
    case "repeat": exit(try RepeatCommand(Array(arguments.dropFirst())).run())
    case "threads": exit(try ThreadsCommand(Array(arguments.dropFirst())).run())
    case "pool-swaps": exit(try PoolSwapsCommand(Array(arguments.dropFirst())).run())
    case "pool": exit(try PoolBench.run(Array(arguments.dropFirst())))
    case "backtest": exit(try BacktestBench.run(Array(arguments.dropFirst())))
    case "search": exit(try SearchCommand(Array(arguments.dropFirst())).run())
    case "pipeline": exit(try PipelineCommand(Array(arguments.dropFirst())).run())
    default: exit(try CompareCommand(arguments).run())
    }
} catch {
    FileHandle.standardError.write(Data("bench: \(error)\n".utf8))
    exit(2)
}
