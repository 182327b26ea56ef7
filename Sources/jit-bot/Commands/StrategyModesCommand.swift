import ArgumentParser
import JSON
import World

/// `jit-bot strategy modes`: what bundles use under the forks' rules, by execution.
struct StrategyModesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "modes",
        abstract: "Measure the gas of bundles on fresh, initialised and kept positions.",
        discussion:
            "Executes the real contracts' bytecode in our own EVM under the rules of Osaka and of "
            + "Amsterdam: open, a swap and close, for each way of holding positions. Prints a "
            + "table in Markdown.")

    @Flag(help: "Print one JSON object and nothing else.")
    var json = false

    @OptionGroup var artifacts: ArtifactOptions

    func run() throws {
        let gas = try BundleGas(artifacts: artifacts.load())
        if json {
            Output.result(gas.json.text)
        } else {
            for line in gas.lines { Output.result(line) }
        }
    }
}
