import Ethereum
import Testing

@Suite("MerkleTrie")
struct MerkleTrieTests {
    private static func entries(_ pairs: KeyValuePairs<String, String>) -> [([UInt8], [UInt8])] {
        pairs.map { (Array($0.key.utf8), Array($0.value.utf8)) }
    }

    @Test("the empty trie has the known root, both ways")
    func empty() {
        let known = "0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421"
        #expect(MerkleTrie.emptyRoot.description == known)
        #expect(MerkleTrie().root == MerkleTrie.emptyRoot)
        #expect(MerkleTrie.root(of: []) == MerkleTrie.emptyRoot)
    }

    @Test("the official example, whatever the order")
    func puppy() {
        let known = "0x5991bb8c6514148a29db676a14ac506cd2cd5775ace63c30a4fe457715e9ac84"
        let entries = Self.entries([
            "do": "verb", "horse": "stallion", "doge": "coin", "dog": "puppy",
        ])
        for rotated in entries.indices.map({ entries[$0...] + entries[..<$0] }) {
            var trie = MerkleTrie()
            for (key, value) in rotated { trie[key] = value }
            #expect(trie.root.description == known)
            #expect(MerkleTrie.root(of: rotated.map { (key: $0.0, value: $0.1) }) == trie.root)
        }
    }

    @Test("bulk and incremental tries agree after any insertions and removals")
    func differential() {
        var random = SeededRandom(seed: 30)
        for round in 0..<150 {
            var trie = MerkleTrie()
            var reference: [[UInt8]: [UInt8]] = [:]
            for _ in 0..<random.below(60) {
                let key = random.bytes(round % 3 == 0 ? 32 : random.below(4)).map { $0 & 0x13 }
                if random.below(3) == 0 {
                    let victim = reference.keys.sorted { $0.lexicographicallyPrecedes($1) }.last
                    trie[victim ?? key] = nil
                    reference[victim ?? key] = nil
                } else {
                    let value = random.bytes(1 + random.below(40))
                    trie[key] = value
                    reference[key] = value
                }
            }
            let bulk = MerkleTrie.root(of: reference.map { (key: $0.key, value: $0.value) })
            #expect(trie.root == bulk)
            #expect(trie.keys.count == reference.count)
            #expect(trie.keys.allSatisfy { trie[$0] == reference[$0] })
        }
    }

    @Test("a value altered, or a key missing, changes the root")
    func failingTwins() {
        let entries = Self.entries(["do": "verb", "dog": "puppy"])
        let root = MerkleTrie.root(of: entries.map { (key: $0.0, value: $0.1) })
        #expect(MerkleTrie.root(of: [(key: entries[0].0, value: entries[0].1)]) != root)
        var trie = MerkleTrie()
        for (key, value) in entries { trie[key] = value }
        trie[Array("dog".utf8)] = Array("puppi".utf8)
        #expect(trie.root != root)
    }

    @Test("of equal keys the last stands, and an empty value is none")
    func duplicates() {
        let one = MerkleTrie.root(of: [(key: [1], value: [9])])
        #expect(MerkleTrie.root(of: [(key: [1], value: [8]), (key: [1], value: [9])]) == one)
        let gone = MerkleTrie.root(of: [(key: [1], value: [8]), (key: [1], value: [])])
        #expect(gone == MerkleTrie.emptyRoot)
    }

    @Test("neighbours of a key, in the trie or not")
    func neighbours() {
        var trie = MerkleTrie()
        for word in ["cat", "doge", "wallace"] { trie[Array(word.utf8)] = [1] }
        #expect(trie.key(after: Array("catering".utf8)) == Array("doge".utf8))
        #expect(trie.key(before: Array("catering".utf8)) == Array("cat".utf8))
        #expect(trie.key(after: Array("wallace".utf8)) == nil)
        #expect(trie.key(before: Array("cat".utf8)) == nil)
    }

    @Test("the state's root is that of the secure trie over the accounts")
    func stateRoot() {
        var random = SeededRandom(seed: 31)
        let accounts = (0..<50).map { _ in
            (
                address: random.address(),
                account: Account(nonce: random.next(), balance: random.word()),
                storageRoot: StateRoot.storageRoot(of: [(random.word(), UInt256(5))])
            )
        }
        var trie = MerkleTrie()
        for (address, account, storageRoot) in accounts {
            trie[Keccak256.hash(address.bytes).bytes] = account.encoded(storageRoot: storageRoot)
        }
        #expect(StateRoot.compute(accounts: accounts) == trie.root)
        #expect(StateRoot.compute(accounts: accounts.dropLast()) != trie.root)
    }

    @Test("slots of value 0 are no slots")
    func zeroSlots() {
        let slots: [(slot: UInt256, value: UInt256)] = [(slot: 1, value: 0)]
        #expect(StateRoot.storageRoot(of: slots) == MerkleTrie.emptyRoot)
    }
}
