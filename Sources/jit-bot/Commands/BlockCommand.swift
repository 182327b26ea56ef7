import ArgumentParser

/// `jit-bot block`: what can be done with one block.
struct BlockCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "block", abstract: "Work with one block.",
        subcommands: [BlockExportCommand.self, BlockExecuteCommand.self])
}
