import Chain
import Devnet
import EVM
import Ethereum
import Foundation
import JSON
import NIOPosix
import Relay
import TestSupport
import Testing
import Wire

/// Requests that no honest client makes: each is answered or refused, and the node goes on.
@Suite("Hostile requests")
struct HostileRequestTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let rounds = Int(environment["JITBOT_HOSTILE_REQUESTS"] ?? "") ?? 6000

    private static func calls(_ rpc: NodeRPC) throws -> [(String, JSON)] {
        let mined = try SmallChain.transaction(0, to: SmallChain.logger)
        try rpc.send(mined)
        try rpc.buildBlock()
        let raw = JSON.data(try SmallChain.transaction(1).signed.raw)
        let (hash, block) = (JSON.hash(mined.signed.hash), JSON.hash(rpc.node.chain.head.hash))
        let call: JSON = [
            "from": .address(SmallChain.wallet(0).address), "to": .address(SmallChain.counter),
            "gas": "0x30000", "maxFeePerGas": "0x77359400", "value": "0x1", "input": "0x1234",
        ]
        let (calls, prestate): (JSON, JSON) = (
            ["tracer": "callTracer", "tracerConfig": ["onlyTopCall": false]],
            ["tracer": "prestateTracer", "tracerConfig": ["diffMode": true]]
        )
        return [
            ("eth_getBlockByNumber", ["0x1", true]), ("eth_getBlockByHash", [block, true]),
            ("eth_getBlockReceipts", ["0x1"]), ("eth_getTransactionReceipt", [hash]),
            ("eth_getTransactionByBlockNumberAndIndex", ["0x1", "0x0"]),
            ("eth_getLogs", [["fromBlock": "0x0", "toBlock": "0x9", "topics": [.null, [hash]]]]),
            ("eth_getBalance", [.address(SmallChain.counter), ["blockNumber": "0x1"]]),
            ("eth_getStorageAt", [.address(SmallChain.counter), "0x0", "latest"]),
            ("eth_getTransactionCount", [.address(SmallChain.counter), "pending"]),
            ("eth_call", [call, "latest"]), ("eth_estimateGas", [call, "latest"]),
            ("eth_feeHistory", ["0x4", "latest", [10, 50, 90]]), ("eth_sendRawTransaction", [raw]),
            ("eth_sendTransaction", [call]), ("debug_traceCall", [call, "latest", calls]),
            ("debug_traceTransaction", [hash, prestate]),
            ("debug_traceBlockByNumber", ["0x1", calls]),
            ("txpool_contentFrom", [.address(SmallChain.wallet(0).address)]),
        ]
    }

    private static func bundles() throws -> [(String, JSON)] {
        let raw = JSON.data(try SmallChain.transaction(2).signed.raw)
        let bundle: JSON = [
            "txs": [raw, raw], "blockNumber": "0x2", "minTimestamp": 0,
            "maxTimestamp": 4_000_000_000,
            "revertingTxHashes": [.hash(.zero)], "stateBlockNumber": "latest", "timestamp": 5,
            "replacementUuid": "4b6c6f3e-1d2c-4a5b-9c8d-7e6f5a4b3c2d",
        ]
        return [
            ("eth_sendBundle", [bundle]), ("eth_callBundle", [bundle]),
            ("eth_cancelBundle", [["replacementUuid": "4b6c6f3e-1d2c-4a5b-9c8d-7e6f5a4b3c2d"]]),
            ("eth_sendPrivateTransaction", [["tx": raw, "maxBlockNumber": "0x9"]]),
            ("eth_cancelPrivateTransaction", [["txHash": .hash(.zero)]]),
            ("flashbots_getBundleStatsV2", [["bundleHash": .hash(.zero)]]),
        ]
    }

    @Test("no damaged request ends the node, and it goes on building blocks")
    func requests() throws {
        let rpc = SmallChain.rpc()
        let relay = RelayRPC(nodeRPC: rpc)
        let key = SmallChain.wallet(7).key
        let calls = try Self.calls(rpc)
        let bundles = try Self.bundles()
        var damage = Damage(seed: 11)
        var (answered, refused) = (0, 0)
        for round in 0..<Self.rounds {
            let isBundle = round % 4 == 3
            let (method, good) =
                isBundle
                ? bundles[damage.below(bundles.count)] : calls[damage.below(calls.count)]
            let params = damage.damaged(good)
            do {
                if isBundle {
                    let body = JSONRPC.call(id: 1, method: method, params: params).bytes
                    _ = try relay.answer(
                        method: method, params: params, body: body,
                        signatureHeader: FlashbotsSignature.headerValue(body: body, key: key))
                } else {
                    _ = try rpc.answer(method: method, params: params)
                }
                answered += 1
            } catch { refused += 1 }
            if round % 500 == 499 {
                let before = rpc.node.chain.head.number
                try rpc.buildBlock()
                #expect(rpc.node.chain.head.number == before + 1)
            }
        }
        #expect(answered > Self.rounds / 20 && refused > Self.rounds / 20, "\(answered) \(refused)")
    }

    /// JUMPDEST, a call of account 32 with 1 MiB of input, POP, and back to the start.
    private static let callsWithMemory: [UInt8] = [
        0x5B, 0x5F, 0x5F, 0x62, 0x10, 0, 0, 0x5F, 0x5F, 0x60, 32, 0x61, 3, 0xE8, 0xF1, 0x50, 0x5F,
        0x56,
    ]

    @Test("calls that pass the same megabyte on and on are not traced to their end")
    func largeTrace() throws {
        let rpc = SmallChain.rpc()
        let call: JSON = [
            "from": .address(SmallChain.wallet(0).address), "gas": .quantity(8_000_000 as UInt64),
            "input": .data(Self.callsWithMemory),
        ]
        let tooLarge = JSONRPCError.server(
            "tracing failed: the calls' input and output are above 67108864 bytes")
        #expect(throws: tooLarge) {
            try rpc.ask("debug_traceCall", call, "latest", ["tracer": "callTracer"])
        }
        // The same transaction in a block.
        let mined = try SmallChain.transaction(
            0, to: nil, data: Self.callsWithMemory, gasLimit: 7_000_000,
            maxFee: 2 &* SmallChain.gwei)
        try rpc.send(mined)
        try rpc.buildBlock()
        #expect(throws: tooLarge) {
            try rpc.ask(
                "debug_traceTransaction", .hash(mined.signed.hash), ["tracer": "callTracer"])
        }
        // What changes the state is told in any case.
        _ = try rpc.ask("debug_traceBlockByNumber", "0x1", ["tracer": "prestateTracer"])
    }

    @Test("a bundle whose gas no block has is not simulated to its end")
    func bundleGas() throws {
        let rpc = SmallChain.rpc()
        let relay = RelayRPC(nodeRPC: rpc)
        let key = SmallChain.wallet(7).key
        func call(_ loops: Int) throws -> JSON {
            // JUMPDEST PUSH0 JUMP: all gas is spent.
            let raws = try (0..<loops).map {
                JSON.data(
                    try SmallChain.transaction(
                        0, nonce: UInt64($0), to: nil, data: [0x5B, 0x5F, 0x56],
                        gasLimit: 4_000_000, maxFee: 2 &* SmallChain.gwei
                    ).signed.raw)
            }
            let params: JSON = [
                ["txs": .array(raws), "blockNumber": "0x1", "stateBlockNumber": "latest"]
            ]
            let body = JSONRPC.call(id: 1, method: "eth_callBundle", params: params).bytes
            return try relay.answer(
                method: "eth_callBundle", params: params, body: body,
                signatureHeader: FlashbotsSignature.headerValue(body: body, key: key))
        }
        #expect(try call(2)["totalGasUsed"] == 8_000_000)
        #expect {
            try call(3)
        } throws: {
            "\($0)".contains("gas limit reached: 4000000, left in the block are 0")
        }
    }

    @Test("bundles for blocks that never come do not fill the memory")
    func bundlePool() throws {
        var pool = BundlePool()
        let transaction = try SmallChain.transaction(0)
        for number in 0..<BundlePool.limits.bundles {
            #expect(pool.hasRoom)
            pool.insert(SmallChain.bundle([transaction], block: .max - UInt64(number)))
        }
        #expect(!pool.hasRoom)
        pool.drop(upTo: .max)
        #expect(pool.hasRoom)
        let large = try SmallChain.transaction(0, data: [UInt8](repeating: 0, count: 33 << 20))
        pool.insert(SmallChain.bundle([large]))
        #expect(pool.hasRoom)
        pool.insert(SmallChain.bundle([large]))
        #expect(!pool.hasRoom)
    }

    @Test("a transaction above 128 KiB is refused, one below is taken")
    func largeTransaction() throws {
        var pool = Mempool()
        func insert(_ bytes: Int) throws {
            let candidate = try SmallChain.transaction(
                0, data: [UInt8](repeating: 0, count: bytes), gasLimit: 1_000_000,
                maxFee: SmallChain.gwei)
            _ = try pool.insert(
                candidate.signed, sender: candidate.sender, state: SmallChain.chain().state,
                chainId: SmallChain.chainId, blockGasLimit: SmallChain.gasLimit)
        }
        try insert(128_000)
        #expect {
            try insert(132_000)
        } throws: {
            "\($0)".hasPrefix("oversized data: transaction size 132")
        }
    }

    @Test(
        "what steers a devnet is bounded too",
        arguments: [
            ("devnet_reorganise", ["0xffffffffffffffff"], true),
            ("devnet_reorganise", ["0x8000000000000000"], true),
            ("devnet_closeSlot", [[], "0xffffffffffffffff", .number("0.01")], false),
            ("devnet_closeSlot", [[], "0x1", .number("1e300")], false),
            ("devnet_closeSlot", [["0x00"], "0x1", -1], false),
            ("devnet_closeSlot", [[], "0x1", -1], false),
            ("devnet_closeSlot", [[], "0x1", 0], true),
        ] as [(String, JSON, Bool)])
    func control(method: String, params: JSON, isAnswered: Bool) async throws {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let server = try await DevnetServer.start(
            chain: SmallChain.chain(), coinbase: SmallChain.coinbase, seed: 1, unlocked: [],
            .init(port: 0, relayPort: 0, blockTimeSeconds: nil), on: loop,
            now: { SmallChain.genesisTime }
        ).get()
        let client = JSONRPCClient(
            try HTTPConnection(Endpoint("http://127.0.0.1:\(server.rpcPort)"), on: loop))
        let answer = try? await client.call(method, params).get()
        #expect((answer != nil) == isAnswered)
        #expect(try await client.call("eth_gasPrice").get().quantity != nil)
        try await client.connection.close().get()
        try await server.shutdown().get()
    }
}
