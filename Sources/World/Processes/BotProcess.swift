import Bot
import Ethereum
import JSON
import Strategy
import Wire

/// `jit-bot run` as a process of its own, started again whenever it ends unasked, and what it told
/// on the way.
final class BotProcess {
    /// How the bot runs.
    struct Settings {
        var program: String
        var devnet: DevnetProcess
        var executor: Address
        var pools: [DemoPool]
        var operators: [Wallet]
        var relayKey: Wallet
        var ledgerPath: String
        var slotSeconds: UInt64
        var logicalClock: Bool
        /// The atomic mode: our contract, and who lends.
        var flash: Address
        var lenders: String
        var keepsGrid = false
        var orderModes: Set<BundleMode> = [.atomic]
    }

    /// What the bot does about dust in ranges around the price.
    enum Grid {
        case none, keep, retire

        var environment: [String: String] {
            switch self {
            case .none: [:]
            case .keep:
                [
                    "KEPT_GRID": "\(DemoPlan.gridRangesPerSide)",
                    "KEPT_GRID_MIN_BLOCKS": "\(DemoPlan.gridMinimumBlocks)",
                ]
            case .retire: ["KEPT_GRID_RETIRE": "true"]
            }
        }
    }

    private let settings: Settings
    private(set) var simulates: Bool
    private var grid: Grid
    private(set) var child: ChildProgram
    /// Times that it was started again because it had ended unasked.
    private(set) var restarts = 0
    /// The status of each of these ends: an exit code, or the signal.
    private(set) var endStatuses: [Int32] = []
    /// What earlier processes told.
    private var past: [JSON] = []

    /// Seconds in which it must stand behind a head.
    private static let headSeconds = 60.0
    /// Ends on its own in a row, after which it is not started again.
    private static let restartLimit = 5

    init(_ settings: Settings, simulates: Bool) throws {
        self.settings = settings
        self.simulates = simulates
        grid = settings.keepsGrid ? .keep : .none
        child = try Self.start(settings, simulates: simulates, grid)
    }

    private static func start(
        _ settings: Settings, simulates: Bool, _ grid: Grid
    ) throws -> ChildProgram {
        var arguments = [
            "run", "--json", "--with-parent", "--slot-seconds", "\(settings.slotSeconds)",
        ]
        if settings.logicalClock { arguments.append("--logical-clock") }
        let pools = settings.pools.map { "\($0.key.token0)/\($0.key.token1)/\($0.key.feePips)" }
        return try ChildProgram(
            program: settings.program, arguments: arguments,
            environment: [
                "RPC_URL_HTTP": settings.devnet.rpcURL, "RPC_URL_WS": settings.devnet.wsURL,
                "RELAY_URLS": settings.devnet.relayURL,
                "CONTRACT_ADDRESS": "\(settings.executor)",
                "POOLS": pools.joined(separator: ","),
                "PRIVATE_KEY": settings.operators.map { "\($0.publishedKey)" }
                    .joined(separator: ","),
                "FLASHBOTS_SIGNING_KEY": "\(settings.relayKey.publishedKey)",
                "SIMULATION_MODE": simulates ? "true" : "false",
                "I_UNDERSTAND_LIVE_RISK": "true", "ENABLE_FLASHBOTS": "true",
                "LEDGER_PATH": settings.ledgerPath, "ORDER_PORT": "0",
                "FLASH_CONTRACT": "\(settings.flash)", "FLASH_LENDERS": settings.lenders,
                "ORDER_MODES": settings.orderModes.map(\.label).sorted().joined(separator: ","),
                // Nobody else bids on this devnet: a fixed share, so that the seed alone decides.
                "TIP_SHARE_BPS": "3000", "RIVAL_BID_SHARE_BPS": "0",
            ].merging(grid.environment) { _, other in other })
    }

    /// Everything that it told so far, its earlier processes included.
    var events: [JSON] { past + child.lines(from: 0) }

    /// Returns when it stands behind this block: it has booked it and resolved its bundles. Where
    /// the process has ended it is started again.
    func waitForHead(_ block: Hash32) throws {
        for _ in 0..<Self.restartLimit {
            do {
                return try child.wait(for: "block \(block)", seconds: Self.headSeconds) { lines in
                    lines.last { $0["event"] == "head" }?["hash"]?.hash == block ? () : nil
                }
            } catch .ended(_, let status) {
                endedUnasked(status)
                try replace(simulates: simulates)
            }
        }
        throw ChildProgram.Failure.silent(
            command: child.name, waitedFor: "block \(block)", seconds: Self.headSeconds)
    }

    /// Where the running process takes signed orders in.
    func intakeURL() throws -> String {
        try child.wait(for: "its intake of orders", seconds: Self.headSeconds) { lines in
            guard let event = lines.last(where: { $0["event"] == "intake" }),
                let host = event["host"]?.string, let port = event["port"]?.uint64
            else { return nil }
            return "http://\(host):\(port)"
        }
    }

    /// Stops it and starts it with the other mode. One that had ended before, or that does not end
    /// in order, counts as ended unasked.
    func restart(simulates: Bool) throws {
        let status = child.stop()
        if status != 0 { endedUnasked(status) }
        try replace(simulates: simulates)
    }

    /// Stops it and starts it again so that it takes out the dust that it keeps.
    func retireGrid() throws {
        grid = .retire
        try restart(simulates: simulates)
    }

    private func endedUnasked(_ status: Int32) {
        restarts += 1
        endStatuses.append(status)
    }

    private func replace(simulates: Bool) throws {
        child.waitForEnd()
        past += child.lines(from: 0)
        self.simulates = simulates
        child = try Self.start(settings, simulates: simulates, grid)
    }
}
