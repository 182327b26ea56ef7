import Contracts
import EVM
import Ethereum
import TestSupport
import Testing
import UniswapV3
import World

@Suite("JitExecutor with odd tokens, constructors and empty pockets")
struct JitExecutorTokenTests {
    /// Opens, swaps and closes; what the steps answer.
    private static func round(_ scene: Scene) throws -> [TransactionOutcome] {
        let position = try scene.position()
        let price = try scene.slot0.sqrtPriceX96
        let executor = scene.world.executor
        let opened = try scene.send(.operator, to: executor, data: scene.open([position]))
        guard opened.status == .success else { return [opened] }
        let sold = try scene.sellWeth(100)
        let closed = try scene.send(
            .operator, to: executor,
            data: JitExecutor.close(
                pool: scene.world.poolArguments, positions: [position],
                settlement: .init(
                    refSqrtPriceX96: price, refTick: Scene.tick(price), minProfitWei: .zero,
                    tipWei: 1, sweep: true, hedgeFee: 500, hedgeMaxIn: UInt256.max >> 1)))
        return [opened, sold, closed]
    }

    @Test("a token that answers nothing is opened, hedged, closed and withdrawn")
    func silent() throws {
        for behaviour in [DoubleCalls.TokenBehaviour.plain, .answersNothing] {
            let world = try FlashWorld.withTokenDouble()
            let scene = try Scene(world.pools)
            let (token, executor) = (world.pools.tokens.other, world.pools.executor)
            try scene.send(.stranger, to: token, data: DoubleCalls.setBehaviour(behaviour))
            let outcomes = try Self.round(scene)
            #expect(outcomes.map(\.status) == [.success, .success, .success], "\(behaviour)")
            let rest = try scene.balance(token, of: executor)
            let owner = PoolWorld.address(.owner)
            let before = try scene.balance(token, of: owner)
            try scene.send(
                .guardian, to: executor, data: JitExecutor.withdraw(token: token, amount: 5))
            try scene.send(
                .guardian, to: executor, data: JitExecutor.emergencyWithdraw([token]))
            #expect(try scene.balance(token, of: owner) == before &+ rest, "\(behaviour)")
        }
    }

    @Test("a token that takes a fee or answers false is not opened; nothing is lost in trying")
    func hostile() throws {
        for (behaviour, code) in [
            (DoubleCalls.TokenBehaviour.takesAFee, nil), (.answersFalse, 28 as UInt64?),
        ] {
            let world = try FlashWorld.withTokenDouble()
            let scene = try Scene(world.pools)
            let (token, executor) = (world.pools.tokens.other, world.pools.executor)
            let before = try scene.balance(token, of: executor)
            try scene.send(.stranger, to: token, data: DoubleCalls.setBehaviour(behaviour))
            let outcome = try Self.round(scene)[0]
            #expect(outcome.status == .revert && outcome.jitError == code, "\(behaviour)")
            try scene.send(.stranger, to: token, data: DoubleCalls.setBehaviour(.plain))
            #expect(try scene.balance(token, of: executor) == before)
            if behaviour == .answersFalse {
                try scene.send(.stranger, to: token, data: DoubleCalls.setBehaviour(behaviour))
                let withdraw = JitExecutor.withdraw(token: token, amount: 1)
                #expect(try scene.call(.guardian, withdraw).jitError == 9)
            }
        }
    }

