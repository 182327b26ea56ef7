import EVM
import Ethereum
import Testing

@Suite("Calls")
struct CallsTests {
    @Test("1024 nested calls run, the next one fails without its code")
    func depth() throws {
        var fixture = Fixture()
        fixture.block.gasLimit = 1 << 40
        fixture.state.accounts[Fixture.sender] = Account(balance: .max >> 1)
        // Counts the calls of itself in slot 0.
        fixture.given(
            [.push(0), .op(.sload), .push(1), .op(.add)] + .storeTop(0)
                + .call(Fixture.contract))
        let (outcome, machine) = try fixture.run(fixture.transaction(gasLimit: 1 << 40))
        #expect(outcome.status == .success)
        #expect(try machine.storage(Fixture.contract, slot: 0) == 1025)
    }

    @Test(
        "a static call may change nothing, also not deeper down",
        arguments: [
            [Instruction].store(0, 1), [.push(1), .push(0), .op(.tstore)],
            [.push(0), .push(0), .op(.log0)], [.push(0), .push(0), .push(0), .op(.create)],
            [.push(0), .op(.selfdestruct)], .call(Fixture.sender, value: 1),
        ])
    func staticCall(_ forbidden: [Instruction]) throws {
        let middle = Address(word: 0x3001)
        var fixture = Fixture()
        fixture.given(.call(middle, by: .staticcall) + .storeTop(0), balance: 9)
        fixture.given(
            .call(Fixture.other, gas: .push(100_000)) + .returnTop, at: middle, balance: 9)
        fixture.given(forbidden, at: Fixture.other, balance: 9)
        let (_, machine) = try fixture.run()
        #expect(try machine.storage(Fixture.contract, slot: 0) == 1)
        let report = try machine.call(
            from: Fixture.sender, to: middle, value: 0, data: [], gasLimit: 1_000_000)
        #expect(UInt256(bigEndian: report.output) == 1, "without STATICCALL it is allowed")
        let changed = machine.changes().accounts.map(\.address)
        #expect(!changed.contains(Fixture.other))
    }

    @Test("a callee that reverts is undone, its data are returned, its logs are gone")
    func revert() throws {
        var fixture = Fixture()
        fixture.given(
            [.push(0), .push(0), .op(.log0)] + .call(Fixture.other, value: 3)
                + [.op(.returndatasize)] + .storeTop(1), balance: 10)
        fixture.given(
            .store(0, 5) + [
                .push(0), .push(0), .op(.log0), .push(4), .push(0), .op(.revert),
            ], at: Fixture.other)
        let (outcome, machine) = try fixture.run()
        #expect(outcome.status == .success)
        #expect(outcome.logs.map(\.address) == [Fixture.contract])
        #expect(try machine.storage(Fixture.other, slot: 0) == 0)
        #expect(try machine.storage(Fixture.contract, slot: 1) == 4)
        #expect(try machine.account(Fixture.contract)?.balance == 10)
    }

    @Test("a caller keeps a 64th of its gas")
    func reserve() throws {
        var fixture = Fixture()
        fixture.given(.call(Fixture.other) + [.op(.gas)] + .returnTop)
        fixture.given([.op(.invalid)], at: Fixture.other)
        let outcome = try fixture.run(fixture.transaction(gasLimit: 1_021_000)).0
        let left = try #require(UInt256(bigEndian: outcome.output)?.asUInt64)
        // Four PUSH0, the value's, PUSH2, GAS, a cold call; then GAS itself.
        let before: UInt64 = 1_000_000 - 5 * 2 - 3 - 2 - 2600
        #expect(left == before / 64 - 2)
    }

    @Test("value to an account that does not exist costs 25,000 more and makes it")
    func newAccount() throws {
        let fresh = Address(word: 0xF5E5)
        var fixture = Fixture()
        fixture.given(.call(fresh, value: 1, gas: .push(0)), balance: 5)
        let (outcome, machine) = try fixture.run()
        #expect(try machine.account(fresh)?.balance == 1)
        // Four PUSH0, PUSH1, PUSH2, PUSH0; cold, value, new account; the stipend comes back.
        #expect(outcome.gasUsed == 21_000 + 4 * 2 + 3 + 3 + 2 + 2600 + 9000 + 25_000 - 2300)
    }

    @Test("a call of more value than there is fails and gives the gas back")
    func insufficientBalance() throws {
        var fixture = Fixture()
        fixture.given(.call(Fixture.other, value: 6) + .storeTop(0), balance: 5)
        fixture.given(.store(0, 1), at: Fixture.other)
        let (outcome, machine) = try fixture.run()
        #expect(outcome.status == .success)
        #expect(try machine.storage(Fixture.contract, slot: 0) == 0)
        #expect(try machine.storage(Fixture.other, slot: 0) == 0)
        #expect(outcome.gasUsed < 60_000)
    }

    @Test("a delegate sees the caller's caller, value and storage")
    func delegate() throws {
        var fixture = Fixture()
        fixture.given(.call(Fixture.other, by: .delegatecall))
        fixture.given(
            [.op(.caller)] + .storeTop(0) + [.op(.callvalue)] + .storeTop(1) + [.op(.address)]
                + .storeTop(2), at: Fixture.other)
        let (_, machine) = try fixture.run(fixture.transaction(value: 8))
        #expect(try machine.storage(Fixture.contract, slot: 0) == Fixture.sender.word)
        #expect(try machine.storage(Fixture.contract, slot: 1) == 8)
        #expect(try machine.storage(Fixture.contract, slot: 2) == Fixture.contract.word)
    }
}
