import ArgumentParser
import Backtest
import Foundation

/// `jit-bot backtest`: what the strategy would have earned on recorded swaps.
struct BacktestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backtest",
        abstract: "What just-in-time liquidity would have earned on recorded swaps, at most.",
        subcommands: [BacktestRunCommand.self, BacktestMergeCommand.self],
        defaultSubcommand: BacktestRunCommand.self)
}