    @Test("an unwinding brings the one token while the other is frozen, and that one later")
    func frozen() throws {
        let world = try FlashWorld.withTokenDouble()
        let scene = try Scene(world.pools)
        let (weth, token) = (world.pools.tokens.weth, world.pools.tokens.other)
        let executor = world.pools.executor
        let position = try scene.position()
        let before = try [weth, token].map { try scene.balance($0, of: executor) }
        try scene.send(.operator, to: executor, data: scene.open([position]))
        let deposited = try [weth, token].map { try scene.balance($0, of: executor) }
        #expect(deposited[0] < before[0] && deposited[1] < before[1])
        let unwind = JitExecutor.unwind(pool: world.pools.poolArguments, positions: [position])

        // The pool takes an answer of false for a failure.
        try scene.send(.stranger, to: token, data: DoubleCalls.setBehaviour(.answersFalse))
        let price = try scene.slot0.sqrtPriceX96
        let close = try scene.close([position], refSqrtPriceX96: price)
        #expect(try scene.call(.operator, close).status == .revert)
        #expect(try scene.send(.guardian, to: executor, data: unwind).status == .success)
        #expect(try before[0] &- scene.balance(weth, of: executor) <= 1)
        #expect(try scene.balance(token, of: executor) == deposited[1])
        // Still open, so that nobody forgets what is owed.
        #expect(try scene.call(.operator, scene.open([position])).jitError == 54)

        try scene.send(.stranger, to: token, data: DoubleCalls.setBehaviour(.plain))
        #expect(try scene.send(.guardian, to: executor, data: unwind).status == .success)
        #expect(try before[1] &- scene.balance(token, of: executor) <= 1)
        #expect(try scene.call(.operator, close).jitError == 19)
    }

    @Test("a deposit beyond the inventory is refused by the first token that lacks")
    func pockets() throws {
        let scene = try Scene(.standard())
        let world = scene.world
        let open = try scene.open([scene.position()])
        #expect(try scene.call(.operator, open).status == .success)
        try scene.send(
            .guardian, to: world.executor,
            data: JitExecutor.emergencyWithdraw([world.tokens.weth]))
        #expect(try scene.call(.operator, open).jitError == 28)
    }

    @Test("the constructor's arguments can be read back; each has a value that is refused")
    func constructor() throws {
        let scene = try Scene(.standard())
        let manager = scene.world.uniswap.positionManager
        let recipient = Address(word: 0xFEE)
        let most = (UInt256.one << 96) &- .one
        func deploy(
            threshold: UInt256 = 5, maxLoan: UInt256 = 6, recipient: Address = recipient,
            manager: Address, isKept: Bool = false
        ) throws -> TransactionOutcome {
            try (isKept ? scene : Scene(.standard())).send(
                .stranger, to: nil,
                data: #require(Hex.decode(JitExecutorArtifact.creationCodeHex))
                    + JitExecutor.constructorArguments(
                        minProfitThresholdWei: threshold, maxLoanSize: maxLoan,
                        profitRecipient: recipient, positionManager: manager),
                gasLimit: 2_500_000)
        }
        let deployed = try #require(deploy(manager: manager, isKept: true).createdAddress)
        for (name, value) in [
            ("minProfitThreshold()", 5), ("maxLoanSize()", 6), ("profitRecipient()", 0xFEE),
            ("POSITION_MANAGER()", manager.word), ("FACTORY()", scene.world.uniswap.factory.word),
            ("WETH()", scene.world.uniswap.weth.word), ("maxTip()", 0),
            ("owner()", PoolWorld.address(.stranger).word),
        ] as [(String, UInt256)] {
            let answer = try scene.call(
                from: .zero, to: deployed, Calldata(Selector(name)).bytes)
            #expect(ABIWords(answer.output)[0] == value, "\(name)")
        }
        #expect(try deploy(threshold: most, maxLoan: most, manager: manager).status == .success)
        #expect(try deploy(threshold: most &+ 1, manager: manager).jitError == 52)
        #expect(try deploy(maxLoan: most &+ 1, manager: manager).jitError == 52)
        #expect(try deploy(recipient: .zero, manager: manager).jitError == 1)
        #expect(try deploy(manager: .zero).jitError == 1)
        // A contract that answers a word of zeros to everything: PUSH1 32 PUSH0 RETURN.
        let zeros = try #require(Hex.decode("6360205ff35f526004601cf3"))
        let nobody = try #require(scene.send(.stranger, to: nil, data: zeros).createdAddress)
        #expect(try deploy(manager: nobody, isKept: true).jitError == 2)
    }
}
