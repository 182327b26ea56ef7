import Contracts
import EVM
import Ethereum
import TestSupport
import Testing
import World

@Suite("JitFlash's deployment, roles and callbacks")
struct JitFlashRolesTests {
    private static func deploy(
        _ scene: FlashScene, executor: Address, trampoline: Address
    ) throws -> TransactionOutcome {
        try scene.scene.send(
            .stranger, to: nil,
            data: #require(Hex.decode(JitFlashArtifact.creationCodeHex))
                + JitFlash.constructorArguments(executor: executor, trampoline: trampoline),
            gasLimit: 2_500_000)
    }

    @Test("the constructor takes an executor, and a trampoline of the one code")
    func constructor() throws {
        let scene = try FlashScene(.standard())
        let (executor, trampoline) = (scene.world.pools.executor, scene.world.trampoline)
        let deployed = try Self.deploy(scene, executor: executor, trampoline: trampoline)
        #expect(deployed.status == .success)
        let flash = try #require(deployed.createdAddress)
        func read(_ data: [UInt8]) throws -> Address? {
            ABIWords(try scene.scene.call(from: .zero, to: flash, data).output)[0].map {
                Address(word: $0)
            }
        }
        #expect(try read(JitFlashViews.executor) == executor)
        #expect(try read(JitFlashViews.trampoline) == trampoline)
        #expect(
            try Self.deploy(scene, executor: .zero, trampoline: trampoline).jitError == 1)
        for other in [.zero, executor, scene.world.account] {
            let fresh = try FlashScene(.standard())
            #expect(
                try Self.deploy(fresh, executor: executor, trampoline: other).jitError == 3)
        }
        let noExecutor = try Self.deploy(
            try FlashScene(.standard()), executor: scene.world.pools.pool, trampoline: trampoline)
        #expect(noExecutor.status == .revert && noExecutor.jitError == nil)
    }

    @Test("the executor's owner alone sets, and what was set can be read back")
    func settings() throws {
        let scene = try FlashScene(.standard())
        let world = scene.world
        let calls = [
            JitFlash.setLender(world.account, .balancerV2),
            JitFlash.setTarget(world.morpho, selector: Selector("f()"), allowed: true),
            JitFlash.setTokenLimit(world.pools.tokens.weth, maxLoan: 77),
        ]
        for call in calls {
            for actor in [PoolWorld.Actor.operator, .guardian, .stranger, .deployer] {
                #expect(try scene.call(actor, call).jitError == 4, "\(actor)")
            }
            #expect(try scene.send(.owner, call).status == .success)
        }
        func read(_ data: [UInt8]) throws -> UInt256? {
            ABIWords(try scene.call(.stranger, data).output)[0]
        }
        #expect(try read(JitFlashViews.lenderKind(world.account)) == 2)
        #expect(try read(JitFlashViews.tokenLimit(world.pools.tokens.weth)) == 77)
        #expect(
            try read(JitFlashViews.isTarget(world.morpho, selector: Selector("f()"))) == .one)
        #expect(
            try read(JitFlashViews.isTarget(world.morpho, selector: Selector("g()"))) == .zero)
    }

    @Test("a lender has code and one of four kinds, a target has code, a token an address")
    func settingBounds() throws {
        let scene = try FlashScene(.standard())
        func code(_ data: [UInt8]) throws -> UInt64? { try scene.call(.owner, data).jitError }
        for kind in JitFlash.LenderKind.allCases {
            #expect(try code(JitFlash.setLender(scene.world.account, kind)) == nil)
        }
        let fifth = Calldata(
            Selector("setLender(address,uint256)"), scene.world.account.word, 5
        ).bytes
        #expect(try code(fifth) == 7)
        let nobody = PoolWorld.address(.bystander)
        #expect(try code(JitFlash.setLender(nobody, .morpho)) == 50)
        let selector = Selector("f()")
        #expect(try code(JitFlash.setTarget(nobody, selector: selector, allowed: true)) == 50)
        #expect(
            try code(JitFlash.setTarget(scene.world.account, selector: selector, allowed: true))
                == nil)
        #expect(try code(JitFlash.setTokenLimit(.zero, maxLoan: 1)) == 45)
        #expect(try code(JitFlash.setTokenLimit(nobody, maxLoan: 1)) == nil)
    }

    @Test("outside an operation no callback is answered, whoever calls: also not nobody")
    func callbacks() throws {
        let scene = try FlashScene(.standard())
        let world = scene.world
        let callers = [
            PoolWorld.address(.stranger), PoolWorld.address(.operator), .zero, world.pools.pool,
            world.lenderPool, world.morpho, world.balancer, world.aave,
        ]
        for caller in callers {
            for data in [ExecutorCalls.mintCallback(1, 1), ExecutorCalls.swapCallback(1, 1)] {
                #expect(try scene.call(from: caller, data).jitError == 27, "\(caller)")
            }
            for data in LoanCallbacks.all(initiator: world.flash) {
                #expect(try scene.call(from: caller, data).jitError == 47, "\(caller)")
            }
        }
    }

    @Test("a loan that somebody else takes for us is refused by whoever is asked to repay it")
    func foreignLoans() throws {
        let scene = try FlashScene(.standard())
        let world = scene.world
        let (stranger, token) = (PoolWorld.address(.stranger), world.pools.tokens.other)
        let aave = Calldata(
            Selector("flashLoanSimple(address,address,uint256,bytes,uint16)"), world.flash.word,
            token.word, 1000, 160, .zero, .zero
        ).bytes
        #expect(try scene.scene.call(from: stranger, to: world.aave, aave).jitError == 31)
        let balancer = Calldata(
            Selector("flashLoan(address,address[],uint256[],bytes)"), world.flash.word, 128, 192,
            256, 1, token.word, 1, 1000, .zero
        ).bytes
        #expect(try scene.scene.call(from: stranger, to: world.balancer, balancer).jitError == 47)
        // A pool calls back whoever asks, and that is not us.
        let pool = Calldata(
            Selector("flash(address,uint256,uint256,bytes)"), world.flash.word, .zero, 1000, 128,
            .zero
        ).bytes
        let flashed = try scene.scene.call(from: stranger, to: world.lenderPool, pool)
        #expect(flashed.status == .revert && flashed.jitError == nil)
    }

    @Test("plain ether is accepted, ether with call data of no function is not")
    func ether() throws {
        let scene = try FlashScene(.standard())
        let flash = scene.world.flash
        #expect(
            try scene.scene.send(.stranger, to: flash, value: 7, data: []).status == .success)
        #expect(try scene.scene.send(.stranger, to: flash, value: 7, data: [1]).jitError == 25)
        #expect(try scene.balance(nil, of: flash) == 7)
    }

    @Test("an emergency empties the contract to the owner and skips a token that fails")
    func emergency() throws {
        let scene = try FlashScene(.withTokenDouble())
        let world = scene.world
        let (weth, token) = (world.pools.tokens.weth, world.pools.tokens.other)
        let owner = PoolWorld.address(.owner)
        try scene.scene.send(.stranger, to: world.flash, value: 5, data: [])
        try scene.set(token, DoubleCalls.mint(to: world.flash, amount: 11))
        try scene.scene.send(
            .swapper, to: weth, data: ERC20.transfer(to: world.flash, amount: 13))
        let before = try (
            scene.balance(weth, of: owner), scene.balance(token, of: owner)
        )
        let nobody = PoolWorld.address(.bystander)
        let data = JitExecutor.emergencyWithdraw([token, world.pools.pool, nobody, weth, .zero])
        for actor in [PoolWorld.Actor.operator, .stranger] {
            #expect(try scene.call(actor, data).jitError == 8, "\(actor)")
        }
        #expect(try scene.call(.owner, data).status == .success)
        // One token hides its balances: the others leave all the same.
        try scene.set(token, DoubleCalls.setBehaviour(.hidesBalances))
        let outcome = try scene.send(.guardian, data)
        #expect(outcome.status == .success)
        let failed = outcome.logs.filter {
            $0.topics.first == eventTopic("WithdrawalFailed(address)")
        }
        #expect(
            failed.map { Address(word: $0.topics[1].word) } == [token, world.pools.pool, nobody])
        try scene.set(token, DoubleCalls.setBehaviour(.plain))
        #expect(try scene.balance(weth, of: owner) == before.0 &+ 13)
        #expect(try scene.balance(nil, of: world.flash).isZero)
        #expect(try scene.balance(token, of: world.flash) == 11)
        try scene.set(token, DoubleCalls.setBehaviour(.answersNothing))
        try scene.send(.guardian, JitExecutor.emergencyWithdraw([token]))
        #expect(try scene.balance(token, of: owner) == before.1 &+ 11)
    }
}
