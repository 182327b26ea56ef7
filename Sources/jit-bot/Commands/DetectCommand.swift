import ArgumentParser
import Ethereum
import JSON
import Recordings
import Strategy
import Wire

/// `jit-bot detect FILE`: just-in-time liquidity by others, in recorded blocks.
struct DetectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "detect",
        abstract: "Find just-in-time liquidity by others in the pool calls of recorded blocks.",
        discussion:
            "FILE is a JSON array of blocks with their calls of V3 pools. An attack is a mint and "
            + "a burn of one position around other senders' swaps that reached it. What was "
            + "reverted does not count. Exit codes: 0 read, found or not; 2 usage, 3 a file that "
            + "cannot be read.")

    @Argument(help: ArgumentHelp("The blocks, .json or .json.gz.", valueName: "FILE"))
    var path: String

    @Option(
        name: .customLong("traces"),
        help: ArgumentHelp(
            "Complete traces of one of the blocks, for what was paid to the builder; may be "
                + "repeated.",
            valueName: "FILE"))
    var tracePaths: [String] = []

    @Flag(help: "Print one JSON array, one object for each attack, and nothing else.")
    var json = false

    func run() throws {
        let file = try ProgramFailure.configuration(path) {
            try PoolCallFile(InputFile.read(path))
        }
        let traces = try tracePaths.map { path in
            try ProgramFailure.configuration(path) { try TraceFile(InputFile.read(path)) }
        }
        for (path, trace) in zip(tracePaths, traces)
        where !file.blocks.contains(where: { $0.number == trace.block }) {
            throw ProgramFailure(
                .configuration,
                "\(path): traces of block \(trace.block), which is not in "
                    + "\(self.path). Leave them out.")
        }
        let findings = JitFinding.all(in: file, traces: traces)
        if json {
            Output.result(JSON.array(findings.map(Self.object)).text)
            return
        }
        for finding in findings { Output.result(Self.line(finding)) }
        Output.result(
            "\(findings.count) attack\(findings.count == 1 ? "" : "s") in "
                + "\(file.blocks.count) blocks")
    }

    private static func object(_ finding: JitFinding) -> JSON {
        let attack = finding.attack
        return [
            "block": .number(String(attack.block)),
            "pool": .address(attack.pool),
            "mintTx": .hash(attack.mintTransaction),
            "burnTx": .hash(attack.burnTransaction),
            "swapTxs": .array(attack.swapTransactions.map { .hash($0) }),
            "tickLower": .integer(Int64(attack.range.tickLower)),
            "tickUpper": .integer(Int64(attack.range.tickUpper)),
            "liquidity": .string(String(attack.range.liquidity)),
            "fees0": attack.fees.map { .string($0.amount0.description) } ?? .null,
            "fees1": attack.fees.map { .string($0.amount1.description) } ?? .null,
            "feeShare": finding.feeShareMillionths.map { .number(share($0)) } ?? .null,
            "tipWei": finding.tipWei.map { .string($0.description) } ?? .null,
        ]
    }

    private static func line(_ finding: JitFinding) -> String {
        let attack = finding.attack
        var line =
            "block \(attack.block)  pool \(attack.pool)  "
            + "[\(attack.range.tickLower), \(attack.range.tickUpper))  "
            + "liquidity \(attack.range.liquidity)\n"
            + "  mint \(attack.mintTransaction)\n"
        for swap in attack.swapTransactions { line += "  swap \(swap)\n" }
        line += "  burn \(attack.burnTransaction)\n"
        if let fees = attack.fees {
            line += "  fees \(fees.amount0) of token0, \(fees.amount1) of token1"
        } else {
            line += "  fees not collected in the block"
        }
        if let share = finding.feeShareMillionths { line += ", \(Self.share(share)) of all" }
        if let tip = finding.tipWei { line += "\n  tip \(tip) wei" }
        return line
    }

    /// Millionths as a decimal fraction.
    private static func share(_ millionths: UInt64) -> String {
        let digits = String(millionths)
        let padded = String(repeating: "0", count: max(0, 7 - digits.count)) + digits
        return "\(padded.dropLast(6)).\(padded.suffix(6))"
    }
}
