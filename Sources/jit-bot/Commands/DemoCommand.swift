import ArgumentParser
import Ethereum
import World

/// `jit-bot demo`: the whole product in one process.
struct DemoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract:
            "Run the bot against users' swaps on a chain of its own, with the real contracts.",
        discussion:
            "Everything happens in this process and by one seed; no node, key or account is "
            + "needed. Exit codes: 0 ok, 1 a check failed, 2 usage, 3 configuration.")

    @Option(help: "The seed of all chance.")
    var seed: UInt64 = 1

    @Option(help: "Blocks of the demo.")
    var blocks: Int = 40

    @Flag(help: "Print one JSON object and nothing else.")
    var json = false

    @Option(
        help: ArgumentHelp(
            "Re-enact a real pool instead, from the events of its history; --seed and --blocks do "
                + "not apply.",
            valueName: "EVENTS.csv"))
    var history: String?

    @Option(help: "With --history: the base fee of every block, which a history does not tell.")
    var baseFeeGwei: Double = 1

    @OptionGroup var artifacts: ArtifactOptions

    func validate() throws {
        guard (1...100_000).contains(blocks) else {
            throw ValidationError("--blocks must be 1...100000 (got \(blocks)).")
        }
        guard baseFeeGwei >= 0, baseFeeGwei <= 10_000 else {
            throw ValidationError("--base-fee-gwei must be 0...10000 (got \(baseFeeGwei)).")
        }
    }

    func run() throws {
        if let history {
            try reenact(ConfigurationError.of(history) { try EventHistory(path: history) })
            return
        }
        let loaded = try artifacts.load()
        if !json { Output.note("Setting up: deploying the contracts, providing liquidity ...") }
        var demo = try Demo(seed: seed, artifacts: loaded)
        if !json { for line in demo.introduction { Output.result(line) } }
        let report = try demo.run(blocks: blocks) { opportunity, contracts in
            if !json { Output.result(opportunity.line(contracts)) }
        }
        if json {
            Output.result(report.json.text)
        } else {
            for line in report.summary { Output.result(line) }
        }
        if !report.succeeded { throw ExitCode(1) }
    }

    private func reenact(_ history: EventHistory) throws {
        var reenactment = try HistoryReenactment(
            history: history, artifacts: artifacts.load(),
            baseFeePerGas: UInt256(UInt64((baseFeeGwei * 1e9).rounded())))
        if !json { for line in reenactment.introduction { Output.result(line) } }
        let report = try reenactment.run { if !json { Output.result($0.line) } }
        if json {
            Output.result(report.json.text)
        } else {
            for line in report.summary { Output.result(line) }
        }
        if !report.succeeded { throw ExitCode(1) }
    }
}
