import Contracts
import EVM
import Ethereum
import TestSupport
import Testing
import UniswapV3
import World

@Suite("JitFlash.flashJit")
struct JitFlashOperationTests {
    private static func scene(wethIsToken0: Bool = true) throws -> FlashScene {
        try FlashScene(.standard(wethIsToken0: wethIsToken0))
    }

    @Test(
        "every lender funds both directions in both orders of the tokens; the user is better off",
        arguments: FlashWorld.Lender.allCases,
        [(true, true), (true, false), (false, true), (false, false)])
    func lenders(lender: FlashWorld.Lender, turn: (wethIsToken0: Bool, sellingWeth: Bool)) throws {
        let scene = try Self.scene(wethIsToken0: turn.wethIsToken0)
        let world = scene.world
        let operation = try scene.operation(
            sellingWeth: turn.sellingWeth, lender: world.address(of: lender), tipWei: 1_000_000_000)
        let bought = turn.sellingWeth ? world.pools.tokens.other : world.pools.tokens.weth
        let before = try scene.balance(bought, of: world.account)
        let alone = try scene.gain(of: bought) {
            try $0.scene.send(.stranger, to: operation.target, data: operation.payload)
        }
        let owner = PoolWorld.address(.owner)
        let wealth = try scene.balance(world.pools.tokens.weth, of: owner)
        let coinbase = scene.scene.builder.environment.coinbase
        let tips = try scene.balance(nil, of: coinbase)
        let outcome = try scene.send(operation)
        #expect(outcome.status == .success, "\(lender): \(outcome.jitError ?? 0)")
        let profit = try #require(ABIWords(outcome.output)[0])
        #expect(profit > 10_000_000_000_000_000, "\(lender)")
        #expect(
            try scene.balance(world.pools.tokens.weth, of: owner) == wealth &+ profit, "\(lender)")
        #expect(try scene.balance(nil, of: coinbase) == tips &+ 1_000_000_000)
        #expect(try scene.balance(bought, of: world.account) &- before > alone, "\(lender)")
        // Nothing stays: no token, no ether, no approval, no liquidity.
        for token in [world.pools.tokens.weth, world.pools.tokens.other] {
            #expect(try scene.balance(token, of: world.flash).isZero)
            #expect(try scene.balance(token, of: world.trampoline).isZero)
            for spender in [world.morpho, world.aave, world.balancer, world.lenderPool] {
                #expect(try scene.allowance(token, spender: spender).isZero)
            }
        }
        #expect(try scene.balance(nil, of: world.flash).isZero)
    }

    @Test("two loans, one inside the other, fund a range at the price")
    func twoLoans() throws {
        let scene = try Self.scene()
        let world = scene.world
        let home = try scene.scene.position()
        let amounts = try scene.deposit(home)
        var operation = try scene.operation()
        operation.positions = [home]
        let loans = [
            scene.loan(from: world.morpho, token: world.pools.tokens.weth, amount: amounts.amount0),
            scene.loan(
                from: world.balancer, token: world.pools.tokens.other, amount: amounts.amount1),
        ]
        operation.loans = loans
        let both = try scene.call(operation)
        #expect(both.status == .success, "\(both.jitError ?? 0)")
        operation.loans = [loans[0]]
        #expect(try scene.call(operation).jitError == 28)
        operation.loans = loans + [loans[0]]
        let three = try scene.call(operation)
        #expect(three.status == .revert && three.jitError == nil)
    }

    @Test("four positions work in one loan; a fifth is no call at all")
    func positions() throws {
        let scene = try Self.scene()
        var operation = try scene.operation()
        let one = operation.positions[0]
        operation.positions = (1...4).map {
            JitPosition(
                tickLower: one.tickLower - 60 * ($0 - 1), tickUpper: one.tickUpper,
                liquidity: one.liquidity / 20)
        }
        #expect(try scene.call(operation).status == .success)
        operation.positions.append(one)
        let five = try scene.call(operation)
        #expect(five.status == .revert && five.jitError == nil)
    }

    @Test("an operation says what it did: JitExecuted in mode 2, and ProfitTransferred")
    func events() throws {
        let scene = try Self.scene()
        let outcome = try scene.send(scene.operation(tipWei: 7))
        let profit = try #require(ABIWords(outcome.output)[0])
        let own = outcome.logs.filter { $0.address == scene.world.flash }
        #expect(own.count == 2)
        #expect(own[0].topics[0] == JitExecutor.jitExecutedTopic)
        #expect(Address(word: own[0].topics[1].word) == scene.world.pools.pool)
        let words = ABIWords(own[0].data)
        #expect(words[0] == 2 && words[1] == profit && words[2] == 7)
        #expect(own[1].topics[0] == eventTopic("ProfitTransferred(address,address,uint256)"))
        #expect(Address(word: own[1].topics[2].word) == PoolWorld.address(.owner))
        #expect(ABIWords(own[1].data)[0] == profit)
    }

    @Test("an order through an entry point that swallows its failure is served, its failure not")
    func entryPoint() throws {
        let scene = try Self.scene()
        var operation = try scene.operation()
        let callData = operation.payload
        operation.target = scene.world.entryPoint
        operation.payload = DoubleCalls.handleOps(scene.world.account, callData)
        #expect(try scene.call(operation).status == .success)
        // Its time is over: its swap fails, the entry point does not.
        operation.payload = DoubleCalls.handleOps(
            scene.world.account, scene.order(amountIn: PoolWorld.ether, deadline: 0))
        #expect(
            try scene.scene.call(
                from: PoolWorld.address(.stranger), to: operation.target, operation.payload
            ).status == .success)
        #expect(try scene.call(operation).jitError == 46)
    }

    @Test("an order that fails, fails the operation with the target's own words")
    func failingOrder() throws {
        let scene = try Self.scene()
        var operation = try scene.operation()
        operation.payload = scene.order(amountIn: PoolWorld.ether, deadline: 0)
        let outcome = try scene.call(operation)
        #expect(outcome.status == .revert && outcome.jitError == nil)
        // Error(string) of the router: "Transaction too old".
        #expect(Hex.encode(outcome.output).hasPrefix("08c379a0"))
    }

    @Test("an operation of one slot is refused in the next, where the order is refused alone too")
    func replay() throws {
        var scene = try Self.scene()
        let operation = try scene.operation()
        #expect(try scene.call(operation).status == .success)
        try scene.scene.seal()
        #expect(try scene.call(operation).jitError == 12)
    }

    @Test("tokens that answer nothing work; those that take a fee or answer false fail cleanly")
    func oddTokens() throws {
        let scene = try FlashScene(.withTokenDouble())
        let world = scene.world
        let token = world.pools.tokens.other
        for lender in FlashWorld.Lender.allCases {
            let operation = try scene.operation(lender: world.address(of: lender))
            #expect(try scene.call(operation).status == .success, "\(lender)")
            try scene.set(token, DoubleCalls.setBehaviour(.answersNothing))
            let silent = try scene.call(operation)
            #expect(silent.status == .success, "\(lender): \(silent.jitError ?? 0)")
            try scene.set(token, DoubleCalls.setBehaviour(.takesAFee))
            #expect(try scene.call(operation).status == .revert, "\(lender)")
            try scene.set(token, DoubleCalls.setBehaviour(.answersFalse))
            #expect(try scene.call(operation).status == .revert, "\(lender)")
            try scene.set(token, DoubleCalls.setBehaviour(.plain))
        }
        let operation = try scene.operation(lender: world.morpho)
        try scene.set(token, DoubleCalls.setBehaviour(.refusesApprovals))
        #expect(try scene.call(operation).jitError == 29)
        // A lender that is paid needs no approval.
        #expect(try scene.call(scene.operation(lender: world.balancer)).status == .success)
    }
}
