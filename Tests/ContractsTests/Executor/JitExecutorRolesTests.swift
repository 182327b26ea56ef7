import Contracts
import EVM
import Ethereum
import TestSupport
import Testing
import World

@Suite("JitExecutor's deployment and roles")
struct JitExecutorRolesTests {
    /// Deploys the committed artefact with these arguments.
    private static func deploy(
        _ scene: Scene, recipient: Address, positionManager: Address
    ) throws -> TransactionOutcome {
        try scene.send(
            .stranger, to: nil,
            data: #require(Hex.decode(JitExecutorArtifact.creationCodeHex))
                + JitExecutor.constructorArguments(
                    minProfitThresholdWei: .zero, maxLoanSize: .zero, profitRecipient: recipient,
                    positionManager: positionManager), gasLimit: 6_000_000)
    }

    @Test("deployment costs less than 2,000,000 gas")
    func deploymentGas() throws {
        let scene = try Scene(.standard())
        let outcome = try Self.deploy(
            scene, recipient: Address(word: 1),
            positionManager: scene.world.uniswap.positionManager)
        #expect(outcome.status == .success)
        #expect(outcome.gasUsed + outcome.gasRefunded < 2_000_000)
        #expect(outcome.gasUsed > 1_000_000)
    }

    @Test("the constructor refuses zero addresses and a position manager that is none")
    func constructor() throws {
        let scene = try Scene(.standard())
        let manager = scene.world.uniswap.positionManager
        #expect(
            try Self.deploy(scene, recipient: .zero, positionManager: manager).jitError == 1)
        #expect(
            try Self.deploy(scene, recipient: Address(word: 1), positionManager: .zero).jitError
                == 1)
        let noManager = try Self.deploy(
            scene, recipient: Address(word: 1), positionManager: scene.world.pool)
        #expect(noManager.status == .revert)
    }

    @Test("only the owner sets: neither operator, guardian nor stranger")
    func settings() throws {
        let scene = try Scene(.standard())
        let world = scene.world
        let calls = [
            JitExecutor.setRole(PoolWorld.address(.stranger), .operator),
            JitExecutor.setRole(PoolWorld.address(.stranger), .guardian),
            JitExecutor.setProfitRules(
                minProfitThresholdWei: 1, maxTipWei: 1,
                profitRecipient: PoolWorld.address(.owner)),
            JitExecutor.setPool(
                world.poolArguments, bandLower: -887_272, bandUpper: 887_272, maxDeposit0: 1,
                maxDeposit1: 1, blockMultiple: 1),
            ExecutorCalls.transferOwnership(to: PoolWorld.address(.stranger)),
            ExecutorCalls.unpause,
        ]
        for (index, call) in calls.enumerated() {
            #expect(try scene.call(.owner, call).status == .success, "call \(index)")
            for actor in [PoolWorld.Actor.operator, .guardian, .stranger] {
                #expect(try scene.call(actor, call).jitError == 4, "call \(index) by \(actor)")
            }
        }
    }

    @Test("a record with an empty band, or with deposits allowed and no caps, is refused")
    func records() throws {
        let scene = try Scene(.standard())
        func code(
            lower: Int32 = -100, upper: Int32 = 100, cap: UInt256 = 1, multiple: UInt8 = 1,
            fee: UInt32 = 3000
        ) throws -> UInt64? {
            var key = scene.world.poolArguments
            key.fee = fee
            return try scene.call(
                .owner,
                JitExecutor.setPool(
                    key, bandLower: lower, bandUpper: upper, maxDeposit0: cap, maxDeposit1: .zero,
                    blockMultiple: multiple)
            ).jitError
        }
        #expect(try code() == nil)
        #expect(try code(lower: 100) == 41)
        #expect(try code(lower: -887_273) == 41)
        #expect(try code(upper: 887_273) == 41)
        #expect(try code(cap: .zero) == 41)
        #expect(try code(cap: .zero, multiple: 0) == nil)
        #expect(try code(fee: 10_000) == 44)
    }

    @Test("an account has one role: a guardian made operator is guardian no more, and the reverse")
    func separation() throws {
        let scene = try Scene(.standard())
        let executor = scene.world.executor
        let (operatorAccount, guardian) = (
            PoolWorld.address(.operator), PoolWorld.address(.guardian)
        )
        let withdraw = JitExecutor.withdraw(token: scene.world.tokens.weth, amount: 1)
        let open = try scene.open([scene.position()])
        #expect(try scene.call(.guardian, withdraw).status == .success)
        #expect(try scene.call(.guardian, open).jitError == 5)
        try scene.send(.owner, to: executor, data: JitExecutor.setRole(guardian, .operator))
        #expect(try scene.call(.guardian, withdraw).jitError == 8)
        #expect(try scene.call(.guardian, open).status == .success)
        try scene.send(
            .owner, to: executor, data: JitExecutor.setRole(operatorAccount, .guardian))
        #expect(try scene.call(.operator, withdraw).status == .success)
        #expect(try scene.call(.operator, open).jitError == 5)
        try scene.send(.owner, to: executor, data: JitExecutor.setRole(guardian, .nobody))
        #expect(try scene.call(.guardian, withdraw).jitError == 8)
        #expect(try scene.call(.guardian, open).jitError == 5)
    }

    @Test("nobody's address gets no role, and there are no more roles than two")
    func roleBounds() throws {
        let scene = try Scene(.standard())
        let heir = PoolWorld.address(.bystander)
        #expect(try scene.call(.owner, JitExecutor.setRole(.zero, .operator)).jitError == 45)
        for role in JitExecutor.Role.allCases {
            #expect(try scene.call(.owner, JitExecutor.setRole(heir, role)).status == .success)
        }
        let third = Calldata(Selector("setRole(address,uint256)"), heir.word, 3).bytes
        #expect(try scene.call(.owner, third).jitError == 49)
        let nowhere = JitExecutor.setProfitRules(
            minProfitThresholdWei: .zero, maxTipWei: .zero, profitRecipient: .zero)
        #expect(try scene.call(.owner, nowhere).jitError == 45)
    }

    @Test("the zero address has none of the guardian's rights")
    func noGuardian() throws {
        let scene = try Scene(.standard())
        #expect(try scene.call(from: .zero, ExecutorCalls.pause).jitError == 8)
        #expect(try scene.call(.stranger, ExecutorCalls.pause).jitError == 8)
        #expect(try scene.call(.guardian, ExecutorCalls.pause).status == .success)
        #expect(try scene.call(.owner, ExecutorCalls.pause).status == .success)
    }

    @Test("ownership changes in two steps: offered by one, taken by the other")
    func ownership() throws {
        let scene = try Scene(.standard())
        let executor = scene.world.executor
        let heir = PoolWorld.address(.bystander)
        func owner() throws -> Address? {
            ABIWords(try scene.call(.stranger, ExecutorCalls.owner).output)[0].map {
                Address(word: $0)
            }
        }
        func pending() throws -> UInt256? {
            let getter = Calldata(Selector("pendingOwner()")).bytes
            return ABIWords(try scene.call(.stranger, getter).output)[0]
        }
        #expect(try pending() == .zero)
        #expect(try scene.call(.bystander, ExecutorCalls.acceptOwnership).jitError == 6)
        #expect(try scene.call(from: .zero, ExecutorCalls.acceptOwnership).jitError == 6)
        try scene.send(.owner, to: executor, data: ExecutorCalls.transferOwnership(to: heir))
        #expect(try owner() == PoolWorld.address(.owner))
        #expect(try pending() == heir.word)
        #expect(try scene.call(.stranger, ExecutorCalls.acceptOwnership).jitError == 6)
        try scene.send(.bystander, to: executor, data: ExecutorCalls.acceptOwnership)
        #expect(try owner() == heir)
        #expect(try scene.call(.owner, JitExecutor.setRole(heir, .nobody)).jitError == 4)
        #expect(try scene.call(.bystander, ExecutorCalls.acceptOwnership).jitError == 6)
    }

    @Test("the owner can take an offer of ownership back")
    func ownershipTakenBack() throws {
        let scene = try Scene(.standard())
        let executor = scene.world.executor
        let heir = PoolWorld.address(.bystander)
        try scene.send(.owner, to: executor, data: ExecutorCalls.transferOwnership(to: heir))
        try scene.send(.owner, to: executor, data: ExecutorCalls.transferOwnership(to: .zero))
        #expect(try scene.call(.bystander, ExecutorCalls.acceptOwnership).jitError == 6)
    }

    @Test("a withdrawal goes to the owner, whoever of owner and guardian asks; nobody else may")
    func withdraw() throws {
        let scene = try Scene(.standard())
        let (weth, executor) = (scene.world.tokens.weth, scene.world.executor)
        let owner = PoolWorld.address(.owner)
        let amount: UInt256 = 1_000_000
        let data = JitExecutor.withdraw(token: weth, amount: amount)
        for actor in [PoolWorld.Actor.operator, .stranger, .swapper] {
            #expect(try scene.call(actor, data).jitError == 8, "\(actor)")
        }
        let before = try scene.balance(weth, of: owner)
        try scene.send(.guardian, to: executor, data: data)
        #expect(try scene.balance(weth, of: owner) == before &+ amount)
        #expect(try scene.balance(weth, of: PoolWorld.address(.guardian)).isZero)
        let tooMuch = JitExecutor.withdraw(token: weth, amount: PoolWorld.inventoryWeth)
        #expect(try scene.call(.owner, tooMuch).jitError == 9)
    }

    @Test("an emergency empties the executor to the owner and skips a token that fails")
    func emergency() throws {
        let scene = try Scene(.standard())
        let world = scene.world
        let owner = PoolWorld.address(.owner)
        try scene.send(.stranger, to: world.executor, value: 5, data: [])
        // A pool is no token: its balanceOf reverts.
        let tokens = [world.tokens.weth, world.pool, world.tokens.other, .zero]
        let data = JitExecutor.emergencyWithdraw(tokens)
        #expect(try scene.call(.operator, data).jitError == 8)
        let outcome = try scene.send(.guardian, to: world.executor, data: data)
        #expect(outcome.status == .success)
        let failed = outcome.logs.filter {
            $0.topics.first == eventTopic("WithdrawalFailed(address)")
        }
        #expect(failed.map { Address(word: $0.topics[1].word) } == [world.pool])
        #expect(try scene.balance(world.tokens.weth, of: owner) == PoolWorld.inventoryWeth)
        #expect(try scene.balance(world.tokens.other, of: owner) == PoolWorld.inventoryDollars)
        #expect(try scene.balance(nil, of: world.executor).isZero)
    }

    @Test("plain ether is accepted, ether with call data of no function is not")
    func ether() throws {
        let scene = try Scene(.standard())
        let executor = scene.world.executor
        #expect(try scene.send(.stranger, to: executor, value: 7, data: []).status == .success)
        #expect(try scene.send(.stranger, to: executor, value: 7, data: [1]).jitError == 25)
        #expect(try scene.balance(nil, of: executor) == 7)
    }
}
