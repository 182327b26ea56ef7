import Bot
import Chain
import Contracts
import EVM
import Ethereum
import JSON
import NIOCore
import Strategy
import Wire

/// An order that a Safe's owners have signed, and what came of it.
public struct SafeOrder: Sendable {
    /// The block in which it was signed.
    public var signedIn: UInt64
    public var order: SignedSafeTransaction
    public var hash: Hash32
    /// Unix seconds after which the owners do not want it any more.
    public var validUntil: UInt64
    public var pool: DemoPool
    public var sellsWeth: Bool
    /// Raw units that go in.
    public var amountIn: UInt256
    /// The bot's newest answer.
    public var answer: JSON?
    /// Our transaction that holds it, once it is in a block.
    public var landed: Landed?

    /// Where it stands in the chain.
    public struct Landed: Equatable, Sendable {
        public var block: UInt64
        /// Ours in which the order runs.
        public var transaction: Hash32
        /// All of ours in the bundle: that one, or `open`, that one and `close`.
        public var bundle: [Hash32]

        /// Whether a loan paid for the liquidity.
        public var isAtomic: Bool { bundle.count == 1 }
    }

    /// `included`, or the label of the bot's newest answer.
    public var label: String {
        landed != nil ? "included" : answer?["outcome"]?.string ?? "unanswered"
    }
}

/// The Safe's owners: clients of the bot's intake, who send an order again until it is in a block.
final class SafeOrders {
    private(set) var orders: [SafeOrder] = []
    private let loop: any EventLoop
    private var connection: (url: String, client: JSONRPCClient)?

    init(on loop: any EventLoop) { self.loop = loop }

    /// Slots in which an order is signed: three, evenly over the live part of a demo.
    static func slots(of plan: DemoPlan) -> [Int] {
        let live = plan.blocks - plan.simulatedBlocks
        return (1...3).map { plan.simulatedBlocks + live * $0 / 4 }
    }

    /// Signs the order of a slot: first WETH is sold, which takes a loan of USDC, then bought,
    /// which takes one of WETH, and so on.
    func sign(_ index: Int, validUntil: UInt64, setup: inout DemoSetup) {
        let contracts = setup.contracts
        let sellsWeth = index % 2 == 0
        let amountIn = sellsWeth ? 160 &* DemoSetup.weth : 400_000 &* DemoSetup.usdc
        let safe = setup.atomic.safe.address
        // A twentieth below the market: what is signed waits for more than one block.
        let price = setup.market.usdcPerWeth
        let least =
            sellsWeth
            ? UInt256(UInt64(160 * price * 0.95 * 1e6))
            : UInt256(UInt64(400_000 / price * 0.95 * 1e9)) &* 1_000_000_000
        let order = SwapOrder(
            tokenIn: sellsWeth ? contracts.tokens.weth : contracts.tokens.other,
            tokenOut: sellsWeth ? contracts.tokens.other : contracts.tokens.weth,
            fee: contracts.secondPool.key.feePips, recipient: safe, deadline: .max,
            exactOutput: false, amount: amountIn, sqrtPriceLimitX96: .zero)
        let signed = setup.atomic.safe.sign(
            to: contracts.uniswap.swapRouter, data: order.calldata(bound: least),
            chainId: LocalChain.chainId)
        orders.append(
            SafeOrder(
                signedIn: setup.devnet.chain.head.number + 1, order: signed,
                hash: signed.transaction.hash(safe: safe, chainId: LocalChain.chainId),
                validUntil: validUntil,
                pool: contracts.secondPool, sellsWeth: sellsWeth, amountIn: amountIn,
                answer: nil, landed: nil))
    }

    /// Sends every order that is in no block to the bot; gives those that it has taken. A bot that
    /// is away takes none, and is asked again in the next slot.
    func send(to url: String) throws -> [Hash32] {
        let open = orders.filter { $0.landed == nil }
        guard !open.isEmpty else { return [] }
        if connection?.url != url {
            connection = (
                url, JSONRPCClient(try HTTPConnection(try Endpoint(url), on: loop))
            )
        }
        guard let client = connection?.client else { return [] }
        return open.compactMap { order in
            let sent = try? client.call("jit_sendSafeTransaction", [order.request]).wait()
            return sent?.hash == order.hash ? order.hash : nil
        }
    }

    /// Takes note of the bot's answers and of the chain; gives the orders that are new in it.
    func follow(
        _ events: [JSON], chain: Blockchain, flash: Address, operators: Set<Address>
    ) -> [SafeOrder] {
        var fresh: [SafeOrder] = []
        for index in orders.indices {
            let hash = orders[index].hash
            orders[index].answer =
                events.last { $0["event"] == "order" && $0["orderHash"]?.hash == hash }
                ?? orders[index].answer
            let landed = Self.landing(
                of: orders[index], in: chain, flash: flash, operators: operators)
            if landed != nil, orders[index].landed == nil {
                orders[index].landed = landed
                fresh.append(orders[index])
            }
            orders[index].landed = landed
        }
        return fresh
    }

    /// Our transaction by which the Safe says that it has executed the order.
    private static func landing(
        of order: SafeOrder, in chain: Blockchain, flash: Address, operators: Set<Address>
    ) -> SafeOrder.Landed? {
        for block in chain.blocks where block.number >= order.signedIn {
            for (index, executed) in block.transactions.enumerated()
            where operators.contains(executed.sender) {
                let succeeded = executed.outcome.logs.contains {
                    $0.address == order.order.safe
                        && $0.topics == [Safe.executionSuccessTopic, order.hash]
                }
                guard succeeded else { continue }
                let isAtomic = executed.signed.transaction.to == flash
                let bundle = isAtomic ? index...index : index - 1...index + 1
                return .init(
                    block: block.number, transaction: executed.signed.hash,
                    bundle: bundle.clamped(to: 0...block.transactions.count - 1).map {
                        block.transactions[$0].signed.hash
                    })
            }
        }
        return nil
    }
}

extension SafeOrder {
    /// What is sent to the bot.
    var request: JSON {
        .object((order.json.object ?? []) + [.init("validUntil", .quantity(validUntil))])
    }
}

extension SignedSafeTransaction {
    /// The parameter of the bot's `jit_sendSafeTransaction`.
    public var json: JSON {
        [
            "chainId": .quantity(LocalChain.chainId), "safe": .address(safe),
            "to": .address(transaction.to), "value": .quantity(transaction.value),
            "data": .data(transaction.data),
            "operation": .integer(Int64(transaction.operation)),
            "safeTxGas": .quantity(transaction.safeTxGas),
            "baseGas": .quantity(transaction.baseGas),
            "gasPrice": .quantity(transaction.gasPrice),
            "gasToken": .address(transaction.gasToken),
            "refundReceiver": .address(transaction.refundReceiver),
            "nonce": .quantity(transaction.nonce), "signatures": .data(signatures),
        ]
    }
}
