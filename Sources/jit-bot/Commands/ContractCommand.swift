import ArgumentParser

/// `jit-bot contract`: our contracts on a chain.
struct ContractCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "contract", abstract: "Look at our contracts on a chain.",
        subcommands: [ContractVerifyCommand.self, ContractDecodeCommand.self])
}
