import Bot
import Contracts
import Ethereum
import JSON
import Strategy
import TestSupport
import Testing
import Wire
import World

/// The bot's door for signed orders, by an outside client over a socket.
@Suite("Order intake", .serialized)
struct OrderIntakeTests {
    /// A devnet and a simulating bot that takes orders in; `body` is given a client of its door.
    private static func withIntake(
        _ body: (JSONRPCClient, inout DemoSetup) throws -> Void
    ) throws {
        var setup = try DemoSetup.run(seed: 5, artifacts: try TestFiles.artifacts())
        let stage = try DevnetStage(setup, seed: 5)
        defer { stage.end() }
        let events = EventLog()
        let bot = try stage.bot(
            stage.settings(
                simulates: true,
                orders: stage.orders(
                    entryPoint: EntryPointV07.canonical,
                    besides: [.contract(.aaveV3, setup.atomic.aave.pool)])), events)
        defer { try? stage.stop(bot) }
        let client = try stage.client(try #require(events.port))
        try body(client, &setup)
    }

    /// The code of the error that a call fails with; nil where it succeeds.
    private static func code(
        _ client: JSONRPCClient, _ method: String, _ params: JSON
    ) throws -> Int? {
        do {
            _ = try client.call(method, params).wait()
            return nil
        } catch let error as JSONRPCError {
            return error.code
        }
    }

    private static func order(_ setup: inout DemoSetup) -> SignedSafeTransaction {
        let contracts = setup.contracts
        return setup.atomic.safe.sign(
            to: contracts.uniswap.swapRouter,
            data: SwapRouter.exactInputSingle(
                tokenIn: contracts.tokens.weth, tokenOut: contracts.tokens.other, fee: 3000,
                recipient: setup.atomic.safe.address, deadline: .max,
                amountIn: 160 &* PoolWorld.ether, amountOutMinimum: .zero,
                sqrtPriceLimitX96: .zero),
            chainId: LocalChain.chainId)
    }

    private static func changed(_ json: JSON, _ name: String, _ value: JSON) -> JSON {
        .array([
            .object(
                (json.object ?? []).map {
                    $0.key == name ? .init(name, value) : $0
                })
        ])
    }

    @Test("a Safe's order is taken in; forged, replayed and malformed ones are refused by number")
    func safe() throws {
        try Self.withIntake { client, setup in
            let method = "jit_sendSafeTransaction"
            let good = Self.order(&setup)
            var forged = good
            forged.signatures[10] ^= 1
            #expect(try Self.code(client, method, [forged.json]) == -32507)
            var future = good
            future.transaction.nonce = future.transaction.nonce &+ .one
            #expect(try Self.code(client, method, [future.json]) != nil)
            for (name, value) in [
                ("chainId", .quantity(1 as UInt64)), ("data", "0x1"), ("safe", "0x12"),
                ("operation", .integer(2)), ("gasPrice", .quantity(1 as UInt64)),
                ("signatures", "0x00"), ("nonce", .null),
                ("data", .string("0x" + String(repeating: "00", count: 7000))),
            ] as [(String, JSON)] {
                #expect(
                    try Self.code(client, method, Self.changed(good.json, name, value)) == -32602,
                    "\(name)")
            }
            #expect(try Self.code(client, method, []) == -32602)
            #expect(try Self.code(client, "eth_sendRawTransaction", []) == -32601)
            let hash = good.transaction.hash(safe: good.safe, chainId: LocalChain.chainId)
            let taken = try client.call(method, [good.json]).wait()
            #expect(taken.hash == hash)
            // Sent again it is the same order.
            #expect(try client.call(method, [good.json]).wait().hash == hash)
            #expect(try client.call("jit_getOrder", [.hash(hash)]).wait()["state"] == "waiting")
            #expect(try client.call("jit_getOrder", [.hash(.zero)]).wait().isNull)
        }
    }

    @Test("operations: the chain, the EntryPoint, and what is malformed or not there")
    func operations() throws {
        try Self.withIntake { client, _ in
            #expect(try client.call("eth_chainId").wait().quantity64 == LocalChain.chainId)
            let points = try client.call("eth_supportedEntryPoints").wait()
            #expect(points[0]?.address == EntryPointV07.canonical)
            let operation: JSON = [
                "sender": .address(Address(word: 7)), "nonce": "0x0", "callData": "0x",
                "callGasLimit": "0x10000", "verificationGasLimit": "0x10000",
                "preVerificationGas": "0x0", "maxFeePerGas": "0x1",
                "maxPriorityFeePerGas": "0x1", "signature": "0x",
            ]
            let method = "eth_sendUserOperation"
            // Another EntryPoint is a wrong parameter, and the owner has not allowed the right one.
            #expect(
                try Self.code(client, method, [operation, .address(Address(word: 9))]) == -32602)
            #expect(
                try Self.code(client, method, [operation, .address(EntryPointV07.canonical)])
                    == -32602)
            #expect(
                try client.call("eth_getUserOperationReceipt", [.hash(.zero)]).wait().isNull)
        }
    }

    @Test("a flood is answered with throttling, and the door stays open")
    func flood() throws {
        try Self.withIntake { client, _ in
            var codes: Set<Int> = []
            for _ in 0..<300 {
                if let code = try Self.code(client, "jit_getOrder", [.hash(.zero)]) {
                    codes.insert(code)
                }
            }
            #expect(codes == [-32504])
        }
    }
}
