import ArgumentParser
import Bot
import Contracts
import Dispatch
import Ethereum
import Foundation
import JSON
import NIOCore
import NIOPosix
import Strategy
import UniswapV3
import Wire

/// `jit-bot run`: the bot, against a node and relays.
struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run the bot against a node and relays.",
        discussion: """
            Its settings are environment variables:
              RPC_URL_HTTP, RPC_URL_WS   the node
              RELAY_URLS                 relays, separated by commas
              CONTRACT_ADDRESS           the JitExecutor
              POOLS                      token/token/fee, separated by commas
              PRIVATE_KEY                operators' keys, separated by commas
              FLASHBOTS_SIGNING_KEY      the key that signs requests to relays
              SIMULATION_MODE            true (default): nothing is sent; false: live
              I_UNDERSTAND_LIVE_RISK     must be true to go live
              ENABLE_FLASHBOTS           must be true to go live: bundles are sent to
                                         relays alone
              LEDGER_PATH                the books (default: jit-bot.sqlite)
              ORDER_PORT                 take signed orders in on this port of loopback (0:
                                         a free one; default: none are taken)
              ORDER_HOST                 another address to take them in on; one that
                                         others can reach needs ORDER_ALLOW_REMOTE=true
              ORDER_HOST_NAMES           names, separated by commas, by which clients may
                                         call it besides addresses and localhost
              FLASH_CONTRACT             the JitFlash that executes them
              FLASH_LENDERS              who lends, separated by commas:
                                         uniswap-v3:TOKEN/TOKEN/FEE, aave-v3:ADDRESS,
                                         balancer-v2:ADDRESS, morpho:ADDRESS (default:
                                         Morpho, Balancer and Aave of mainnet)
              HEDGE_POOLS                pools besides POOLS on which to trade back
              ENTRY_POINT                the EntryPoint 0.7 (default: the canonical one)
              ORDER_MODES                how orders may be served: atomic (a loan),
                                         inventory (our own tokens), or both, separated by
                                         a comma (default: both, whichever leaves more)
              MIN_PROFIT_WEI             what a bundle must leave after gas, hedge and tip
                                         at the worst fair price (default:
                                         1000000000000000)
              MAX_GAS_GWEI               base fee above which nothing is sent (default: 50)
              HEDGE_COST_BPS             cost of trading the inventory back: taker's fee,
                                         half the spread and impact, such as 1.5 (default:
                                         0, where FAIR_PRICE_BAND_BPS holds it)
              HEDGE_FIXED_WEI            what each such trade costs besides (default: 0)
              FAIR_PRICE_BAND_BPS        half of the width of the fair price's band
                                         (default: 1.5)
              OBJECTIVE                  maxProfit (default), or "maxProfit subject to
                                         swapperGainBps >= G"
              MAX_POSITIONS              positions of one bundle, 1 to 4 (default: 4)
              SIMULATED_CANDIDATES       plans that are executed at most, 1 to 16 (default:
                                         3)
              GUARD_PRICE_BPS            how far from the head's price a bundle may be
                                         mined, where that is proven (default: 0, the
                                         head's alone)
              GUARD_LIQUIDITY_BPS        how far from the head's liquidity, the same way
                                         (default: 0)
              TIP_SHARE_BPS              share of the profit after gas that is bid to the
                                         builder, in basis points; or "learn" (default): by
                                         pool, from what competitors paid and from own bids
              TIP_PRIOR_SHARE_BPS        the share that is learnt from (default: 3000)
              TIP_MAX_SHARE_BPS          the most that learning bids (default: 9000)
              RIVAL_BID_SHARE_BPS        share of what they can earn that sandwichers,
                                         backrunners and other providers are assumed to bid
                                         (default: 9000); 0: there are none
              RIVAL_SANDWICH_GAS         gas of a sandwich's two trades (default: 220000)
              RIVAL_BACKRUN_GAS          gas of a back-run (default: 110000)
              RIVAL_SANDWICH_CAPITAL_WEI what a sandwicher may put into his front-run
                                         (default: 10000 ether)
              KEPT_GRID                  ranges to either side of the price in which
                                         positions keep dust: 1 to 16 (default: none are
                                         kept)
              KEPT_GRID_MAX_WEI          what one seeding or retirement may cost of gas
                                         (default: 50000000000000000)
              KEPT_GRID_MIN_BLOCKS       blocks between two seedings of a pool (default:
                                         300)
              KEPT_GRID_RETIRE           true: the dust is taken out, and none is put in
              TARGET_MAX_GAS             gas that executing a pending transaction may take
                                         (default: 3000000)
              TARGET_MAX_MICROSECONDS    time that it may take (default: 2000); without
                                         --logical-clock
            Exit codes: 0 ended as asked, 2 usage, 3 configuration, 4 refused for safety, 5
            the node does not answer.
            """)

    @Flag(help: "Tell the devnet of each answer, so that its slots can wait for them.")
    var logicalClock = false

    @Option(help: "Seconds between blocks.")
    var slotSeconds: UInt64 = 12

    @Flag(help: "Print each event as one line of JSON on standard output.")
    var json = false

    @Flag(help: "Print nothing but errors.")
    var quiet = false

    @Flag(help: "End when standard input closes, as it does when the starting process ends.")
    var withParent = false

    func run() throws {
        let settings = try RunSettings.read(
            ProcessInfo.processInfo.environment, slotSeconds: slotSeconds,
            logicalClock: logicalClock)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let loop = group.next()
        let (json, quiet) = (json, quiet)
        let started = loop.flatSubmit { () -> EventLoopFuture<NIOLoopBound<BotService>> in
            do {
                let service = try BotService(
                    settings: settings, loop: loop,
                    random: {
                        var generator = SystemRandomNumberGenerator()
                        return generator.next()
                    },
                    nowUnixMs: { Int64(Date().timeIntervalSince1970 * 1000) },
                    observe: { event in
                        if json {
                            Output.result(event.json.text)
                        } else if !quiet || event.isTrouble {
                            Output.note("\(event)")
                        }
                    })
                let bound = NIOLoopBound(service, eventLoop: loop)
                return service.start().map { bound }
            } catch {
                return loop.makeFailedFuture(error)
            }
        }
        let service: NIOLoopBound<BotService>
        do {
            service = try started.wait()
        } catch {
            throw ProgramFailure(error, doing: "the bot cannot start")
        }
        ProcessEnd.wait(withParent: withParent)
        try loop.submit { service.value.stop() }.wait()
        try group.syncShutdownGracefully()
    }
}

