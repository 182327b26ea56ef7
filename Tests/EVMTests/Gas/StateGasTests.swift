import EVM
import Ethereum
import Testing

@Suite("State gas")
struct StateGasTests {
    /// The two pools and what the first has paid for the second.
    private struct Pools: Equatable {
        var gas: Int64
        var spilled: Int64 = 0
        var reservoir: Int64

        mutating func take(_ amount: Int64) -> Bool {
            StateGas.take(amount, gas: &gas, spilled: &spilled, reservoir: &reservoir)
        }

        mutating func giveBack(_ amount: Int64) {
            StateGas.giveBack(amount, gas: &gas, spilled: &spilled, reservoir: &reservoir)
        }
    }

    @Test("it is taken from the reservoir, then from the gas")
    func taken() {
        var pools = Pools(gas: 100, reservoir: 50)
        let taken1 = pools.take(30)
        #expect(taken1)
        #expect(pools == Pools(gas: 100, reservoir: 20))
        let taken2 = pools.take(30)
        #expect(taken2)
        #expect(pools == Pools(gas: 90, spilled: 10, reservoir: 0))
        let taken3 = pools.take(90)
        #expect(taken3)
        #expect(pools == Pools(gas: 0, spilled: 100, reservoir: 0))
    }

    @Test("what both together lack is not taken, not even in part")
    func refused() {
        var pools = Pools(gas: 100, reservoir: 50)
        let taken4 = pools.take(151)
        #expect(!taken4)
        #expect(pools == Pools(gas: 100, reservoir: 50))
        let taken5 = pools.take(150)
        #expect(taken5)
    }

    @Test("it is given back to the gas as far as that has paid, then to the reservoir")
    func givenBack() {
        var pools = Pools(gas: 100, reservoir: 50)
        let taken6 = pools.take(80)
        #expect(taken6)
        pools.giveBack(20)
        #expect(pools == Pools(gas: 90, spilled: 10, reservoir: 0))
        pools.giveBack(60)
        #expect(pools == Pools(gas: 100, reservoir: 50))
        // A callee gives back what its caller took.
        pools.giveBack(7)
        #expect(pools == Pools(gas: 100, reservoir: 57))
    }

    @Test("its prices are those of EIP-8037")
    func prices() {
        #expect(StateGas.newSlot == 97_920)
        #expect(StateGas.newAccount == 183_600)
        #expect(StateGas.newDelegation == 35_190)
        #expect(StateGas.byte == 1_530)
    }

    private static let init100: [Instruction] = [.push(100), .push(0), .op(.return)]

    /// Runs code on Amsterdam with a gas limit above the cap of execution by `reservoir`.
    private func run(
        _ code: [Instruction], reservoir: UInt64 = 0, callee: [Instruction] = [],
        storage: [UInt256: UInt256] = [:]
    ) throws -> TransactionOutcome {
        var fixture = Fixture(fork: .amsterdam)
        fixture.block.gasLimit = 60_000_000
        fixture.given(code, balance: Fixture.ether, storage: storage)
        fixture.given(callee, at: Fixture.other)
        let limit = TransactionLimit.gas + reservoir
        return try fixture.run(fixture.transaction(gasLimit: limit)).0
    }

    @Test("GAS does not show the reservoir")
    func gas() throws {
        let code: [Instruction] = [.op(.gas)] + .returnTop
        let without = try run(code).output
        #expect(try run(code, reservoir: 1_000_000).output == without)
        #expect(UInt256(bigEndian: without) == UInt256(TransactionLimit.gas - 15_000 - 2))
    }

    @Test("a new slot is paid from the reservoir where there is one")
    func slot() throws {
        // What GAS shows behind the write tells who paid.
        let code: [Instruction] = .store(1, 1) + [.op(.gas)] + .returnTop
        let start = TransactionLimit.gas - 15_000
        let execution: UInt64 = 3 + 3 + 12_100 + 2
        let spilled = try run(code)
        #expect(UInt256(bigEndian: spilled.output) == UInt256(start - execution - 97_920))
        let full = try run(code, reservoir: 97_920)
        #expect(UInt256(bigEndian: full.output) == UInt256(start - execution))
        let partial = try run(code, reservoir: 97_919)
        #expect(UInt256(bigEndian: partial.output) == UInt256(start - execution - 1))
        for outcome in [spilled, full, partial] {
            #expect(outcome.blockGas.state == 97_920)
            #expect(outcome.gasUsed == outcome.blockGas.execution + 97_920)
        }
    }

