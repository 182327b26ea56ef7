import Chain
import EVM
import Ethereum
import Testing

@Suite("WorldState")
struct WorldStateTests {
    private let address = Address(word: 0xA)

    @Test("a copy is a snapshot: a change of one is not a change of the other")
    func copies() {
        var state = WorldState()
        state.set(Account(balance: 1), at: address)
        state.set(7, at: address, slot: 1)
        let root = state.root()
        var copy = state
        copy.set(Account(balance: 2), at: address)
        copy.set(8, at: address, slot: 1)
        copy.set(Account(balance: 3), at: Address(word: 0xB))
        #expect(state.account(address)?.balance == 1)
        #expect(state.storage(address, slot: 1) == 7)
        #expect(state.account(Address(word: 0xB)) == nil)
        #expect(state.root() == root)
        #expect(copy.root() != root)
    }

    @Test("random changes of states and their copies are those of plain dictionaries")
    func randomCopies() {
        /// The same without any sharing.
        struct Plain {
            var accounts: [Address: UInt256] = [:]
            var slots: [Address: [UInt256: UInt256]] = [:]
        }
        var random = SplitMix(state: 11)
        var states: [(state: WorldState, plain: Plain)] = [(WorldState(), Plain())]
        for step in 0..<4_000 {
            let index = Int(random.next() % UInt64(states.count))
            let address = Address(word: UInt256(1 + random.next() % 3))
            let slot = UInt256(random.next() % 4)
            let value = UInt256(random.next() % 3)
            switch random.next() % 10 {
            case 0:
                states[index].state.set(Account(balance: value), at: address)
                states[index].plain.accounts[address] = value
            case 1:
                states[index].state.apply(
                    StateChanges(accounts: [
                        AccountChange(address: address, before: nil, after: nil)
                    ]))
                states[index].plain.accounts[address] = nil
                states[index].plain.slots[address] = nil
            case 2: if states.count < 8 { states.append(states[index]) }
            case 3: if states.count > 1 { states.remove(at: index) }
            case 4: _ = states[index].state.root()
            case 5:
                let change = AccountChange(
                    address: address, before: nil, after: Account(balance: value),
                    storageCleared: true,
                    storage: [SlotChange(slot: slot, before: 0, after: value)])
                states[index].state.apply(StateChanges(accounts: [change]))
                states[index].plain.accounts[address] = value
                states[index].plain.slots[address] = value.isZero ? [:] : [slot: value]
            default:
                states[index].state.set(value, at: address, slot: slot)
                guard states[index].plain.accounts[address] != nil else { break }
                states[index].plain.slots[address, default: [:]][slot] =
                    value.isZero ? nil : value
            }
            for (state, plain) in states {
                #expect(state.addresses == plain.accounts.keys.sorted(), "seed 11, step \(step)")
                var rebuilt = WorldState()
                for (address, balance) in plain.accounts {
                    rebuilt.set(Account(balance: balance), at: address)
                    #expect(state.account(address)?.balance == balance)
                }
                for word in 1...3 {
                    let address = Address(word: UInt256(UInt64(word)))
                    let slots = plain.slots[address] ?? [:]
                    #expect(state.hasStorage(address) == !slots.isEmpty, "seed 11, step \(step)")
                    for slot in 0..<4 {
                        let key = UInt256(UInt64(slot))
                        let expected = slots[key] ?? .zero
                        #expect(
                            state.storage(address, slot: key) == expected,
                            "seed 11, step \(step)")
                        rebuilt.set(expected, at: address, slot: key)
                    }
                }
                var copy = state
                if step % 50 == 0 { #expect(copy.root() == rebuilt.root()) }
            }
        }
    }

    @Test("a state without accounts has the empty trie's root")
    func empty() {
        var state = WorldState()
        #expect(state.root() == MerkleTrie.emptyRoot)
        #expect(state.storageRoot(of: address) == MerkleTrie.emptyRoot)
    }

    @Test("the root of a small genesis is that of a trie of RLP accounts")
    func genesis() {
        let code = Code([0x00])
        var state = WorldState()
        state.set(Account(nonce: 3, balance: 1000), at: address)
        state.set(Account(nonce: 1, codeHash: code.hash), at: Address(word: 0xB), code: code)
        state.set(0x1234, at: Address(word: 0xB), slot: 5)
        state.set(.zero, at: Address(word: 0xB), slot: 6)

        // rlp([3, 1000, empty root, keccak of nothing]) written out.
        let first: [UInt8] =
            [0xF8, 0x46, 0x03, 0x82, 0x03, 0xE8, 0xA0] + MerkleTrie.emptyRoot.bytes + [0xA0]
            + Keccak256.ofEmpty.bytes
        var storage = MerkleTrie()
        storage[Keccak256.hash(UInt256(5).bigEndianBytes).bytes] = [0x82, 0x12, 0x34]
        let second: [UInt8] =
            [0xF8, 0x44, 0x01, 0x80, 0xA0] + storage.root.bytes + [0xA0] + code.hash.bytes
        var trie = MerkleTrie()
        trie[Keccak256.hash(address.bytes).bytes] = first
        trie[Keccak256.hash(Address(word: 0xB).bytes).bytes] = second
        #expect(state.root() == trie.root)
        #expect(state.storageRoot(of: Address(word: 0xB)) == storage.root)
    }

    @Test("a slot set to 0 is no slot, and the root forgets it")
    func zero() {
        var state = WorldState()
        state.set(Account(balance: 1), at: address)
        let root = state.root()
        state.set(7, at: address, slot: 1)
        #expect(state.root() != root)
        state.set(.zero, at: address, slot: 1)
        #expect(state.root() == root)
        #expect(state.storage(of: address).isEmpty)
    }

    @Test("changes create, replace and remove accounts; cleared storage is gone")
    func changes() {
        let code = Code([0x00])
        var state = WorldState()
        state.set(Account(balance: 1), at: address)
        state.set(7, at: address, slot: 1)
        let other = Address(word: 0xB)
        let created = AccountChange(
            address: other, before: nil, after: Account(nonce: 1, codeHash: code.hash),
            newCode: code, storage: [SlotChange(slot: 2, before: 0, after: 9)])
        let cleared = AccountChange(
            address: address, before: Account(balance: 1), after: Account(balance: 4),
            storageCleared: true, storage: [SlotChange(slot: 3, before: 0, after: 5)])
        state.apply(StateChanges(accounts: [cleared, created]))
        #expect(state.storage(address, slot: 1).isZero && state.storage(address, slot: 3) == 5)
        #expect(state.storage(other, slot: 2) == 9)
        #expect(state.code(code.hash) == code)
        let removed = AccountChange(address: other, before: state.account(other), after: nil)
        state.apply(StateChanges(accounts: [removed]))
        #expect(state.account(other) == nil)
        #expect(state.addresses == [address])
        #expect(state.storage(other, slot: 2).isZero)
    }
}

/// SplitMix64 (Steele, Lea, Flood 2014).
private struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed &>> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed &>> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed &>> 31)
    }
}
