import ArgumentParser

/// `jit-bot strategy`: what the strategy rests on.
struct StrategyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "strategy", abstract: "Show what the strategy rests on.",
        subcommands: [StrategyExamplesCommand.self, StrategyModesCommand.self])
}
