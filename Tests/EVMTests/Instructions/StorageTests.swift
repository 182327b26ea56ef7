import EVM
import Ethereum
import Testing

@Suite("Storage")
struct StorageTests {
    /// Two writes to one slot: gas without the transaction's 21,000, and the refund before its cap.
    struct Transition: Sendable {
        var original: UInt64
        var first: UInt64
        var second: UInt64
        var gas: UInt64
        var refund: UInt64
    }

    /// The table of EIP-3529.
    static let transitions = [
        Transition(original: 0, first: 0, second: 0, gas: 2312, refund: 0),
        Transition(original: 0, first: 0, second: 1, gas: 22212, refund: 0),
        Transition(original: 0, first: 1, second: 0, gas: 22212, refund: 19900),
        Transition(original: 0, first: 1, second: 2, gas: 22212, refund: 0),
        Transition(original: 0, first: 1, second: 1, gas: 22212, refund: 0),
        Transition(original: 1, first: 0, second: 0, gas: 5112, refund: 4800),
        Transition(original: 1, first: 0, second: 1, gas: 5112, refund: 2800),
        Transition(original: 1, first: 0, second: 2, gas: 5112, refund: 0),
        Transition(original: 1, first: 2, second: 0, gas: 5112, refund: 4800),
        Transition(original: 1, first: 2, second: 3, gas: 5112, refund: 0),
        Transition(original: 1, first: 2, second: 1, gas: 5112, refund: 2800),
        Transition(original: 1, first: 2, second: 2, gas: 5112, refund: 0),
        Transition(original: 1, first: 1, second: 0, gas: 5112, refund: 4800),
        Transition(original: 1, first: 1, second: 2, gas: 5112, refund: 0),
        Transition(original: 1, first: 1, second: 1, gas: 2312, refund: 0),
    ]

    @Test("two writes to a slot cost and refund what EIP-3529 says", arguments: transitions)
    func transition(_ expected: Transition) throws {
        var fixture = Fixture()
        // PUSH1 also for 0, as in the table.
        let code: [UInt8] = [
            0x60, UInt8(expected.first), 0x60, 0, 0x55, 0x60, UInt8(expected.second), 0x60, 0, 0x55,
        ]
        fixture.given(
            [.raw(code)],
            storage: expected.original == 0 ? [:] : [0: UInt256(expected.original)])
        let (outcome, machine) = try fixture.run()
        let spent = 21_000 + expected.gas
        let refund = min(expected.refund, spent / 5)
        #expect(outcome.gasRefunded == refund)
        #expect(outcome.gasUsed == spent - refund)
        #expect(try machine.storage(Fixture.contract, slot: 0) == UInt256(expected.second))
    }

    @Test("a write with no more than 2300 gas left fails, one with 2301 goes on")
    func stipend() throws {
        var fixture = Fixture()
        fixture.given(.store(0, 0))
        // PUSH0 twice, then the write sees the rest.
        let low = try fixture.run(fixture.transaction(gasLimit: 21_000 + 4 + 2300)).0
        #expect(low.status == .halt(.outOfGas))
        let enough = try fixture.run(fixture.transaction(gasLimit: 21_000 + 4 + 2301)).0
        #expect(enough.status == .success)
    }

    @Test("a slot is cold once, and cold again in the next transaction")
    func warmth() throws {
        var fixture = Fixture()
        fixture.given([.push(1), .op(.sload), .push(1), .op(.sload)], storage: [1: 5])
        let machine = fixture.machine()
        for nonce in 0..<2 as Range<UInt64> {
            let outcome = try machine.execute(
                fixture.transaction(nonce: nonce), sender: Fixture.sender)
            #expect(outcome.gasUsed == 21_000 + 3 + 2100 + 3 + 100)
        }
    }

    @Test("an access list makes a slot warm before it is read")
    func accessList() throws {
        var fixture = Fixture()
        fixture.given([.push(1), .op(.sload)])
        var transaction = fixture.transaction()
        transaction.accessList = [
            AccessListEntry(address: Fixture.contract, storageKeys: [1])
        ]
        #expect(try fixture.run(transaction).0.gasUsed == 21_000 + 2400 + 1900 + 3 + 100)
    }

    @Test("what an earlier transaction wrote is the original value of the next")
    func originalAcrossTransactions() throws {
        var fixture = Fixture()
        fixture.given([.push(0), .op(.calldataload)] + .storeTop(0))
        let machine = fixture.machine()
        let first = try machine.execute(
            fixture.transaction(data: UInt256(1).bigEndianBytes), sender: Fixture.sender)
        let second = try machine.execute(
            fixture.transaction(nonce: 1, data: UInt256(2).bigEndianBytes), sender: Fixture.sender)
        // 31 zero bytes of 4 gas and one of 16, three cheap instructions, the write.
        let calldata: UInt64 = 31 * 4 + 16
        #expect(first.gasUsed == 21_000 + calldata + 7 + 22_100)
        #expect(second.gasUsed == 21_000 + calldata + 7 + 5_000)
    }

    @Test("transient storage is per account and is gone with the transaction")
    func transient() throws {
        var fixture = Fixture()
        fixture.given(
            [.push(0), .op(.tload)] + .storeTop(1) + [.push(7), .push(0), .op(.tstore)]
                + .call(Fixture.other) + [.push(0), .op(.tload)] + .storeTop(2))
        fixture.given([.push(0), .op(.tload)] + .storeTop(3), at: Fixture.other)
        let machine = fixture.machine()
        for nonce in 0..<2 as Range<UInt64> {
            _ = try machine.execute(fixture.transaction(nonce: nonce), sender: Fixture.sender)
            #expect(try machine.storage(Fixture.contract, slot: 1) == 0)
            #expect(try machine.storage(Fixture.contract, slot: 2) == 7)
            #expect(try machine.storage(Fixture.other, slot: 3) == 0)
        }
    }
}
