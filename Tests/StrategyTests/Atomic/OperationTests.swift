import Chain
import Contracts
import EVM
import Ethereum
import Strategy
import TestSupport
import Testing
import World

/// Operations of ERC-4337 by doubles of its contracts, executed end to end: the EntryPoint is
/// `EntryPointDouble`, accounts, factory and paymaster are doubles; Uniswap and JitFlash are real.
@Suite("Operations, on a double of the EntryPoint")
struct OperationTests {
    private static func mine(
        _ bundle: SimulatedAtomicBundle, in world: inout OperationWorld, emptyBlocksBefore: Int = 0
    ) throws -> (outcome: TransactionOutcome, block: Block) {
        for _ in 0..<emptyBlocksBefore {
            world.atomic.pools.devnet.chain.append(try world.atomic.pools.devnet.builder())
        }
        let signed = try SignedAtomicBundle(bundle, key: PoolWorld.wallet(.operator).key)
        let builder = try world.atomic.pools.devnet.builder()
        let outcome = try builder.include(
            .init(signed: signed.transaction, sender: PoolWorld.address(.operator)))
        return (outcome, world.atomic.pools.devnet.chain.append(builder))
    }

    @Test("an operation is served from a loan, mined as proven, and nobody is worse off by it")
    func served() throws {
        var world = try OperationWorld.standard()
        let order = try world.order([world.swap()])
        #expect(try world.refusal(of: order) == nil)
        let bundle = try world.atomic.decide(order).get()
        #expect(bundle.netProfitWei > .zero && !bundle.user.gainWei.isZero)
        let (outcome, block) = try Self.mine(bundle, in: &world)
        #expect(outcome.status == .success)
        let executed = try #require(
            outcome.logs.lazy.compactMap {
                EntryPointV07.Executed($0, entryPoint: world.doubles.entryPoint)
            }.first)
        #expect(executed.success && executed.hash == order.hash)
        let audit = OrderAudit(
            chain: world.atomic.pools.devnet.chain, weth: world.atomic.pools.tokens.weth,
            own: [
                PoolWorld.address(.owner), PoolWorld.address(.operator), world.atomic.executor,
                world.atomic.atomic.flash,
            ],
            pools: [world.atomic.pools.pool, world.atomic.pools.otherPool])
        let hash = block.transactions[0].signed.hash
        #expect(
            try audit.losses(block: block.number, transactions: [hash], order: order).isEmpty)
        // The same operation again: its nonce is spent.
        #expect(try world.atomic.decide(order).failure?.label == "order_fails")
        #expect(
            try world.refusal(of: order) == .refused(reason: "AA25 invalid account nonce"))
        // The next one is served.
        let next = try world.order([world.swap()], nonce: 1)
        #expect(try world.refusal(of: next) == nil)
    }

    @Test("the beneficiary's pay is counted as ours, the payer's gas as his")
    func gas() throws {
        var world = try OperationWorld.standard()
        let order = try world.order([world.swap()])
        let bundle = try world.atomic.decide(order).get()
        let owner = PoolWorld.address(.owner)
        let entryPoint = world.doubles.entryPoint
        func ether(_ account: Address) -> UInt256 {
            world.atomic.pools.devnet.chain.state.account(account)?.balance ?? .zero
        }
        let before = (ether(owner), ether(entryPoint))
        let (outcome, _) = try Self.mine(bundle, in: &world)
        let cost = try #require(
            outcome.logs.lazy.compactMap {
                EntryPointV07.Executed($0, entryPoint: entryPoint)
            }.first
        ).actualGasCostWei
        #expect(!cost.isZero)
        #expect(ether(owner) == before.0 &+ cost)
        #expect(ether(entryPoint) == before.1 &- cost)
    }

    @Test("an operation whose call fails is not served; its twin is")
    func failsInside() throws {
        let world = try OperationWorld.standard()
        let late = try world.order([world.swap(deadline: 1)])
        #expect(try world.refusal(of: late) == .failsInside)
        #expect(try world.atomic.decide(late).failure == .orderFailsInside)
        let timely = try world.order([world.swap()])
        #expect(try world.refusal(of: timely) == nil)
    }

    @Test("a paymaster pays; when it has changed its mind the operation fails alone")
    func paymaster() throws {
        var world = try OperationWorld.standard()
        let plain = try world.order([world.swap()], paying: .pays)
        #expect(try world.refusal(of: plain) == nil)
        // It gains nothing that would pay for one gas more than it pays alone: a small swap
        // crosses a fresh tick of ours, a large one is spared what our mint has warmed.
        guard
            case .worseOff(world.doubles.paymaster, token: world.doubles.entryPoint, _) =
                try world.atomic.decide(plain).failure
        else {
            Issue.record("a paymaster pays for our ticks")
            return
        }
        let large = try world.order([world.swap(ether: 250)], paying: .pays)
        #expect(try world.atomic.decide(large).get().netProfitWei > .zero)
        // Its own storage decides: without a stake that is refused at the door.
        let fickle = try world.order([world.swap(ether: 250)], paying: .paysWhileOpen)
        guard case .breaksRule(.storage(let contract, _)) = try world.refusal(of: fickle) else {
            Issue.record("an unstaked paymaster's own storage is accepted")
            return
        }
        #expect(contract == world.doubles.paymaster)
        try world.send(
            .stranger, to: world.doubles.paymaster, value: PoolWorld.ether,
            OperationDoubles.stakePaymaster)
        #expect(try world.refusal(of: fickle) == nil)
        _ = try world.atomic.decide(fickle).get()
        try world.send(
            .stranger, to: world.doubles.paymaster, OperationDoubles.setClosed(true))
        #expect(try world.atomic.decide(fickle).failure?.label == "order_fails")
        #expect(try world.refusal(of: fickle) == .refused(reason: "AA33 reverted"))
    }

    @Test("a paymaster that is called again needs a stake, and must not fail then")
    func postOp() throws {
        var world = try OperationWorld.standard()
        let again = try world.order([world.swap()], paying: .hasContext)
        #expect(
            try world.refusal(of: again)
                == .breaksRule(.contextWithoutStake(world.doubles.paymaster)))
        try world.send(
            .stranger, to: world.doubles.paymaster, value: PoolWorld.ether,
            OperationDoubles.stakePaymaster)
        #expect(try world.refusal(of: again) == nil)
        let fails = try world.order([world.swap()], paying: .failsBehind)
        #expect(try world.refusal(of: fails) == .failsInside)
    }

    @Test("the EntryPoint's own refusals arrive in its words")
    func refusals() throws {
        let world = try OperationWorld.standard()
        let operation = world.doubles.operation(try OperationDoubles.batch([world.swap()]))
        func reason(_ order: SignedOrder) throws -> String? {
            guard case .refused(let reason) = try world.refusal(of: order) else { return nil }
            return reason
        }
        var forged = world.doubles.signed(operation)
        forged.signature[40] ^= 1
        let owner = PoolWorld.address(.owner)
        #expect(
            try reason(world.doubles.order(forged, beneficiary: owner)) == "AA24 signature error")
        #expect(try reason(world.order(operation, validUntil: 1)) == "AA22 expired or not due")
        #expect(try world.refusal(of: world.order(operation, validUntil: 1 << 47)) == nil)
        var poor = operation
        poor.maxFeePerGas = 1 << 70
        let unpaid = try world.refusal(of: world.order(poor))
        #expect(unpaid == .refused(reason: "AA21 didn't pay prefund"))
        var early = operation
        early.nonce = 5
        #expect(try reason(world.order(early)) == "AA25 invalid account nonce")
        var stingy = operation
        stingy.verificationGasLimit = 10_000
        #expect(try reason(world.order(stingy)) == "AA23 reverted")
    }

    @Test(
        "what an account does in its validation",
        arguments: zip(
            OperationDoubles.Behaviour.allCases,
            [
                nil, "TIMESTAMP", "COINBASE", "slot", nil, "out of gas", "no code", "ether",
                "BALANCE",
            ]
        ))
    func rules(behaviour: OperationDoubles.Behaviour, expected: String?) throws {
        var world = try OperationWorld.standard()
        let witness =
            behaviour == .callsNothing || behaviour == .paysAStranger
            ? Address(word: 0xBEEF00) : world.atomic.pools.tokens.weth
        try world.send(.stranger, to: world.doubles.account, value: PoolWorld.ether, [])
        try world.send(
            .stranger, to: world.doubles.account,
            OperationDoubles.setBehaviour(behaviour, witness: witness))
        let refusal = try world.refusal(of: world.order([world.swap()]))
        guard let expected else {
            #expect(refusal == nil)
            return
        }
        guard case .breaksRule(let rule) = refusal else {
            Issue.record("\(behaviour): \(String(describing: refusal))")
            return
        }
        let text = "\(rule)".uppercased()
        // A call of nobody is told before the ether that goes along with it.
        #expect(
            text.contains(expected.uppercased())
                || behaviour == .paysAStranger && text.contains("NO CODE"), "\(rule)")
    }

    @Test(
        "an account is made in its first operation; what it reads elsewhere needs a staked factory")
    func factory() throws {
        var world = try OperationWorld.standard()
        func order(_ behaviour: OperationDoubles.Behaviour, salt: UInt256) throws -> SignedOrder {
            let data = OperationDoubles.createAccount(
                owner: world.doubles.owner.address, salt: salt, behaviour: behaviour,
                witness: world.atomic.pools.tokens.weth)
            let head = try world.atomic.head
            let machine = VirtualMachine(block: head.nextBlock, state: head.state)
            let made = try machine.call(
                from: .zero, to: world.doubles.factory, value: .zero, data: data,
                gasLimit: 1_000_000)
            let account = Address(word: try #require(ABIWords(made.output)[0]))
            let code = Array(world.doubles.factory.word.bigEndianBytes.suffix(20)) + data
            return try world.order(
                world.doubles.operation(
                    [], sender: account, initCode: code, paying: .pays))
        }
        let honest = try world.refusal(of: order(.honest, salt: 7))
        #expect(honest == nil)
        let reader = try order(.readsItsOwnEntry, salt: 8)
        guard case .breaksRule(.storage) = try world.refusal(of: reader) else {
            Issue.record("an unstaked factory's account reads what others can change")
            return
        }
        try world.send(
            .stranger, to: world.doubles.factory, value: PoolWorld.ether,
            world.doubles.stakeFactory)
        #expect(try world.refusal(of: reader) == nil)
        // A stake does not help against what nobody may do.
        guard case .breaksRule(.opcode) = try world.refusal(of: order(.readsTheTime, salt: 9))
        else {
            Issue.record("a staked factory's account reads the time")
            return
        }
    }
}
