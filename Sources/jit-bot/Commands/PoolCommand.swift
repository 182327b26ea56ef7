import ArgumentParser

/// `jit-bot pool`: the pool model on its own.
struct PoolCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pool", abstract: "Compare the pool model with what was recorded of mainnet.",
        subcommands: [PoolReplayCommand.self, PoolQuoteCommand.self])
}
