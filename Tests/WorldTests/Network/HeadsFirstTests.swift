import Bot
import Chain
import Contracts
import Ethereum
import Foundation
import JSON
import Strategy
import TestSupport
import Testing
import Wire
import World

/// State that leads from one slot to the next takes a round trip each, and no head waits for the
/// end of it: over sockets, on a contract made for it.
@Suite("Heads go first", .serialized)
struct HeadsFirstTests {
    /// A devnet with a contract whose storage is such a chain, and a simulating bot that asks the
    /// devnet through a door.
    private struct Scene {
        var setup: DemoSetup
        var contract: Address
        var node: HeldNode
        var events: EventLog
        var devnet: JSONRPCClient
        var intake: JSONRPCClient

        /// A call of the contract by a user.
        func callContract() throws -> Hash32 {
            var user = setup.wallets.users[0]
            user.nonce = setup.devnet.chain.state.account(user.address)?.nonce ?? 0
            let signed = try user.sign(
                to: contract, gasLimit: 200_000, chainId: LocalChain.chainId,
                maxFeePerGas: setup.devnet.comfortableMaxFeePerGas, maxPriorityFeePerGas: .one
            ).signed
            _ = try devnet.call("eth_sendRawTransaction", [.data(signed.raw)]).wait()
            return signed.hash
        }

        /// Ends the slot without waiting for anybody.
        func closeSlot() throws {
            _ = try devnet.call(
                "devnet_closeSlot",
                [[], .quantity(setup.devnet.nextEnvironment.timestamp), .decimal(0, decimals: 3)]
            ).wait()
        }
    }

    private static func play(
        chain length: Int, holds: Bool, _ body: (inout Scene) throws -> Void
    ) throws {
        var setup = try DemoSetup.run(seed: 5, artifacts: try TestFiles.artifacts())
        let contract = try deploy(length, &setup)
        let stage = try DevnetStage(setup, seed: 5)
        defer { stage.end() }
        let node = HeldNode(watching: contract, holds: holds, on: stage.loop)
        let upstream = JSONRPCClient(
            try HTTPConnection(DevnetStage.endpoint(stage.server.rpcPort), on: stage.loop))
        let door = try JSONRPCServer.start(
            on: stage.loop, makeHandler: { node.handler(upstream) }
        ).wait()
        let events = EventLog()
        let bot = try stage.bot(
            stage.settings(
                simulates: true, node: DevnetStage.endpoint(door.port),
                orders: stage.orders(entryPoint: EntryPointV07.canonical)), events)
        defer {
            node.end()
            try? stage.stop(bot)
            try? door.shutdown().wait()
        }
        var scene = Scene(
            setup: setup, contract: contract, node: node, events: events,
            devnet: try stage.client(stage.server.rpcPort),
            intake: try stage.client(try #require(events.port)))
        events.waitForHead(setup.devnet.chain.head.number)
        try body(&scene)
    }

    private static func deploy(_ length: Int, _ setup: inout DemoSetup) throws -> Address {
        var wallet = setup.wallets.deployer
        wallet.nonce = setup.devnet.chain.state.account(wallet.address)?.nonce ?? 0
        let address = Address.create(sender: wallet.address, nonce: wallet.nonce)
        try setup.devnet.mine([
            try wallet.sign(
                to: nil,
                data: PlantedCode.chain(length, exceptFor: setup.devnet.coinbase),
                gasLimit: 2_000_000, chainId: LocalChain.chainId,
                maxFeePerGas: setup.devnet.comfortableMaxFeePerGas, maxPriorityFeePerGas: .one)
        ])
        return address
    }

    /// The contract's first word, and slot 0, which is asked for while that one is not known.
    private static let firstRound: [HeldNode.Question] = [.slot, .slot]

    @Test(
        "a head that comes while a transaction's state is fetched goes before the next round trip")
    func pending() throws {
        try Self.play(chain: 12, holds: true) { scene in
            let hash = try scene.callContract()
            try scene.node.waitUntilHeld()
            try scene.closeSlot()
            // The head is on its way to the bot, whose question is still held.
            Thread.sleep(forTimeInterval: 0.3)
            scene.node.release()
            scene.events.waitForHead(scene.setup.devnet.chain.head.number + 1)
            #expect(Array(scene.node.asked.prefix(3)) == Self.firstRound + [.head])
            // It was not forgotten: behind the head it is looked at again.
            scene.events.waitForAnswer(hash)
            #expect(scene.events.answered.contains(hash))
            #expect(scene.events.failures == [])
        }
    }

    @Test("with no head in between all of them are made, one after the other")
    func undisturbed() throws {
        try Self.play(chain: 12, holds: false) { scene in
            let hash = try scene.callContract()
            scene.events.waitForAnswer(hash)
            #expect(scene.events.answered.contains(hash))
            let rest = [HeldNode.Question](repeating: .slot, count: 11)
            #expect(scene.node.asked == Self.firstRound + rest)
        }
    }

    private static func order(_ scene: inout Scene) -> SignedSafeTransaction {
        scene.setup.atomic.safe.sign(
            to: scene.contract, data: [], chainId: LocalChain.chainId)
    }

    @Test("a head that comes while an order's state is fetched goes first too, and it is taken in")
    func order() throws {
        try Self.play(chain: 2, holds: true) { scene in
            let order = Self.order(&scene)
            let answer = scene.intake.call("jit_sendSafeTransaction", [order.json])
            try scene.node.waitUntilHeld()
            try scene.closeSlot()
            Thread.sleep(forTimeInterval: 0.3)
            scene.node.release()
            let hash = order.transaction.hash(safe: order.safe, chainId: LocalChain.chainId)
            #expect(try answer.wait().hash == hash)
            #expect(Array(scene.node.asked.prefix(3)) == Self.firstRound + [.head])
        }
    }

    @Test("an order that takes more than four round trips is not taken in; one of three is")
    func tooManyRounds() throws {
        try Self.play(chain: 12, holds: false) { scene in
            let order = Self.order(&scene)
            do {
                _ = try scene.intake.call("jit_sendSafeTransaction", [order.json]).wait()
                Issue.record("it was taken in")
            } catch let error as JSONRPCError {
                #expect(error.message.contains("4 round trips"), "\(error)")
            }
            // Others are for the owner's list and the account; none of the rest of the chain.
            #expect((3...4).contains(scene.node.asked.count))
            #expect(scene.node.asked.allSatisfy { $0 == .slot })
        }
        try Self.play(chain: 2, holds: false) { scene in
            let order = Self.order(&scene)
            let taken = try scene.intake.call("jit_sendSafeTransaction", [order.json]).wait()
            #expect(taken.hash != nil)
            #expect(scene.node.asked == Self.firstRound + [.slot])
        }
    }
}

extension EventLog {
    /// Returns when a transaction is declined, or after twenty seconds.
    func waitForAnswer(_ hash: Hash32) {
        for _ in 0..<2000 where !answered.contains(hash) { Thread.sleep(forTimeInterval: 0.01) }
    }
}
