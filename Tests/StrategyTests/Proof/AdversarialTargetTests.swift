import Chain
import Contracts
import EVM
import Ethereum
import Strategy
import Synchronization
import TestSupport
import Testing
import UniswapV3
import World

/// Targets that behave otherwise where we are there. Each comes with its twin that does the same
/// always, and is served.
@Suite("Adversarial targets")
struct AdversarialTargetTests {
    /// What the pool pays out of when the swapper sells WETH: our deposit shows in it.
    private static func opened(_ scene: Scene) throws -> TrapContract.Condition {
        .balanceChanged(
            token: scene.world.tokens.other, account: scene.world.pool,
            from: try scene.balance(scene.world.tokens.other, of: scene.world.pool))
    }

    private static let armedAccount = Address(word: 0xA12ED)

    /// In every target, whether or not we are there.
    private static func armed(_ scene: Scene) -> TrapContract.Condition {
        .balanceChanged(token: scene.world.tokens.weth, account: armedAccount, from: .zero)
    }

    /// Decides on a sale through a trap that holds the WETH to sell. The swapper signs.
    private static func decide(
        _ condition: (Scene) throws -> TrapContract.Condition,
        _ harm: (Scene) throws -> TrapContract.Harm, gasLimit: UInt64 = 1_000_000,
        budget: TargetBudget = .standard, coinbase: Address? = nil
    ) throws -> (Scene, trap: Address, Result<SimulatedBundle, Rejection>) {
        var scene = try Scene(.standard())
        let world = scene.world
        let code = TrapContract(try condition(scene), try harm(scene)).creationCode
        let created = try scene.send(.swapper, to: nil, data: code)
        let trap = try #require(created.createdAddress)
        let amount = 300 &* PoolWorld.ether
        try scene.send(
            .swapper, to: world.tokens.weth, data: ERC20.transfer(to: trap, amount: amount))
        // The bystander trusts the trap with his dollars, a mistake that he makes beforehand.
        try scene.send(
            .bystander, to: world.tokens.other, data: ERC20.approve(trap, amount: .max))
        try scene.send(.stranger, to: trap, data: [])
        let approval = try scene.send(
            .swapper, to: trap,
            data: TrapContract.forward(
                to: world.tokens.weth,
                ERC20.approve(world.uniswap.swapRouter, amount: .max)))
        #expect(approval.status == .success)
        // What `armed` sees: from here on the trap does its harm.
        try scene.send(
            .swapper, to: world.tokens.weth, data: ERC20.transfer(to: armedAccount, amount: 1))
        try scene.seal()
        let swap = scene.swap(sellingWeth: true, amountIn: amount)
        let target = try scene.pending(
            TrapContract.forward(to: world.uniswap.swapRouter, swap), to: trap, value: 10,
            gasLimit: gasLimit)
        var parameters = Scene.parameters
        parameters.targetBudget = budget
        return (scene, trap, try scene.decide(target, parameters: parameters, coinbase: coinbase))
    }

    @Test("through a contract that changes nothing a sale is served")
    func harmless() throws {
        let (_, _, decision) = try Self.decide({ _ in .never }, { _ in .revert })
        #expect(try !decision.get().swapper.gainWei.isZero)
    }

    @Test("a target that reverts where we are there changes its status")
    func reverting() throws {
        let (_, _, decision) = try Self.decide(Self.opened) { _ in .revert }
        #expect(decision.rejection == .targetStatusChanged)
    }

    @Test("a target that writes one event more where we are there changes its events")
    func logging() throws {
        let (_, _, decision) = try Self.decide(Self.opened) { _ in .log }
        #expect(decision.rejection == .targetLogsChanged)
    }

