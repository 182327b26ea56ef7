import Foundation
import Strategy
import World

/// `bench pipeline [--artifacts DIR] [--seed N] [--swaps N] [--rounds N] [--transactions FILE]
/// [--rival-share BPS] [--json FILE]`: from a pending transaction's bytes to the bytes of its
/// signed bundle, in units of one recovery of a signer; what hostile transactions take; and with a
/// file of recorded transactions, what the look before execution costs on them.
struct PipelineCommand {
    private static let usage =
        "usage: bench pipeline [--artifacts DIR] [--seed N] [--swaps N] [--rounds N] "
        + "[--rival-share BPS] [--transactions FILE] [--json FILE]"

    private let artifacts: String
    private let seed: UInt64
    private let swaps: Int
    private let rounds: Int
    /// What rivals are assumed to bid of what they can earn, in basis points; 0 for none.
    private let rivalShareBps: UInt64
    private let transactions: String?
    private let json: String?

    init(_ arguments: [String]) throws {
        let options = try Options(
            arguments,
            named: [
                "--artifacts", "--seed", "--swaps", "--rounds", "--transactions", "--rival-share",
                "--json",
            ],
            usage: Self.usage)
        try options.finish()
        let environment = ProcessInfo.processInfo.environment["JITBOT_ARTIFACTS"]
        artifacts = options["--artifacts"] ?? environment ?? ".artifacts"
        seed = try options.number("--seed") ?? 1
        swaps = Int(clamping: try options.number("--swaps") ?? 200)
        rounds = Int(clamping: try options.number("--rounds") ?? 10)
        rivalShareBps = try options.number("--rival-share") ?? 0
        transactions = options["--transactions"]
        json = options["--json"]
    }

    func run() throws -> Int32 {
        let scene = try PipelineScene(
            seed: seed, swaps: swaps, rivals: RivalParameters(bidShareBps: rivalShareBps),
            artifacts: UniswapArtifacts(directory: artifacts))
        let measurement = PipelineMeasurement(scene: scene)
        let ways = try measurement.ways(rounds: rounds)
        let report = PipelineReport(
            ways: ways, searches: try PlannerMeasurement(scene: scene).searches(rounds: rounds),
            recoverMicros: try measurement.recoverMicros(),
            transactions: scene.messages.count, rounds: rounds,
            screen: try transactions.map { try ScreenMeasurement(path: $0).run() },
            hostile: HostileMeasurement().run(rounds: rounds))
        for line in report.lines { show(line) }
        if let json { try report.write(to: json) }
        return report.bundles.isEmpty ? 1 : 0
    }
}
