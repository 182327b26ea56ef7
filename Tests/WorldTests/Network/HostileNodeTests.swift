import Bot
import Ethereum
import Foundation
import JSON
import NIOCore
import Store
import TestSupport
import Testing
import Wire
import World

/// A bot in front of a node that lies: it must not end, must keep its books, and must go on when
/// the node is honest again.
@Suite("A hostile node", .serialized)
struct HostileNodeTests {
    /// A devnet behind a hostile node, and a simulating bot that knows nothing else.
    private struct Scene {
        let stage: DevnetStage
        let node: NIOLoopBound<HostileNode>
        let devnet: JSONRPCClient
        let events: EventLog
        var setup: DemoSetup

        func onNode(_ body: @escaping @Sendable (HostileNode) -> Void) throws {
            try stage.loop.submit { [node] in body(node.value) }.wait()
        }

        func block(_ name: JSON = "latest") throws -> JSON {
            try devnet.call("eth_getBlockByNumber", [name, true]).wait()
        }

        /// Builds a block without waiting for the bot; gives it.
        func closeSlot() throws -> JSON {
            let time = try #require(try block()["timestamp"]?.quantity64)
            _ = try devnet.call(
                "devnet_closeSlot", [[], .quantity(time + 12), .decimal(0, decimals: 3)]
            ).wait()
            return try block()
        }

        /// A swap-free transaction of a user, waiting at the devnet.
        mutating func sendSomething() throws -> JSON {
            var user = setup.wallets.users[0]
            let nonce = try devnet.call(
                "eth_getTransactionCount", [.address(user.address), "pending"]
            ).wait()
            user.nonce = nonce.quantity64 ?? 0
            let signed = try user.sign(
                to: user.address, value: .one, gasLimit: 30_000, chainId: LocalChain.chainId,
                maxFeePerGas: 100_000_000_000, maxPriorityFeePerGas: .one
            ).signed
            _ = try devnet.call("eth_sendRawTransaction", [.data(signed.raw)]).wait()
            return try devnet.call("eth_getTransactionByHash", [.hash(signed.hash)]).wait()
        }
    }

    private static func play(
        seed: UInt64, prepare: (DevnetStage) throws -> Void = { _ in },
        _ body: (inout Scene) throws -> Void
    ) throws {
        let setup = try DemoSetup.run(seed: 5, artifacts: try TestFiles.artifacts())
        let stage = try DevnetStage(setup, seed: 5)
        defer { stage.end() }
        try prepare(stage)
        let (node, door) = try HostileNode.start(stage, seed: seed)
        var settings = try stage.settings(
            simulates: true, node: DevnetStage.endpoint(door.port))
        settings.nodeWebSocket = try Endpoint("ws://127.0.0.1:\(door.port)")
        let events = EventLog()
        let bot = try stage.bot(settings, events)
        defer {
            try? stage.stop(bot)
            try? door.shutdown().wait()
        }
        var scene = Scene(
            stage: stage, node: node, devnet: try stage.client(stage.server.rpcPort),
            events: events, setup: setup)
        try body(&scene)
    }

    private static func number(_ block: JSON) -> UInt64 { block["number"]?.quantity64 ?? 0 }

    /// Seeds that are tried; `make fuzz-hostile` tries more.
    private static let environment = ProcessInfo.processInfo.environment
    private static let seeds = UInt64(environment["JITBOT_HOSTILE_SEEDS"] ?? "") ?? 2

