import EVM
import Ethereum
import Testing

@Suite("State in memory")
struct InMemoryStateTests {
    @Test("what was put there is read; all else is empty")
    func read() throws {
        var state = InMemoryState()
        let code = Code([0x00])
        state.set(Account(nonce: 3, balance: 5), at: Fixture.contract, code: code)
        state.set(7, at: Fixture.contract, slot: 1)
        #expect(state.account(Fixture.contract)?.codeHash == code.hash)
        #expect(try state.code(code.hash) == code)
        #expect(state.storage(Fixture.contract, slot: 1) == 7)
        #expect(state.hasStorage(Fixture.contract))
        #expect(state.account(Fixture.other) == nil)
        #expect(state.storage(Fixture.contract, slot: 2) == 0)
    }

    @Test("a slot written back to 0 is none; unknown code and ancestors are named")
    func absent() {
        var state = InMemoryState()
        state.set(7, at: Fixture.contract, slot: 1)
        state.set(0, at: Fixture.contract, slot: 1)
        #expect(!state.hasStorage(Fixture.contract))
        state.set(0, at: Fixture.contract, slot: 2)
        state.set(7, at: Fixture.contract, slot: 1)
        state.set(8, at: Fixture.contract, slot: 1)
        #expect(state.hasStorage(Fixture.contract))
        #expect(state.storage(Fixture.contract, slot: 1) == 8)
        #expect(!state.hasStorage(Fixture.other))
        state.set(0, at: Fixture.contract, slot: 1)
        #expect(!state.hasStorage(Fixture.contract))
        let hash = Code([0x01]).hash
        #expect(throws: StateNotLoaded(.code(hash))) { try state.code(hash) }
        #expect(throws: StateNotLoaded(.blockHash(number: 4))) {
            try state.blockHash(number: 4)
        }
    }
}
