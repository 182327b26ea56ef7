import Chain
import Contracts
import EVM
import Ethereum
import Strategy
import Synchronization
import TestSupport
import Testing
import World

/// Orders that are made to cost time, or to do in the block what they did not in the simulation.
/// The EntryPoint is a double.
@Suite("Hostile orders")
struct HostileOrderTests {
    /// A trap that forwards to the bystander's address, which does nothing.
    private static func trap(
        _ condition: TrapContract.Condition, _ harm: TrapContract.Harm,
        in world: inout OperationWorld
    ) throws -> (to: Address, data: [UInt8]) {
        let address = try world.atomic.send(
            .stranger, to: nil, TrapContract(condition, harm).creationCode)
        return (
            address, TrapContract.forward(to: PoolWorld.address(.bystander), [])
        )
    }

    @Test("one that does something more for a certain coinbase is refused, its twin served")
    func coinbase() throws {
        var world = try OperationWorld.standard()
        let parent = try world.atomic.head.nextBlock.coinbase
        let watching = try Self.trap(.coinbaseIs(parent), .log, in: &world)
        let order = try world.order([world.swap(), watching])
        #expect(try world.refusal(of: order) == .dependsOn(.coinbase))
        #expect(
            try world.atomic.decide(order).failure == .behaviourDepends(on: .coinbase))
        let other = try Self.trap(.coinbaseIs(Address(word: 0xC0)), .log, in: &world)
        let twin = try world.order([world.swap(), other])
        #expect(try world.refusal(of: twin) == nil)
        _ = try world.atomic.decide(twin).get()
    }

    @Test("one that changes from a block on is proven for its block, and lands in no other")
    func blockNumber() throws {
        var world = try OperationWorld.standard()
        // Creating the trap mines a block: the next one is still below.
        let last = world.atomic.pools.devnet.chain.head.number + 2
        let changing = try Self.trap(.blockAbove(last), .revert, in: &world)
        let order = try world.order([world.swap(), changing])
        let bundle = try world.atomic.decide(order).get()
        #expect(bundle.targetBlock == last)
        let signed = try SignedAtomicBundle(bundle, key: PoolWorld.wallet(.operator).key)
        func mine(after blocks: Int) throws -> TransactionOutcome {
            var devnet = world.atomic.pools.devnet
            for _ in 0..<blocks { devnet.chain.append(try devnet.builder()) }
            return try devnet.builder().include(
                .init(signed: signed.transaction, sender: PoolWorld.address(.operator)))
        }
        #expect(try mine(after: 0).status == .success)
        #expect(try mine(after: 1).status == .revert)
        // And from then on it fails as what it is.
        world.atomic.pools.devnet.chain.append(try world.atomic.pools.devnet.builder())
        #expect(try world.atomic.decide(order).failure == .orderFailsInside)
    }

    @Test("one that fails when a contract calls it is the order's fault, and no lender's")
    func calledByAContract() throws {
        var world = try OperationWorld.standard()
        func order(_ condition: TrapContract.Condition) throws -> SignedOrder {
            let trap = try world.atomic.send(
                .stranger, to: nil, TrapContract(condition, .revert).creationCode)
            try world.send(
                .owner, to: world.atomic.atomic.flash,
                JitFlash.setTarget(trap, selector: Selector(of: [0, 0, 0, 0])!, allowed: true))
            var order = try world.order([world.swap()])
            order.calldata = TrapContract.forward(to: order.target, order.calldata)
            order.target = trap
            return order
        }
        let refusing = try order(.callerIsContract)
        #expect(try world.atomic.decide(refusing).failure?.label == "order_fails_within")
        let twin = try order(.never)
        _ = try world.atomic.decide(twin).get()
    }

    @Test("events that name thousands of accounts are not read, and dear balances end the decision")
    func hostileToken() throws {
        var world = try OperationWorld.standard()
        func label(_ events: Int) throws -> String? {
            let token = try Self.trap(.never, .transferEvents(events), in: &world)
            let operation = world.doubles.operation(
                try OperationDoubles.batch([world.swap(), token]), callGasLimit: 1_500_000)
            return try world.atomic.decide(world.order(operation)).failure?.label
        }
        #expect(try label(500) == "too_many_balances")
        #expect(try label(100) == "balances_too_expensive")
    }

    @Test("a decision takes less than its budget, and one that takes more is ended")
    func budget() throws {
        let world = try OperationWorld.standard()
        let head = try world.atomic.head
        let machine = VirtualMachine(block: head.nextBlock, state: head.state)
        let order = try world.order([world.swap()])
        func decide(_ budget: OrderBudget) -> Result<SimulatedAtomicBundle, AtomicRejection> {
            Result { () throws(AtomicRejection) in
                try AtomicPipeline(
                    head: head, terms: world.atomic.terms, parameters: Scene.parameters,
                    machine: machine, budget: budget
                ).decide(order, account: world.atomic.account)
            }
        }
        let enough = OrderBudget()
        _ = try decide(enough).get()
        #expect(enough.gasUsed * 2 < OrderBudget.standardGas, "\(enough.gasUsed)")
        let short = OrderBudget(gas: enough.gasUsed - 1)
        #expect(decide(short).failure?.label == "too_expensive")
        #expect(machine.changes() == StateChanges())
        // A clock that ticks with every look.
        let ticks = Mutex(UInt64(0))
        let clock = { @Sendable () -> UInt64 in
            ticks.withLock {
                $0 += 1_000_000; return $0
            }
        }
        let slow = OrderBudget(microseconds: 5000, clock: clock)
        #expect(decide(slow).failure?.label == "too_expensive")
        #expect(try world.refusal(of: order) == nil)
        guard
            case .tooExpensive = try world.refusal(
                of: order, budget: OrderBudget(microseconds: 5000, clock: clock))
        else {
            Issue.record("a validation does not end with its time")
            return
        }
    }

    @Test("one that spins in validation is ended by the budget")
    func spins() throws {
        var world = try OperationWorld.standard()
        let spinning = try Self.trap(.blockAbove(0), .spin, in: &world)
        let order = try world.order(
            world.doubles.operation(
                OperationDoubles.batch([spinning]), callGasLimit: 3_000_000))
        let budget = OrderBudget(gas: 2_000_000)
        guard case .tooExpensive = try world.refusal(of: order, budget: budget) else {
            Issue.record("it is not ended")
            return
        }
        #expect(budget.gasUsed < 2_100_000)
    }
}
