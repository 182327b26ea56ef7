import EVM
import Ethereum
import Testing

@Suite("Control flow")
struct ControlFlowTests {
    @Test("a jump goes to a JUMPDEST, not into push data, not beyond the code")
    func jumps() throws {
        var fixture = Fixture()
        // PUSH1 3, JUMP, JUMPDEST.
        fixture.given([.raw([0x60, 0x03, 0x56, 0x5B])])
        #expect(try fixture.run().0.status == .success)
        // PUSH1 4, JUMP, PUSH1 0x5B.
        fixture.given([.raw([0x60, 0x04, 0x56, 0x60, 0x5B])])
        #expect(try fixture.run().0.status == .halt(.invalidJump))
        fixture.given([.raw([0x60, 0x21, 0x56])])
        #expect(try fixture.run().0.status == .halt(.invalidJump))
        fixture.given([.push(UInt256(3, 1, 0, 0)), .op(.jump), .op(.jumpdest)])
        #expect(try fixture.run().0.status == .halt(.invalidJump))
    }

    @Test("push data that the code's end cuts off are zeros")
    func cutPush() throws {
        var fixture = Fixture()
        fixture.given([.raw([0x7F, 0x01])])
        #expect(try fixture.run().0.status == .success)
    }

    @Test("the stack holds 1024 words and not one more; an operand too few is an underflow")
    func stackBounds() throws {
        var fixture = Fixture()
        fixture.given(Array(repeating: .push(0), count: 1024))
        #expect(try fixture.run().0.status == .success)
        fixture.given(Array(repeating: .push(0), count: 1025))
        #expect(try fixture.run().0.status == .halt(.stackOverflow))
        fixture.given([.push(1), .op(.add)])
        #expect(try fixture.run().0.status == .halt(.stackUnderflow))
        fixture.given(Array(repeating: .push(0), count: 16) + [.op(.swap16)])
        #expect(try fixture.run().0.status == .halt(.stackUnderflow))
    }

    @Test("since Cancun only a contract of the same transaction destroys itself")
    func selfDestruct() throws {
        for (fork, survives) in [(Fork.shanghai, false), (.cancun, true)] {
            var fixture = Fixture(fork: fork)
            fixture.given(
                [.push(Fixture.other.word), .op(.selfdestruct)], balance: 9, storage: [1: 2])
            let (_, machine) = try fixture.run()
            #expect(try machine.account(Fixture.other)?.balance == 9)
            #expect(try (machine.account(Fixture.contract) != nil) == survives)
            let change = machine.changes().accounts.first { $0.address == Fixture.contract }
            #expect(change?.storageCleared == !survives)
            #expect(try machine.storage(Fixture.contract, slot: 1) == (survives ? 2 : 0))
        }
    }

    @Test("a contract that is made and destroyed in one transaction leaves nothing")
    func createAndDestroy() throws {
        let fixture = Fixture()
        let code = assemble(.store(1, 1) + [.push(Fixture.other.word), .op(.selfdestruct)])
        let (outcome, machine) = try fixture.run(
            fixture.transaction(to: nil, value: 4, data: code))
        #expect(outcome.status == .success)
        let address = Address.create(sender: Fixture.sender, nonce: 0)
        #expect(try machine.account(address) == nil)
        #expect(try machine.account(Fixture.other)?.balance == 4)
        #expect(!machine.changes().accounts.contains { $0.address == address })
    }

    @Test("a rollback over a self-destruct brings code and storage back")
    func rollbackOverSelfDestruct() throws {
        var fixture = Fixture(fork: .shanghai)
        fixture.given([.push(Fixture.other.word), .op(.selfdestruct)], balance: 9, storage: [1: 2])
        let machine = fixture.machine()
        let checkpoint = machine.checkpoint()
        _ = try machine.execute(fixture.transaction(), sender: Fixture.sender)
        #expect(try machine.storage(Fixture.contract, slot: 1) == 0)
        machine.rollback(to: checkpoint)
        #expect(try machine.storage(Fixture.contract, slot: 1) == 2)
        #expect(try machine.account(Fixture.contract)?.balance == 9)
        #expect(machine.changes().accounts.isEmpty)
    }
}
