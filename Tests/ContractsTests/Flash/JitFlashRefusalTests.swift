import Contracts
import EVM
import Ethereum
import TestSupport
import Testing
import UniswapV3
import World

@Suite("What JitFlash refuses")
struct JitFlashRefusalTests {
    /// What the contract answers to an operation under a change; nil for success.
    private static func refusal(
        sellingWeth: Bool = true, lender: FlashWorld.Lender = .uniswapV3,
        _ change: (inout JitFlash.Operation, FlashScene) throws -> Void
    ) throws -> UInt64? {
        let scene = try FlashScene(.standard())
        var operation = try scene.operation(
            sellingWeth: sellingWeth, lender: scene.world.address(of: lender))
        try change(&operation, scene)
        let outcome = try scene.call(operation)
        #expect(outcome.status == .success || outcome.jitError != nil)
        return outcome.jitError
    }

    @Test("operators alone, and nobody while the executor is paused")
    func roles() throws {
        let scene = try FlashScene(.standard())
        let data = JitFlash.flashJit(try scene.operation())
        #expect(try scene.call(.operator, data).status == .success)
        for actor in [PoolWorld.Actor.stranger, .owner, .guardian, .swapper] {
            #expect(try scene.call(actor, data).jitError == 5, "\(actor)")
        }
        let executor = scene.world.pools.executor
        try scene.scene.send(.guardian, to: executor, data: ExecutorCalls.pause)
        #expect(try scene.call(.operator, data).jitError == 11)
        try scene.scene.send(.owner, to: executor, data: ExecutorCalls.unpause)
        #expect(try scene.call(.operator, data).status == .success)
    }

