/// Roots of the world state (Yellow Paper 4.1): tries whose keys are hashed.
public enum StateRoot {
    /// The state's root over all accounts, each once.
    public static func compute(
        accounts: some Sequence<(address: Address, account: Account, storageRoot: Hash32)>
    ) -> Hash32 {
        var entries: [(key: Hash32, value: [UInt8])] = []
        for (address, account, storageRoot) in accounts {
            entries.append(
                (hash(of: address), account.encoded(storageRoot: storageRoot)))
        }
        return root(ofHashed: entries)
    }

    /// The root of one account's storage over its slots, each once; a slot of value 0 is no slot.
    public static func storageRoot(
        of slots: some Sequence<(slot: UInt256, value: UInt256)>
    ) -> Hash32 {
        var entries: [(key: Hash32, value: [UInt8])] = []
        for (slot, value) in slots where !value.isZero {
            var writer = RLPWriter(capacity: 33)
            writer.append(value)
            entries.append((Keccak256.hash(word: slot), writer.bytes))
        }
        return root(ofHashed: entries)
    }

    private static func hash(of address: Address) -> Hash32 {
        withUnsafeTemporaryAllocation(byteCount: 32, alignment: 8) { buffer in
            let base = buffer.baseAddress.unsafelyUnwrapped
            address.word.storeBigEndian(to: base)
            return Keccak256.hash(UnsafeRawBufferPointer(start: base + 12, count: 20))
        }
    }

    private static func root(ofHashed entries: [(key: Hash32, value: [UInt8])]) -> Hash32 {
        let sorted = entries.sorted { $0.key < $1.key }
        return MerkleTrie.root(
            ofSorted: sorted.map {
                BulkTrie.Leaf(nibbles: Nibbles.split($0.key.bytes), value: $0.value)
            })
    }
}

extension Account {
    /// The account as the state's trie holds it: rlp([nonce, balance, storage root, code hash]).
    public func encoded(storageRoot: Hash32) -> [UInt8] {
        var writer = RLPWriter(capacity: 112)
        writer.list { fields in
            fields.append(nonce)
            fields.append(balance)
            fields.append(storageRoot)
            fields.append(codeHash)
        }
        return writer.bytes
    }
}
