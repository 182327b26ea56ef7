import ArgumentParser
import Devnet
import Ethereum
import Foundation
import JSON
import NIOPosix
import World

/// `jit-bot devnet`: a chain with the real contracts, a mempool and a relay, on sockets.
struct DevnetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "devnet",
        abstract: "Serve a chain of its own with the real contracts: JSON-RPC, mempool and relay.",
        discussion: "Everything listens on this machine only. The accounts' keys are known to "
            + "everyone; they are worth nothing elsewhere.")

    @Option(help: "Port of the JSON-RPC, HTTP and WebSocket; 0 takes a free one.")
    var port: Int = 8545

    @Option(help: "Port of the relay; 0 takes a free one.")
    var relayPort: Int = 8550

    @Option(help: "The seed of the liquidity that is there at the start.")
    var seed: UInt64 = 1

    @Option(help: "Seconds between blocks.")
    var blockTime: Double = 2

    @Flag(help: "Build blocks only when asked to, by devnet_closeSlot.")
    var logicalClock = false

    @Flag(help: "Print one JSON line when ready, and nothing else.")
    var json = false

    @Flag(help: "End when standard input closes, as it does when the starting process ends.")
    var withParent = false

    @OptionGroup var artifacts: ArtifactOptions

    func validate() throws {
        for (name, port) in [("--port", port), ("--relay-port", relayPort)] {
            guard (0...65_535).contains(port) else {
                throw ValidationError("\(name) must be 0...65535 (got \(port)).")
            }
        }
        guard blockTime >= 0.05, blockTime <= 3600 else {
            throw ValidationError("--block-time must be 0.05...3600 seconds (got \(blockTime)).")
        }
    }

    func run() throws {
        let setup = try DemoSetup.run(seed: seed, artifacts: artifacts.load())
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let server: DevnetServer
        do {
            server = try DevnetServer.start(
                chain: setup.devnet.chain, coinbase: setup.devnet.coinbase, seed: seed,
                unlocked: setup.wallets.users.map(\.key),
                .init(
                    port: port, relayPort: relayPort,
                    blockTimeSeconds: logicalClock ? nil : blockTime,
                    facts: setup.devnetFacts),
                on: group.next(), now: { UInt64(Date().timeIntervalSince1970) }
            ).wait()
        } catch {
            throw ProgramFailure(
                .configuration,
                "cannot listen on ports \(port) and \(relayPort): \(error). "
                    + "Name other ones with --port and --relay-port, 0 for free ones.")
        }
        let description = DevnetDescription(
            setup: setup, host: "127.0.0.1", rpcPort: server.rpcPort, relayPort: server.relayPort)
        if json {
            Output.result(description.json.text)
        } else {
            for line in description.lines { Output.result(line) }
        }
        ProcessEnd.wait(withParent: withParent)
        try server.shutdown().wait()
        try group.syncShutdownGracefully()
    }
}