    @Test("the executor's guard holds here too, field by field")
    func guards() throws {
        #expect(try Self.refusal { _, _ in } == nil)
        #expect(try Self.refusal { operation, _ in operation.anchors.targetBlock += 1 } == 12)
        #expect(
            try Self.refusal { operation, _ in
                operation.anchors.parentHash = Hash32(word: 1)
            } == 13)
        #expect(
            try Self.refusal { operation, _ in
                operation.anchors.minSqrtPriceX96 = operation.anchors.minSqrtPriceX96 &+ 1
            } == 14)
        #expect(try Self.refusal { operation, _ in operation.anchors.maxTimestamp -= 1 } == 32)
        #expect(try Self.refusal { operation, _ in operation.anchors.maxLiquidity -= 1 } == 33)
        #expect(try Self.refusal { operation, _ in operation.anchors.targetBlock = 0 } == 38)
    }

    @Test("the owner's record of the pool holds here too: allowed, and its band")
    func records() throws {
        func setPool(_ scene: FlashScene, lower: Int32, multiple: UInt8) throws {
            let world = scene.world.pools
            try scene.scene.send(
                .owner, to: world.executor,
                data: JitExecutor.setPool(
                    world.poolArguments, bandLower: lower,
                    bandUpper: world.centre + PoolWorld.bandTicks, maxDeposit0: 1, maxDeposit1: 1,
                    blockMultiple: multiple))
        }
        #expect(
            try Self.refusal { _, scene in
                try setPool(scene, lower: scene.world.pools.centre - 1000, multiple: 1)
            } == nil)
        #expect(
            try Self.refusal { _, scene in
                try setPool(scene, lower: scene.world.pools.centre - 1000, multiple: 0)
            } == 34)
        #expect(
            try Self.refusal { _, scene in
                try setPool(scene, lower: scene.world.pools.centre + 5, multiple: 1)
            } == 35)
    }

    @Test("a pool must be named in order and have WETH; a look-alike cannot be named at all")
    func pools() throws {
        #expect(
            try Self.refusal { operation, _ in
                (operation.pool.token0, operation.pool.token1) = (
                    operation.pool.token1, operation.pool.token0
                )
            } == 10)
        #expect(
            try Self.refusal { operation, _ in
                operation.pool.token0 = Address(word: 1)
                operation.pool.token1 = Address(word: 2)
            } == 15)
        let scene = try FlashScene(.standard())
        var operation = try scene.operation()
        operation.pool.fee = 10_000
        let nowhere = try scene.call(operation)
        #expect(nowhere.status == .revert && nowhere.jitError == nil)
    }

    @Test("positions, loans and a payload with a selector there must be")
    func emptiness() throws {
        #expect(try Self.refusal { operation, _ in operation.positions = [] } == 42)
        #expect(try Self.refusal { operation, _ in operation.loans = [] } == 51)
        #expect(try Self.refusal { operation, _ in operation.payload = [1, 2, 3] } == 30)
        #expect(try Self.refusal { operation, _ in operation.payload = [] } == 30)
        let scene = try FlashScene(.standard())
        var operation = try scene.operation()
        operation.payload += [UInt8](repeating: 0, count: 4096 - operation.payload.count)
        #expect(try scene.call(operation).status == .success)
        operation.payload.append(0)
        let tooLong = try scene.call(operation)
        #expect(tooLong.status == .revert && tooLong.jitError == nil)
    }

    @Test("an order's target and function must both be the owner's; one taken back is refused")
    func targets() throws {
        #expect(
            try Self.refusal { operation, scene in
                operation.target = scene.world.pools.uniswap.swapRouter
            } == 20)
        #expect(try Self.refusal { operation, _ in operation.payload[0] ^= 1 } == 20)
        #expect(
            try Self.refusal { operation, scene in
                try scene.send(
                    .owner,
                    JitFlash.setTarget(
                        scene.world.account, selector: DoubleCalls.executeSelector, allowed: false))
            } == 20)
    }

    @Test("a lender must be the owner's, and neither the pool served nor the one that hedges")
    func lenders() throws {
        #expect(
            try Self.refusal { operation, scene in
                try scene.send(.owner, JitFlash.setLender(scene.world.lenderPool, .forbidden))
            } == 23)
        #expect(
            try Self.refusal { operation, scene in
                operation.loans[0].lender = scene.world.pools.otherPool
            } == 23)
        #expect(
            try Self.refusal { operation, scene in
                try scene.send(.owner, JitFlash.setLender(scene.world.pools.pool, .uniswapV3))
                operation.loans[0].lender = scene.world.pools.pool
            } == 22)
        #expect(try Self.refusal { operation, _ in operation.settlement.hedgeFee = 3000 } == 22)
        // A pool that lends is locked until it is paid: Error(string) "LOK".
        let scene = try FlashScene(.standard())
        var operation = try scene.operation()
        operation.settlement.hedgeFee = 100
        let locked = try scene.call(operation)
        #expect(locked.status == .revert && Hex.encode(locked.output).contains("4c4f4b"))
    }

    @Test(
        "loans are of the pool's tokens, up to the owner's limit; a token without a limit has none")
    func limits() throws {
        #expect(
            try Self.refusal { operation, _ in operation.loans[0].token = Address(word: 5) } == 24)
        func limited(_ limit: UInt256) throws -> UInt64? {
            try Self.refusal { operation, scene in
                operation.loans[0].amount = 1_000_000 &* PoolWorld.dollar
                operation.loans[0].fee = 100 &* PoolWorld.dollar
                try scene.send(
                    .owner, JitFlash.setTokenLimit(operation.loans[0].token, maxLoan: limit))
            }
        }
        #expect(try limited(1_000_000 &* PoolWorld.dollar) == nil)
        #expect(try limited(1_000_000 &* PoolWorld.dollar &- 1) == 21)
        #expect(try limited(.zero) == 21)
        // Two lenders do not make two limits; a second loan is of the other token.
        func second(_ token: (PoolWorld) -> Address) throws -> UInt64? {
            try Self.refusal { operation, scene in
                operation.loans.append(
                    .init(
                        lender: scene.world.morpho, token: token(scene.world.pools), amount: 1000,
                        fee: .zero))
            }
        }
        #expect(try second(\.tokens.weth) == nil)
        #expect(try second(\.tokens.other) == 53)
        // WETH's limit is the executor's maxLoanSize.
        func weth(_ amount: UInt256) throws -> UInt64? {
            try Self.refusal(sellingWeth: false, lender: .morphoDouble) { operation, _ in
                operation.loans[0].amount = amount
            }
        }
        #expect(try weth(PoolWorld.maxLoanWeth) == nil)
        #expect(try weth(PoolWorld.maxLoanWeth &+ 1) == 21)
    }

    @Test("the pool takes no more than the guard's amounts, to the unit")
    func amounts() throws {
        let scene = try FlashScene(.standard())
        let paid = try scene.deposit(scene.aheadOfWethSellers())
        #expect(
            try Self.refusal { operation, _ in
                operation.anchors.maxAmount0 = paid.amount0
                operation.anchors.maxAmount1 = paid.amount1
            } == nil)
        #expect(
            try Self.refusal { operation, _ in
                operation.anchors.maxAmount1 = paid.amount1 &- 1
            } == 17)
    }

    @Test("a loan that is too small for the positions fails, and one that is not repaid too")
    func shortage() throws {
        #expect(
            try Self.refusal { operation, _ in
                operation.loans[0].amount = operation.loans[0].amount &- 1000
                operation.loans[0].fee = .zero
            } == 28)
        // The pool is owed a unit more than it gets: Error(string) "F1".
        let scene = try FlashScene(.standard())
        var operation = try scene.operation()
        operation.loans[0].fee = operation.loans[0].fee &- 1
        let short = try scene.call(operation)
        #expect(short.status == .revert && Hex.encode(short.output).contains("4631"))
    }

    @Test("the floor may be the profit itself, and a wei more is refused; so is a tip too high")
    func profit() throws {
        let scene = try FlashScene(.standard())
        let profit = try #require(ABIWords(scene.call(scene.operation()).output)[0])
        func floor(_ wei: UInt256, tip: UInt256 = .zero) throws -> UInt64? {
            try Self.refusal { operation, _ in
                operation.settlement.minProfitWei = wei
                operation.settlement.tipWei = tip
            }
        }
        #expect(try floor(profit) == nil)
        #expect(try floor(profit &+ 1) == 16)
        #expect(try floor(profit &- 1000, tip: 1000) == nil)
        #expect(try floor(profit &- 1000, tip: 1001) == 16)
        func rules(threshold: UInt256, maxTip: UInt256) throws -> UInt64? {
            try Self.refusal { operation, scene in
                operation.settlement.tipWei = 1000
                try scene.scene.send(
                    .owner, to: scene.world.pools.executor,
                    data: JitExecutor.setProfitRules(
                        minProfitThresholdWei: threshold, maxTipWei: maxTip,
                        profitRecipient: PoolWorld.address(.owner)))
            }
        }
        #expect(try rules(threshold: profit &- 1000, maxTip: 1000) == nil)
        #expect(try rules(threshold: profit &- 999, maxTip: 1000) == 16)
        #expect(try rules(threshold: .zero, maxTip: 999) == 39)
    }

    @Test("the hedge pays no more than its maximum, to the unit, and a loss must be hedged")
    func hedge() throws {
        func paying(_ amount: UInt256, sellingWeth: Bool = true) throws -> UInt64? {
            try Self.refusal(sellingWeth: sellingWeth) { operation, _ in
                operation.settlement.hedgeMaxIn = amount
            }
        }
        // The least that passes, by bisection: the next unit below is refused.
        for sellingWeth in [true, false] {
            var (low, high) = (UInt256.zero, UInt256.one << 80)
            while high &- low > 1 {
                let middle = (low &+ high) >> 1
                if try paying(middle, sellingWeth: sellingWeth) == nil {
                    high = middle
                } else {
                    low = middle
                }
            }
            #expect(try paying(high, sellingWeth: sellingWeth) == nil)
            #expect(try paying(low, sellingWeth: sellingWeth) == 26)
        }
        #expect(try Self.refusal { operation, _ in operation.settlement.hedgeFee = 0 } == 26)
        // What the buyer of WETH leaves is a gain of dollars: unhedged, WETH lacks to repay.
        #expect(
            try Self.refusal(sellingWeth: false) { operation, _ in
                operation.settlement.hedgeFee = 0
            } == 28)
    }

    @Test("an order that does not trade against the positions is no order")
    func noTrade() throws {
        #expect(
            try Self.refusal { operation, scene in
                operation.payload = DoubleCalls.execute(
                    scene.world.pools.uniswap.swapRouter,
                    scene.scene.swap(
                        sellingWeth: true, amountIn: PoolWorld.ether, recipient: .zero, fee: 500))
            } == 46)
        #expect(
            try Self.refusal { operation, scene in
                operation.payload = DoubleCalls.execute(Address(word: 0xDEAD), [])
            } == 46)
    }

    @Test("a lender that does not call back, calls twice or with other data, takes less or more")
    func lenderBehaviour() throws {
        func refusal(_ behaviour: DoubleCalls.MorphoBehaviour) throws -> TransactionOutcome {
            let scene = try FlashScene(.standard())
            try scene.set(scene.world.morpho, DoubleCalls.setBehaviour(behaviour))
            return try scene.call(scene.operation(lender: scene.world.morpho))
        }
        #expect(try refusal(.honest).status == .success)
        #expect(try refusal(.doesNotCallBack).jitError == 48)
        #expect(try refusal(.changesTheData).jitError == 47)
        #expect(try refusal(.callsBackTwice).jitError == 47)
        #expect(try refusal(.takesLess).jitError == 29)
        #expect(try refusal(.takesMore).status == .revert)
        #expect(try refusal(.lendsNothing).jitError == 28)
    }
}