    @Test("whatever it answers and announces, the bot goes on and its books can be verified")
    func lies() throws {
        for seed in 1...Self.seeds {
            try Self.play(seed: seed) { scene in
                try scene.onNode { $0.damagedOneIn = 4 }
                for _ in 0..<60 {
                    let transaction = try scene.sendSomething()
                    let head = try scene.closeSlot()
                    try scene.onNode { node in
                        for _ in 0..<3 {
                            node.announceForged(head: head)
                            node.announceForged(transaction: transaction)
                        }
                        node.announce(head: head)
                    }
                }
                try scene.onNode { $0.damagedOneIn = 0 }
                // What it was told of blocks may have to be taken back first.
                var head = try scene.closeSlot()
                try scene.onNode { [head] in $0.announce(head: head) }
                Thread.sleep(forTimeInterval: 0.2)
                head = try scene.closeSlot()
                try scene.onNode { [head] in $0.announce(head: head) }
                scene.events.waitForHead(Self.number(head))
                let reader = try LedgerReader(path: scene.stage.ledgerPath)
                #expect(
                    try reader.lastBookedBlock()?.hash == head["hash"]?.hash,
                    "seed \(seed): \(scene.events.failures.suffix(3))")
                try reader.verifyBooks()
                #expect(scene.events.failures.count > 10, "seed \(seed): it lied in vain")
            }
        }
    }

    @Test("a head whose number or time is near the end of 64 bits is refused by name")
    func edges() throws {
        try Self.play(seed: 1) { scene in
            for field in ["timestamp", "number"] {
                let head = try scene.closeSlot()
                let members = (head.object ?? []).map {
                    $0.key == field ? JSON.Member(field, .quantity(UInt64.max)) : $0
                }
                let hash = try #require(HeadMessage.hash(ofForged: .object(members)))
                let forged = JSON.object(
                    members.map { $0.key == "hash" ? .init("hash", .hash(hash)) : $0 })
                try scene.onNode {
                    $0.announce(head: forged)
                    $0.announce(head: head)
                }
                scene.events.waitForHead(Self.number(head))
            }
            let refused = scene.events.failures.filter { $0.contains("number or time above") }
            #expect(refused.count == 2, "\(scene.events.failures)")
        }
    }

    @Test("an old head, and a forged one below the booked blocks, take nothing back")
    func past() throws {
        try Self.play(seed: 1) { scene in
            let old = try scene.block()
            for _ in 0..<3 {
                let head = try scene.closeSlot()
                try scene.onNode { $0.announce(head: head) }
                scene.events.waitForHead(Self.number(head))
            }
            let members = (old.object ?? []).map {
                $0.key == "number" ? JSON.Member("number", "0x0") : $0
            }
            let hash = try #require(HeadMessage.hash(ofForged: .object(members)))
            let forged = JSON.object(
                members.map { $0.key == "hash" ? .init("hash", .hash(hash)) : $0 })
            let head = try scene.closeSlot()
            try scene.onNode {
                $0.announce(head: old)
                $0.announce(head: forged)
                $0.announce(head: head)
            }
            scene.events.waitForHead(Self.number(head))
            #expect(scene.events.failures.count == 2)
            #expect(scene.events.failures.allSatisfy { $0.contains("is of the past") })
            let reader = try LedgerReader(path: scene.stage.ledgerPath)
            #expect(try reader.lastBookedBlock()?.hash == head["hash"]?.hash)
            #expect(try reader.bookedBlock(number: Self.number(old))?.hash == old["hash"]?.hash)
        }
    }

    @Test("a reorganisation of the first block that was ever booked begins the books anew")
    func firstBlock() throws {
        try Self.play(seed: 1) { scene in
            let first = try scene.block()
            scene.events.waitForHead(Self.number(first))
            _ = try scene.devnet.call("devnet_reorganise", ["0x1"]).wait()
            let replaced = try scene.block()
            #expect(replaced["hash"] != first["hash"])
            let head = try scene.closeSlot()
            try scene.onNode {
                $0.announce(head: replaced)
                $0.announce(head: head)
            }
            scene.events.waitForHead(Self.number(head))
            let reader = try LedgerReader(path: scene.stage.ledgerPath)
            #expect(try reader.lastBookedBlock()?.hash == head["hash"]?.hash)
            #expect(scene.events.failures == [] && !scene.events.booksDiffer)
            try reader.verifyBooks()
        }
    }

    @Test("a node that knows none of the last thousand booked blocks takes nothing from the books")
    func anotherChain() throws {
        for (blocks, isKept) in [(1100 as UInt64, true), (100, false)] {
            var last: BlockReference?
            try Self.play(
                seed: 1,
                prepare: { stage in
                    let ledger = try Ledger(path: stage.ledgerPath)
                    for number in 5000..<5000 + blocks {
                        let hash = Keccak256.hash(word: UInt256(number))
                        try ledger.book(
                            block: BookedBlock(
                                number: number, hash: hash,
                                parentHash: Keccak256.hash(word: UInt256(number - 1)),
                                timestampSeconds: number, entries: []))
                        last = BlockReference(number: number, hash: hash)
                    }
                    try ledger.close()
                }
            ) { scene in
                let head = try scene.closeSlot()
                try scene.onNode { $0.announce(head: head) }
                if isKept {
                    for _ in 0..<1000 where scene.events.failures.isEmpty {
                        Thread.sleep(forTimeInterval: 0.01)
                    }
                    #expect(scene.events.failures.contains { $0.contains("a chain without any") })
                } else {
                    scene.events.waitForHead(Self.number(head))
                }
                let booked = try LedgerReader(path: scene.stage.ledgerPath).lastBookedBlock()
                #expect((booked == last) == isKept)
            }
        }
    }
}
