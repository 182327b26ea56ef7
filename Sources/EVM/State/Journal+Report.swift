import Ethereum

extension Journal {
    /// A loaded account as it is now.
    func account(_ index: Int) -> Account? {
        let record = record(index).pointee
        guard record.exists || !record.isEmpty else { return nil }
        return Account(nonce: record.nonce, balance: record.balance, codeHash: record.codeHash)
    }

    private func baseAccount(_ index: Int) -> Account? {
        let record = record(index).pointee
        guard record.baseExists else { return nil }
        return Account(
            nonce: record.baseNonce, balance: record.baseBalance, codeHash: record.baseCodeHash)
    }

    /// How the state differs from the base.
    func changes() -> StateChanges {
        var changes: [AccountChange] = []
        for index in 0..<accounts.records.count where record(index).pointee.isLoaded {
            if let change = change(index) { changes.append(change) }
        }
        changes.sort { $0.address < $1.address }
        return StateChanges(accounts: changes)
    }

    private func change(_ index: Int) -> AccountChange? {
        let record = record(index).pointee
        let before = baseAccount(index)
        let after = account(index)
        var storage: [SlotChange] = []
        let isCleared = record.isStorageCleared && before != nil
        if after != nil {
            var next = record.firstSlot
            while next != 0 {
                let slot = slot(Int(next &- 1)).pointee
                let unchanged = isCleared ? UInt256.zero : slot.base
                if slot.isLoaded, slot.current != unchanged {
                    storage.append(
                        SlotChange(slot: slot.key, before: slot.base, after: slot.current))
                }
                next = slot.next
            }
            storage.sort { $0.slot < $1.slot }
        }
        if before == after, storage.isEmpty, !isCleared { return nil }
        var newCode: Code?
        if let after, after.codeHash != before?.codeHash ?? Keccak256.ofEmpty,
            record.codeIndex > CodeStore.empty
        {
            newCode = codes[record.codeIndex]
        }
        return AccountChange(
            address: record.address, before: before, after: after, newCode: newCode,
            storageCleared: isCleared, storage: storage)
    }

    /// What was read of the base state.
    func accessed() -> AccessedState {
        var entries: [AccessedState.Entry] = []
        for index in 0..<accounts.records.count {
            var storage: [(slot: UInt256, value: UInt256)] = []
            var next = record(index).pointee.firstSlot
            while next != 0 {
                let slot = slot(Int(next &- 1)).pointee
                if slot.isLoaded { storage.append((slot: slot.key, value: slot.base)) }
                next = slot.next
            }
            guard record(index).pointee.isLoaded || !storage.isEmpty else { continue }
            storage.sort { $0.slot < $1.slot }
            entries.append(
                AccessedState.Entry(
                    address: record(index).pointee.address, account: baseAccount(index),
                    storage: storage))
        }
        entries.sort { $0.address < $1.address }
        return AccessedState(entries: entries, blockHashes: readBlockHashes)
    }

    /// The logs of the running transaction.
    func copyLogs() -> [Log] {
        (0..<logs.count).map { index in
            let log = logs.base[index]
            let topics = [log.topic0, log.topic1, log.topic2, log.topic3].prefix(log.topicCount)
            let data = UnsafeBufferPointer(
                start: logBytes.base + log.dataOffset, count: log.dataCount)
            return Log(
                address: log.address, topics: topics.map { Hash32(word: $0) }, data: Array(data))
        }
    }
}
