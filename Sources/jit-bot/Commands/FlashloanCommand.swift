import ArgumentParser

/// `jit-bot flashloan`: who lends for the length of a transaction.
struct FlashloanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "flashloan", abstract: "Ask flash lenders.",
        subcommands: [FlashloanLiquidityCommand.self])
}
