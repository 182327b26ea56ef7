import ArgumentParser

/// The program: one file a command.
@main
struct JitBot: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jit-bot",
        abstract: "Just-in-time liquidity for Uniswap V3: proven before it is sent.",
        discussion: "The swapper is never worse off: a bundle for which that is not proven, to the "
            + "wei, is not made.",
        version: "0.1.0",
        subcommands: [DemoCommand.self, BlockCommand.self])
}