    @Test("a slot that is 0 again in the end grows no state")
    func restored() throws {
        let outcome = try run(.store(1, 1) + .store(1, 0))
        #expect(outcome.blockGas.state == 0)
        // 10,000 of the first write are refunded, and the refund is no part of the block's gas.
        let execution: UInt64 = 15_000 + 11 + 12_100 + 100
        #expect(outcome.blockGas.execution == execution)
        #expect(outcome.gasRefunded == execution / 5)
        #expect(outcome.gasUsed == execution - execution / 5)
    }

    @Test("a callee that reverts has grown no state; one that halts has lost its gas only")
    func failedCallee() throws {
        let growing: [Instruction] = .store(1, 1)
        let reverting = growing + [.push(0), .push(0), .op(.revert)]
        let code: [Instruction] = .call(Fixture.other) + [.op(.pop)]
        #expect(try run(code, callee: growing).blockGas.state == 97_920)
        let reverted = try run(code, callee: reverting)
        #expect(reverted.blockGas.state == 0)
        #expect(reverted.gasUsed < 15_000 + 3_000 + 12_100 + 200)
        // The halt spends 63 of 64 parts of the gas, whoever paid for the slot.
        let halting = growing + [.op(.invalid)]
        let halted = try run(code, callee: halting)
        #expect(halted.blockGas.state == 0)
        #expect(halted.gasUsed > TransactionLimit.gas / 64 * 62)
        // The reservoir comes back whole.
        let reserved = try run(code, reservoir: 100_000, callee: halting)
        #expect(reserved.blockGas.state == 0)
        #expect(reserved.gasUsed == halted.gasUsed)
    }

    @Test("an account that wei makes is paid for, unless the call fails")
    func account() throws {
        let new = Address(word: 0xBEEF01)
        let sent = try run(.call(new, value: 1))
        #expect(sent.blockGas.state == 183_600)
        // More wei than there is: the call fails before it begins.
        let failed = try run(.call(new, value: Fixture.ether &+ 1))
        #expect(failed.blockGas.state == 0)
        // A precompiled contract that fails makes no account either.
        let contract = try run(
            .call(Address(word: 9), value: 1, gas: .push(0)))
        #expect(contract.status == .success)
        #expect(contract.blockGas.state == 0)
        // Of the price of the wei, 11,300, the stipend of 2,300 comes back unused.
        #expect(sent.blockGas.execution == 15_000 + 4 * 2 + 3 * 2 + 2 + 3_000 + 9_000)
    }

    @Test("a creation is paid for by the account and the bytes, unless it fails")
    func creation() throws {
        func create(_ code: [Instruction]) throws -> TransactionOutcome {
            let bytes = assemble(code)
            let word = bytes + [UInt8](repeating: 0, count: 32 - bytes.count)
            return try run([
                .push(UInt256(bigEndian: word) ?? .zero), .push(0), .op(.mstore),
                .push(UInt256(UInt64(bytes.count))), .push(0), .push(0), .op(.create),
            ])
        }
        #expect(try create(Self.init100).blockGas.state == 183_600 + 100 * 1_530)
        #expect(try create([.push(0), .push(0), .op(.revert)]).blockGas.state == 0)
        #expect(try create([.op(.invalid)]).blockGas.state == 0)
    }

    /// State gas for what is there after a transaction and was not before.
    private func growth(_ changes: StateChanges) -> UInt64 {
        changes.accounts.reduce(0) { sum, change in
            guard change.after != nil else { return sum }
            let slots = change.storage.filter { $0.before.isZero && !$0.after.isZero }.count
            return sum + (change.before == nil ? 183_600 : 0) + UInt64(slots) * 97_920
                + UInt64(change.newCode?.bytes.count ?? 0) * 1_530
        }
    }

    @Test("random code: state that grows is paid for, and both kinds of gas add up")
    func randomCode() throws {
        var grown = 0
        for seed in 0..<2000 as Range<UInt64> {
            let world = RandomWorld(seed: seed, fork: .amsterdam)
            let limit = seed % 2 == 0 ? 1_500_000 : TransactionLimit.gas + 300_000
            let machine = world.fixture.machine()
            let outcome = try machine.execute(
                world.transaction(0, gasLimit: limit), sender: Fixture.sender)
            #expect(outcome.gasUsed <= limit, "seed \(seed)")
            let paid = outcome.gasUsed + outcome.gasRefunded
            #expect(
                outcome.blockGas.execution + outcome.blockGas.state >= paid, "seed \(seed)")
            #expect(outcome.blockGas.execution <= TransactionLimit.gas, "seed \(seed)")
            let growth = growth(machine.changes())
            #expect(outcome.blockGas.state >= growth, "seed \(seed)")
            if outcome.status != .success {
                #expect(outcome.blockGas.state == 0, "seed \(seed)")
            }
            if growth > 0 { grown += 1 }
        }
        // Otherwise nothing was tried.
        #expect(grown > 50)
    }
}