    @Test("a third account that pays one unit more where we are there is worse off")
    func thirdAccount() throws {
        func harm(_ scene: Scene) -> TrapContract.Harm {
            .takeToken(scene.world.tokens.other, from: PoolWorld.address(.bystander))
        }
        let (scene, _, decision) = try Self.decide(Self.opened, harm)
        #expect(
            decision.rejection
                == .swapperWorseOff(
                    account: PoolWorld.address(.bystander), token: scene.world.tokens.other,
                    lossRaw: 1))
        let (_, _, twin) = try Self.decide({ _ in .never }, harm)
        #expect(twin.bundle != nil)
    }

    @Test("a token that moves to or from the coinbase is refused: nobody knows whose it will be")
    func coinbaseIsNamed() throws {
        let victim = PoolWorld.address(.bystander)
        func harm(_ scene: Scene) -> TrapContract.Harm {
            .takeToken(scene.world.tokens.other, from: victim)
        }
        let (_, _, decision) = try Self.decide({ _ in .never }, harm, coinbase: victim)
        #expect(decision.rejection == .tokenOfCoinbase)
        let (_, _, twin) = try Self.decide({ _ in .never }, harm)
        #expect(twin.bundle != nil)
    }

    @Test("a target that is tame for one builder alone is found out, whatever it does then")
    func anotherBuilder() throws {
        // The block that the target is decided in is the next one.
        var next = try Scene(.standard())
        try next.seal()
        let environment = next.builder.environment
        let harms: [(Scene) -> TrapContract.Harm] = [
            { _ in .log }, { _ in .giveEther(to: Address(word: 0xE7)) },
            { .takeToken($0.world.tokens.other, from: PoolWorld.address(.bystander)) },
            // The trap is set up in a block of this builder too.
            { _ in .revert },
        ]
        for harm in harms {
            let (_, _, decision) = try Self.decide(
                { _ in .coinbaseIsNot(environment.coinbase) }, harm)
            #expect(decision.rejection == .dependsOnBuilder, "\(decision)")
        }
        for harm in harms.dropLast() {
            let (_, _, decision) = try Self.decide(
                { _ in .randomnessIsNot(environment.prevRandao) }, harm)
            #expect(decision.rejection == .dependsOnBuilder, "\(decision)")
        }
        // With any builder the same, be it a gift in every block.
        let (_, _, twin) = try Self.decide({ _ in .coinbaseIsNot(Address(word: 0xE8)) }) { _ in
            .giveEther(to: Address(word: 0xE7))
        }
        #expect(twin.bundle != nil)
    }

    /// Decides on a sale through a contract that pays the swapper what he was quoted and keeps the
    /// rest, or that keeps nothing; on a position whose fresh ticks the sale crosses.
    private static func decide(keepsSurplus: Bool) throws -> Result<SimulatedBundle, Rejection> {
        var scene = try Scene(.standard())
        let world = scene.world
        let amount = 300 &* PoolWorld.ether
        let head = try scene.head()
        let quote = try SwapProbe.run(
            scene.pendingSale(300), on: head,
            machine: VirtualMachine(block: head.nextBlock, state: head.state))
        let harm = TrapContract.Harm.pay(
            world.tokens.other, to: PoolWorld.address(.swapper), quote.swaps[0].amountOut)
        let created = try scene.send(
            .swapper, to: nil,
            data: TrapContract(.never, keepsSurplus ? harm : .revert).creationCode)
        let trap = try #require(created.createdAddress)
        try scene.send(
            .swapper, to: world.tokens.weth, data: ERC20.transfer(to: trap, amount: amount))
        try scene.send(
            .swapper, to: trap,
            data: TrapContract.forward(
                to: world.tokens.weth, ERC20.approve(world.uniswap.swapRouter, amount: .max)))
        try scene.seal()
        let target = try scene.pending(
            TrapContract.forward(
                to: world.uniswap.swapRouter,
                scene.swap(
                    sellingWeth: true, amountIn: amount, recipient: keepsSurplus ? trap : nil)),
            to: trap)
        var position = try scene.position(shiftedBy: -1)
        position.liquidity = 300_000_000_000_000_000
        return try scene.decide(target, opening: [position])
    }

    @Test("a router that keeps what the swapper gains leaves him the gas, and is refused")
    func surplus() throws {
        guard case .gasShareOfGain(let cost, .zero) = try Self.decide(keepsSurplus: true).rejection
        else {
            Issue.record("the swapper would pay for fresh ticks and gain nothing")
            return
        }
        #expect(!cost.isZero)
        let twin = try Self.decide(keepsSurplus: false).get()
        #expect(twin.swapper.gasDelta > 0 && !twin.swapper.gainWei.isZero)
        #expect(twin.swapper.othersGainWei.isZero)
    }

    @Test("a contract that gives its own ether away where we are there is worse off, by a wei")
    func ether() throws {
        func harm(_ scene: Scene) -> TrapContract.Harm { .giveEther(to: Address(word: 0xE7)) }
        let (_, trap, decision) = try Self.decide(Self.opened, harm)
        #expect(
            decision.rejection == .swapperWorseOff(account: trap, token: nil, lossRaw: 1))
        let (_, _, twin) = try Self.decide({ _ in .never }, harm)
        #expect(twin.bundle != nil)
    }

    @Test("a bribe to the coinbase where we are there is still the payer's loss")
    func bribe() throws {
        let (_, trap, decision) = try Self.decide(Self.opened) {
            .giveEther(to: $0.builder.environment.coinbase)
        }
        #expect(
            decision.rejection == .swapperWorseOff(account: trap, token: nil, lossRaw: 1))
    }

    @Test("a target that looks at the coinbase's balance sees the same: our tip comes after it")
    func coinbaseBalance() throws {
        let (_, _, decision) = try Self.decide({ scene in
            .coinbaseRicher(
                than: try scene.balance(nil, of: scene.builder.environment.coinbase))
        }) { _ in .revert }
        #expect(decision.bundle != nil)
    }

    @Test("a target that looks at the pool's liquidity is served only from where it cannot see us")
    func liquidity() throws {
        let (_, _, decision) = try Self.decide({ scene in
            .liquidityChanged(pool: scene.world.pool, from: try scene.liquidity)
        }) { _ in .revert }
        if let bundle = decision.bundle {
            let tick = try Scene(.standard()).slot0.tick
            let position = bundle.plan.position
            #expect(!(position.tickLower...position.tickUpper - 1).contains(tick))
        } else {
            #expect(decision.rejection == .targetStatusChanged)
        }
    }

    @Test("a gas bomb ends at the budget, whether it goes off always or only where we are there")
    func gasBomb() throws {
        let gasLimit: UInt64 = 7_000_000
        let bomb = Rejection.tooExpensive(.gas(budget: 3_000_000), microsecondsAllowed: 2000)
        let (_, _, ours) = try Self.decide(Self.opened, { _ in .spin }, gasLimit: gasLimit)
        #expect(ours.rejection == bomb)
        let (_, _, theirs) = try Self.decide(Self.armed, { _ in .spin }, gasLimit: gasLimit)
        #expect(theirs.rejection == bomb)
        // With little gas of its own it just fails, and one that never goes off is served.
        let (_, _, poor) = try Self.decide(Self.armed, { _ in .spin })
        #expect(poor.rejection == .targetReverts)
        let (_, _, twin) = try Self.decide({ _ in .never }, { _ in .spin }, gasLimit: gasLimit)
        #expect(twin.bundle != nil)
    }

    @Test("events that name thousands of balances end the proof before any is read")
    func balances() throws {
        let (_, _, few) = try Self.decide({ _ in .never }, { _ in .transferEvents(5) })
        #expect(few.bundle != nil, "\(few)")
        let (_, _, many) = try Self.decide(
            { _ in .never }, { _ in .transferEvents(400) }, gasLimit: 4_000_000)
        guard case .tooManyBalances(let count, let limit)? = many.rejection else {
            Issue.record("\(many)")
            return
        }
        #expect(count > 1200 && limit == 1000)
    }

    @Test("a clock ends what gas allows, and says what was allowed")
    func time() throws {
        // A clock by which each look takes a millisecond.
        let clock = SteppingClock()
        var budget = TargetBudget(gas: 6_000_000, microseconds: 5000)
        budget.clock = { clock.next() }
        let (_, _, slow) = try Self.decide(
            Self.armed, { _ in .spin }, gasLimit: 7_000_000, budget: budget)
        guard case .tooExpensive(.time(let gasUsed), 5000)? = slow.rejection else {
            Issue.record("\(slow)")
            return
        }
        #expect(gasUsed < 6_000_000)
        let (_, _, quick) = try Self.decide({ _ in .never }, { _ in .spin }, budget: budget)
        #expect(quick.bundle != nil)
    }
}

/// A clock that stands a millisecond later each time it is looked at.
private final class SteppingClock: Sendable {
    private let looks = Atomic<UInt64>(0)

    func next() -> UInt64 {
        looks.add(1_000_000, ordering: .relaxed).newValue
    }
}
