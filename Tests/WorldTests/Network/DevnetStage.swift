import Bot
import Devnet
import Ethereum
import Foundation
import NIOCore
import NIOPosix
import Strategy
import Wire
import World

/// A devnet with its relay on loopback, a ledger, and bots that come and go in front of it.
final class DevnetStage {
    let setup: DemoSetup
    let server: DevnetServer
    let ledgerPath = NSTemporaryDirectory() + "bot-\(UUID().uuidString).sqlite"
    /// Where the devnet and the bots live.
    let loop: any EventLoop

    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    private let clients = MultiThreadedEventLoopGroup(numberOfThreads: 1)

    /// The devnet stands on the chain of a demo's set-up.
    init(_ setup: DemoSetup, seed: UInt64) throws {
        self.setup = setup
        loop = group.next()
        server = try DevnetServer.start(
            chain: setup.devnet.chain, coinbase: setup.devnet.coinbase, seed: seed, unlocked: [],
            .init(port: 0, relayPort: 0, blockTimeSeconds: nil), on: loop, now: { 0 }
        ).wait()
    }

    /// Ends the devnet and removes the ledger; bots are to be stopped before.
    func end() {
        try? server.shutdown().wait()
        try? clients.syncShutdownGracefully()
        try? group.syncShutdownGracefully()
        removeLedger()
    }

    func removeLedger() {
        for suffix in ["", "-wal", "-shm", "-lock"] {
            try? FileManager.default.removeItem(atPath: ledgerPath + suffix)
        }
    }

    /// A bot's settings; `node` is whom it asks instead of the devnet.
    func settings(
        simulates: Bool, node: Endpoint? = nil, tips: TipBook? = nil, orders: OrderSettings? = nil
    ) throws -> BotSettings {
        BotSettings(
            nodeHTTP: try node ?? Self.endpoint(server.rpcPort),
            nodeWebSocket: try Endpoint("ws://127.0.0.1:\(server.rpcPort)"),
            relays: [try Self.endpoint(server.relayPort)],
            executor: setup.contracts.executor, pools: setup.contracts.pools.map(\.key),
            operators: setup.wallets.operators.map(\.key), relayKey: Wallet(name: "relay").key,
            parameters: StrategyParameters(
                minimumProfitWei: 1_000_000_000_000_000, bidShareBps: 3000,
                maxBaseFeePerGas: 50_000_000_000, tips: tips),
            fairPriceHalfWidthPips: 150, simulates: simulates, ledgerPath: ledgerPath,
            slotSeconds: 12, logicalClock: true, orders: orders)
    }

    /// The orders' door on any free port, with the demo's lending pool and further lenders.
    func orders(
        entryPoint: Address, besides lenders: [LenderSetting] = []
    ) -> OrderSettings {
        OrderSettings(
            port: 0, flash: setup.atomic.deployment.flash,
            lenders: [.pool(setup.atomic.lenderPool.key)] + lenders, entryPoint: entryPoint)
    }

    /// Starts a bot that tells `events` what it does. Its clock stands still unless one is given.
    func bot(
        _ settings: BotSettings, _ events: EventLog,
        nowUnixMs: @escaping @Sendable () -> Int64 = { 0 }
    ) throws -> NIOLoopBound<BotService> {
        let loop = loop
        return try loop.flatSubmit { () -> EventLoopFuture<NIOLoopBound<BotService>> in
            do {
                let service = try BotService(
                    settings: settings, loop: loop, random: { 7 }, nowUnixMs: nowUnixMs,
                    observe: { events.append($0) })
                let bound = NIOLoopBound(service, eventLoop: loop)
                return service.start().map { bound }
            } catch { return loop.makeFailedFuture(error) }
        }.wait()
    }

    func stop(_ bot: NIOLoopBound<BotService>) throws {
        try loop.submit { bot.value.stop() }.wait()
    }

    /// An outside client of a port.
    func client(_ port: Int) throws -> JSONRPCClient {
        JSONRPCClient(
            try HTTPConnection(
                Self.endpoint(port), on: clients.next(), .init(requestTimeout: .seconds(60))))
    }

    static func endpoint(_ port: Int) throws -> Endpoint {
        try Endpoint("http://127.0.0.1:\(port)")
    }
}
