import Bot
import Contracts
import Ethereum
import JSON
import Synchronization
import TestSupport
import Testing
import Wire
import World

/// Whoever reaches the orders' door may send what he likes, as fast as it is answered.
@Suite("Hostile senders of orders", .serialized)
struct HostileSenderTests {
    private static func operation(_ setup: DemoSetup) -> JSON {
        let somebody = JSON.address(setup.contracts.tokens.weth)
        return [
            [
                "sender": somebody, "nonce": "0x0", "factory": somebody, "factoryData": "0x12",
                "callData": "0x12345678", "callGasLimit": "0x30000", "signature": "0x11",
                "verificationGasLimit": "0x30000", "preVerificationGas": "0x1",
                "maxFeePerGas": "0x77359400", "maxPriorityFeePerGas": "0x1",
                "paymaster": somebody, "paymasterVerificationGasLimit": "0x1000",
                "paymasterPostOpGasLimit": "0x1000", "paymasterData": "0x",
            ], .address(EntryPointV07.canonical),
        ]
    }

    @Test("no damaged order ends the bot, and a genuine one is taken in behind them")
    func orders() throws {
        var setup = try DemoSetup.run(seed: 5, artifacts: try TestFiles.artifacts())
        let stage = try DevnetStage(setup, seed: 5)
        defer { stage.end() }
        let events = EventLog()
        // A second passes between two requests, so that the door does not shut on the client.
        let clock = Mutex<Int64>(0)
        let bot = try stage.bot(
            stage.settings(
                simulates: true, orders: stage.orders(entryPoint: EntryPointV07.canonical)),
            events,
            nowUnixMs: {
                clock.withLock {
                    $0 += 1000
                    return $0
                }
            })
        defer { try? stage.stop(bot) }
        events.waitForHead(setup.devnet.chain.head.number)
        let client = try stage.client(try #require(events.port))
        let contracts = setup.contracts
        let order = setup.atomic.safe.sign(
            to: contracts.uniswap.swapRouter,
            data: SwapRouter.exactInputSingle(
                tokenIn: contracts.tokens.weth, tokenOut: contracts.tokens.other, fee: 3000,
                recipient: setup.atomic.safe.address, deadline: .max,
                amountIn: 160 &* PoolWorld.ether, amountOutMinimum: .zero,
                sqrtPriceLimitX96: .zero),
            chainId: LocalChain.chainId)
        let good: [(String, JSON)] = [
            ("jit_sendSafeTransaction", [order.json]),
            ("eth_sendUserOperation", Self.operation(setup)),
            ("jit_getOrder", [.hash(.zero)]), ("eth_getUserOperationReceipt", [.hash(.zero)]),
        ]
        var damage = Damage(seed: 31)
        var codes: [Int: Int] = [:]
        for _ in 0..<2000 {
            let (method, params) = good[damage.below(damage.below(good.count) + 1)]
            do {
                _ = try client.call(method, damage.damaged(params)).wait()
            } catch let error as JSONRPCError {
                codes[error.code, default: 0] += 1
            }
        }
        #expect(codes[-32602, default: 0] > 500, "\(codes)")
        #expect(codes[-32603] == nil, "internal errors: \(codes)")
        // What is executed for strangers is counted anew behind each head.
        let devnet = try stage.client(stage.server.rpcPort)
        let next = setup.devnet.nextEnvironment
        _ = try devnet.call(
            "devnet_closeSlot", [[], .quantity(next.timestamp), .decimal(0, decimals: 3)]
        ).wait()
        events.waitForHead(next.number)
        let hash = order.transaction.hash(safe: order.safe, chainId: LocalChain.chainId)
        #expect(
            try client.call("jit_sendSafeTransaction", [order.json]).wait().hash == hash)
        #expect(try client.call("eth_chainId").wait().quantity64 == LocalChain.chainId)
        #expect(events.failures == [] && !events.booksDiffer)
    }
}
