import ArgumentParser
import Ethereum
import Foundation
import JSON
import Strategy
import World

/// `jit-bot demo`: devnet, relay and bot as processes, and users in front of them.
struct DemoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract:
            "Run the bot against users' swaps on a chain of its own, with the real contracts.",
        discussion:
            "A devnet with its relay and the bot run as processes of their own and meet over "
            + "sockets; everything happens by one seed, and no node, key or account is needed. "
            + "The bot simulates for an eighth of the blocks and is then started again live. "
            + "Exit codes: 0 ok, 1 a check failed, 2 usage, 3 configuration, 5 a process of the "
            + "demo does not answer.")

    @Option(help: "The seed of all chance.")
    var seed: UInt64 = 1

    @Option(help: "Blocks of the demo.")
    var blocks: Int = 40

    @Flag(help: "Print one JSON object and nothing else.")
    var json = false

    @Option(help: ArgumentHelp("Let something go wrong: \(DemoFault.forms).", valueName: "FAULT"))
    var fault: String?

    @Flag(
        help: "Keep dust in ranges around the price, open on it, and take it out at the end.")
    var keptGrid = false

    @Flag(
        help: """
            Serve signed orders by a loan or with our own tokens, whichever leaves more; \
            without it by a loan.
            """)
    var compareOrders = false

    @Flag(help: "Keep running in real time until Ctrl-C; --blocks does not apply.")
    var serve = false

    @Option(help: "With --serve: seconds between blocks.")
    var blockTime: Double = 2

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
        guard blockTime >= 1, blockTime <= 3600 else {
            throw ValidationError("--block-time must be 1...3600 seconds (got \(blockTime)).")
        }
        if let fault {
            guard let parsed = DemoFault(fault) else {
                throw ValidationError(
                    "--fault must be one of \(DemoFault.forms) (got \(fault)).")
            }
            if let block = parsed.block, block > blocks {
                throw ValidationError(
                    "--fault \(fault) is beyond the last block; --blocks is \(blocks).")
            }
            guard history == nil, !serve else {
                throw ValidationError("--fault goes with neither --history nor --serve.")
            }
        }
        if compareOrders, history != nil {
            throw ValidationError("--compare-orders does not go with --history.")
        }
        if keptGrid, history != nil {
            throw ValidationError("--kept-grid does not go with --history.")
        }
        if serve, json || history != nil {
            throw ValidationError("--serve goes with neither --json nor --history.")
        }
    }

    func run() throws {
        if let history {
            try reenact(ProgramFailure.configuration(history) { try EventHistory(path: history) })
            return
        }
        let report = try DemoRun.play(
            seed: seed, blocks: blocks, fault: fault.flatMap { DemoFault($0) },
            artifacts: artifacts, secondsPerBlock: serve ? blockTime : nil, keepsGrid: keptGrid,
            orderModes: compareOrders ? [.atomic, .inventory] : [.atomic], isQuiet: json
        ) { demo -> DemoReport? in
            if serve {
                try demo.serve(isOver: DemoRun.interruption())
                return nil
            }
            return try demo.run()
        }
        guard let report else { return }
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
