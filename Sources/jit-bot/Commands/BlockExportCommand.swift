import ArgumentParser
import Ethereum
import JSON
import Wire
import World

/// `jit-bot block export N`: a block of the demo for another engine to execute.
struct BlockExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write a block of the demo with everything needed to execute it again elsewhere.",
        discussion:
            "The numbers are those that the demo prints. Blocks before its first line deploy "
            + "the contracts; those after its last trade the inventory back.")

    @Argument(help: "The block's number.")
    var number: UInt64

    @Option(help: "The demo's seed.")
    var seed: UInt64 = 1

    @Option(help: "The demo's blocks.")
    var blocks: Int = 40

    @Option(
        name: .customLong("out"),
        help: "The file to write; gzip if it ends in .gz (default: standard output).")
    var path: String?

    @Flag(help: "With --out: print one JSON object on what was written, and nothing else.")
    var json = false

    @OptionGroup var artifacts: ArtifactOptions

    func validate() throws {
        guard (1...100_000).contains(blocks) else {
            throw ValidationError("--blocks must be 1...100000 (got \(blocks)).")
        }
    }

    func run() throws {
        let chain = try DemoRun.play(
            seed: seed, blocks: blocks, artifacts: artifacts, isQuiet: true
        ) { demo in
            _ = try demo.run()
            return demo.chain
        }
        guard let export = BlockExport(chain: chain, number: number) else {
            throw ValidationError(
                "The demo of seed \(seed) has blocks 1...\(chain.head.number) "
                    + "(got \(number)).")
        }
        let text = export.json.text
        guard let path else {
            Output.result(text)
            return
        }
        try ProgramFailure.configuration { try OutputFile.write(text + "\n", to: path) }
        if json {
            let report: JSON = [
                "block": .integer(Int64(clamping: number)), "file": .string(path),
                "hash": (chain.block(number)?.hash).map { .hash($0) } ?? .null,
            ]
            Output.result(report.text)
        }
    }
}
