import Contracts
import EVM
import Ethereum
import TestSupport
import Testing
import UniswapV3
import World

/// Nothing but real bytecode: a genuine Safe's order, lent for by a pool of Uniswap V3 and by a
/// market of Aave V3.
@Suite("JitFlash on a real Aave market, for a genuine Safe")
struct JitFlashRealLenderTests {
    /// The Safe sells 150 WETH; a tenth of the usual liquidity stands ahead of it.
    private static func operation(
        _ world: AtomicWorld, _ scene: Scene, isAave: Bool
    ) throws -> JitFlash.Operation {
        var position = try scene.position(shiftedBy: -1)
        position.liquidity /= 10
        let (lower, upper) = (
            try #require(TickMath.sqrtPriceX96(atTick: position.tickLower)),
            try #require(TickMath.sqrtPriceX96(atTick: position.tickUpper))
        )
        let price = try scene.slot0.sqrtPriceX96
        let deposit = try #require(
            LiquidityAmounts.amounts(
                at: price, lower, upper, liquidity: position.liquidity, rounding: .up))
        let amount = deposit.amount1 &+ 1
        // Aave rounds its 5 basis points to the nearest, the pool its 1 up.
        let fee =
            isAave
            ? try #require(UInt256.mulDiv(amount &* 5 &+ 5000, 1, 10_000))
            : try #require(UInt256.mulDiv(amount &+ 9999, 1, 10_000))
        let order = world.swapOrder(sellingWeth: true, amountIn: 150 &* PoolWorld.ether).order
        return JitFlash.Operation(
            pool: world.pools.poolArguments, positions: [position],
            anchors: try scene.anchors(),
            loans: [
                .init(
                    lender: isAave ? world.aave.pool : world.lenderPool,
                    token: world.pools.tokens.other, amount: amount, fee: fee)
            ],
            settlement: .init(
                minProfitWei: .zero, tipWei: 1_000_000_000_000_000, hedgeFee: 500,
                hedgeMaxIn: UInt256.max >> 1),
            target: order.target, payload: order.calldata)
    }

    @Test("we earn, the Safe gets more than alone, nothing stays", arguments: [true, false])
    func served(isAave: Bool) throws {
        let world = try AtomicWorld.standard()
        let operation = try Self.operation(world, Scene(world.pools), isAave: isAave)
        let (weth, dollars) = (world.pools.tokens.weth, world.pools.tokens.other)
        func received(
            _ transaction: (Scene) throws -> TransactionOutcome
        ) throws -> (UInt256, Scene) {
            let scene = try Scene(world.pools)
            let before = try scene.balance(dollars, of: world.safe.address)
            let outcome = try transaction(scene)
            #expect(outcome.status == .success, "\(outcome.jitError ?? 0)")
            return (try scene.balance(dollars, of: world.safe.address) &- before, scene)
        }
        let alone = try received {
            try $0.send(.stranger, to: operation.target, data: operation.payload)
        }
        let owner = PoolWorld.address(.owner)
        let wealth = try alone.1.balance(weth, of: owner)
        let served = try received {
            try $0.send(
                .operator, to: world.atomic.flash, data: JitFlash.flashJit(operation))
        }
        #expect(served.0 > alone.0)
        #expect(try served.1.balance(weth, of: owner) > wealth)
        for token in [weth, dollars] {
            #expect(try served.1.balance(token, of: world.atomic.flash).isZero)
            let allowance = try served.1.call(
                from: .zero, to: token,
                Calldata(
                    Selector("allowance(address,address)"), world.atomic.flash.word,
                    world.aave.pool.word
                ).bytes)
            #expect(ABIWords(allowance.output)[0] == .zero)
        }
    }

    @Test(
        "the real lenders take no unit less, and leave none of an approval",
        arguments: [true, false])
    func fees(isAave: Bool) throws {
        let world = try AtomicWorld.standard()
        let scene = try Scene(world.pools)
        func outcome(_ change: (inout UInt256) -> Void) throws -> TransactionOutcome {
            var operation = try Self.operation(world, scene, isAave: isAave)
            change(&operation.loans[0].fee)
            return try scene.call(
                from: PoolWorld.address(.operator), to: world.atomic.flash,
                JitFlash.flashJit(operation))
        }
        #expect(try outcome { _ in }.status == .success)
        let less = try outcome { $0 = $0 &- 1 }
        #expect(less.status == .revert && less.jitError == nil)
        // A pool keeps what it is given; Aave takes its premium, and some approval stays.
        let more = try outcome { $0 = $0 &+ 1 }
        if isAave {
            #expect(more.jitError == 29)
        } else {
            #expect(more.status == .success)
        }
    }

    @Test("a Safe's order is worth nothing twice, nor with another signature")
    func signatures() throws {
        let world = try AtomicWorld.standard()
        let scene = try Scene(world.pools)
        var operation = try Self.operation(world, scene, isAave: true)
        let data = JitFlash.flashJit(operation)
        #expect(
            try scene.send(.operator, to: world.atomic.flash, data: data).status == .success)
        // Its nonce is spent: Error(string) "GS026", since the signatures are of another hash.
        let again = try scene.call(
            from: PoolWorld.address(.operator), to: world.safe.address, operation.payload)
        #expect(again.status == .revert && Hex.encode(again.output).contains("4753303236"))
        let fresh = try Scene(world.pools)
        operation.payload[operation.payload.count - 100] ^= 1
        let forged = try fresh.call(
            from: PoolWorld.address(.operator), to: world.atomic.flash,
            JitFlash.flashJit(operation))
        #expect(forged.status == .revert && forged.jitError == nil)
    }
}