/// The settings as the environment gives them.
enum RunSettings {
    static func read(
        _ environment: [String: String], slotSeconds: UInt64, logicalClock: Bool
    ) throws -> BotSettings {
        func value(_ name: String) throws -> String {
            guard let value = environment[name], !value.isEmpty else {
                throw ProgramFailure(
                    .configuration,
                    "\(name) is not set. `jit-bot run --help` lists the variables.")
            }
            return value
        }
        func endpoint(_ name: String, _ text: String) throws -> Endpoint {
            do {
                return try Endpoint(text)
            } catch {
                throw ProgramFailure(.configuration, "\(name): \(error)")
            }
        }
        func keys(_ name: String) throws -> [PrivateKey] {
            try value(name).split(separator: ",").map { text in
                guard let key = PrivateKey(hex: text) else {
                    // The text is a secret, right or wrong.
                    throw ProgramFailure(
                        .configuration,
                        "\(name) holds something that is no private key.")
                }
                return key
            }
        }
        func number(_ name: String) throws -> UInt64? {
            guard let text = environment[name], !text.isEmpty else { return nil }
            guard let number = UInt64(text), number > 0 else {
                throw ProgramFailure(
                    .configuration, "\(name) must be a whole number above 0 (got \(text)).")
            }
            return number
        }
        guard let executor = Address(hex: try value("CONTRACT_ADDRESS")) else {
            throw ProgramFailure(.configuration, "CONTRACT_ADDRESS is no address.")
        }
        let pools = try value("POOLS").split(separator: ",").map { try pool($0, of: "POOLS") }
        let simulation = environment["SIMULATION_MODE"] ?? "true"
        guard simulation == "true" || simulation == "false" else {
            throw ProgramFailure(
                .configuration,
                "SIMULATION_MODE must be true or false (got \(simulation)).")
        }
        if simulation == "false" { try requireLiveConsent(environment) }
        guard let relayKey = try keys("FLASHBOTS_SIGNING_KEY").first else {
            throw ProgramFailure(.configuration, "FLASHBOTS_SIGNING_KEY is empty.")
        }
        let operators = try keys("PRIVATE_KEY")
        guard !operators.map(\.address).contains(relayKey.address) else {
            throw ProgramFailure(
                .refusedForSafety,
                "PRIVATE_KEY and FLASHBOTS_SIGNING_KEY are one key: what signs requests to relays "
                    + "must own nothing. Set FLASHBOTS_SIGNING_KEY to a key of its own.")
        }
        // The machine's load must not decide where the same seed gives the same bytes.
        var clock: (@Sendable () -> UInt64)?
        if !logicalClock { clock = { DispatchTime.now().uptimeNanoseconds } }
        let strategy: StrategySettings
        do throws(SettingError) {
            strategy = try StrategySettings(environment, clock: clock)
        } catch {
            throw ProgramFailure(.configuration, "\(error)")
        }
        return BotSettings(
            nodeHTTP: try endpoint("RPC_URL_HTTP", value("RPC_URL_HTTP")),
            nodeWebSocket: try endpoint("RPC_URL_WS", value("RPC_URL_WS")),
            relays: try value("RELAY_URLS").split(separator: ",").map {
                try endpoint("RELAY_URLS", String($0))
            },
            executor: executor, pools: pools, operators: operators,
            relayKey: relayKey,
            parameters: strategy.parameters,
            fairPriceHalfWidthPips: strategy.fairPriceHalfWidthPips,
            simulates: simulation == "true",
            ledgerPath: environment["LEDGER_PATH"] ?? "jit-bot.sqlite", slotSeconds: slotSeconds,
            logicalClock: logicalClock, orders: try orders(environment),
            grid: try grid(environment, number))
    }

    /// The grid of dust; nil where none is kept or retired.
    private static func grid(
        _ environment: [String: String], _ number: (String) throws -> UInt64?
    ) throws -> GridTerms? {
        let retires = environment["KEPT_GRID_RETIRE"] ?? "false"
        guard retires == "true" || retires == "false" else {
            throw ProgramFailure(
                .configuration, "KEPT_GRID_RETIRE must be true or false (got \(retires)).")
        }
        let ranges = try number("KEPT_GRID")
        guard ranges ?? 1 <= UInt64(GridTerms.rangesPerSideLimit) else {
            throw ProgramFailure(
                .configuration,
                "KEPT_GRID must be 1 to \(GridTerms.rangesPerSideLimit) ranges to either side.")
        }
        let maxCost = try number("KEPT_GRID_MAX_WEI")
        let blocks = try number("KEPT_GRID_MIN_BLOCKS")
        guard ranges != nil || retires == "true" else {
            guard maxCost == nil, blocks == nil else {
                throw ProgramFailure(
                    .configuration,
                    "KEPT_GRID_MAX_WEI and KEPT_GRID_MIN_BLOCKS mean nothing without KEPT_GRID.")
            }
            return nil
        }
        var terms = GridTerms(rangesPerSide: Int(ranges ?? 1), retires: retires == "true")
        if let maxCost { terms.maxCostWei = UInt256(maxCost) }
        if let blocks { terms.minimumBlocks = blocks }
        return terms
    }

    /// The intake of signed orders; nil where ORDER_PORT is not set.
    private static func orders(_ environment: [String: String]) throws -> OrderSettings? {
        guard let text = environment["ORDER_PORT"], !text.isEmpty else { return nil }
        guard let port = UInt16(text) else {
            throw ProgramFailure(.configuration, "ORDER_PORT must be a port (got \(text)).")
        }
        guard let flash = environment["FLASH_CONTRACT"].flatMap({ Address(hex: $0) }) else {
            throw ProgramFailure(
                .configuration, "ORDER_PORT is set, so FLASH_CONTRACT must be an address.")
        }
        let hedges = try (environment["HEDGE_POOLS"] ?? "").split(separator: ",")
            .map { try pool($0, of: "HEDGE_POOLS") }
        let entryPoint = environment["ENTRY_POINT"].map { Address(hex: $0) }
        if case .some(.none) = entryPoint {
            throw ProgramFailure(.configuration, "ENTRY_POINT is no address.")
        }
        let host = environment["ORDER_HOST"] ?? "127.0.0.1"
        guard OrderSettings.isLoopback(host) || environment["ORDER_ALLOW_REMOTE"] == "true" else {
            throw ProgramFailure(
                .refusedForSafety,
                "ORDER_HOST is \(host), which other machines can reach. Set "
                    + "ORDER_ALLOW_REMOTE=true if they are to.")
        }
        var settings = OrderSettings(
            host: host, port: Int(port), flash: flash,
            lenders: try LenderOptions.lenders(environment), hedgePools: hedges,
            entryPoint: (entryPoint ?? nil) ?? EntryPointV07.canonical,
            hostNames: (environment["ORDER_HOST_NAMES"] ?? "").split(separator: ",")
                .map(String.init))
        settings.modes = try orderModes(environment)
        return settings
    }

    private static func orderModes(_ environment: [String: String]) throws -> Set<BundleMode> {
        guard let text = environment["ORDER_MODES"], !text.isEmpty else {
            return [.atomic, .inventory]
        }
        let modes = text.split(separator: ",").map { BundleMode(rawValue: String($0)) }
        guard !modes.isEmpty, modes.allSatisfy({ $0 == .atomic || $0 == .inventory }) else {
            throw ProgramFailure(
                .configuration,
                "ORDER_MODES must be atomic, inventory or both (got \(text)).")
        }
        return Set(modes.compactMap(\.self))
    }

    /// A pool as settings name it.
    static func pool(_ text: some StringProtocol, of name: String) throws -> PoolKey {
        let parts = text.split(separator: "/")
        guard parts.count == 3, let a = Address(hex: parts[0]), let b = Address(hex: parts[1]),
            let fee = UInt32(parts[2]), let key = PoolKey(sorting: a, b, feePips: fee)
        else {
            throw ProgramFailure(
                .configuration, "\(name): \"\(text)\" is not token/token/fee.")
        }
        return key
    }

    /// Live mode sends real transactions: each of the runbook's switches must be set by hand.
    private static func requireLiveConsent(_ environment: [String: String]) throws {
        for name in ["I_UNDERSTAND_LIVE_RISK", "ENABLE_FLASHBOTS"]
        where environment[name] != "true" {
            throw ProgramFailure(
                .refusedForSafety,
                "SIMULATION_MODE is false, but \(name) is \(environment[name] ?? "not set"). "
                    + "Going live needs \(name)=true; SIMULATION_MODE=true sends nothing.")
        }
    }
}
