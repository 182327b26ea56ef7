import Ethereum

extension Journal {
    /// Undoes everything since the mark, which is of the running transaction.
    mutating func rollback(to mark: JournalMark) {
        undo(to: mark.entries, withTransients: true)
        logs.truncate(to: mark.logs)
        logBytes.truncate(to: mark.logBytes)
        refund = mark.refund
    }

    /// Undoes whole transactions, of which `entries` entries of older ones remain.
    mutating func rollbackTransactions(to entries: Int) {
        undo(to: entries, withTransients: false)
        transients.removeAll()
    }

    /// Transient slots of older transactions are gone: their entries say nothing any more.
    private mutating func undo(to count: Int, withTransients: Bool) {
        var position = entries.count
        while position > count {
            position &-= 1
            let entry = entries.base[position]
            let index = Int(entry.index)
            switch entry.kind {
            case .warmAccount: record(index).pointee.warmIn = 0
            case .created: record(index).pointee.createdIn = 0
            case .touched: record(index).pointee.touchedIn = 0
            case .destroyed: record(index).pointee.destroyedIn = 0
            case .balance: record(index).pointee.balance = entry.previous
            case .nonce: record(index).pointee.nonce = entry.previous.limb0
            case .code:
                let hash = Hash32(word: entry.previous)
                record(index).pointee.codeHash = hash
                record(index).pointee.codeIndex = codes.index(of: hash) ?? CodeStore.notLoaded
            case .existence: record(index).pointee.exists = !entry.previous.isZero
            case .storageCleared:
                record(index).pointee.isStorageCleared = !entry.previous.isZero
                if entry.previous.isZero { restoreLoadedCleared(index) }
            case .warmSlot: slot(index).pointee.warmIn = 0
            case .storage: slot(index).pointee.current = entry.previous
            case .transient: if withTransients { transients.set(index, entry.previous) }
            }
        }
        entries.truncate(to: count)
    }

    /// Slots that were loaded as 0 because the storage had been cleared have the base's value
    /// again.
    private mutating func restoreLoadedCleared(_ account: Int) {
        var next = record(account).pointee.firstSlot
        while next != 0 {
            let slot = slot(Int(next &- 1))
            if slot.pointee.isLoadedCleared {
                slot.pointee.isLoadedCleared = false
                slot.pointee.current = slot.pointee.base
            }
            next = slot.pointee.next
        }
    }

    /// Ends the transaction that began at entry `start`: removes what destroyed itself, then
    /// touched accounts that are empty (EIP-161), and lets the rest exist.
    ///
    /// - Parameter keepingWei: Whether what destroyed itself keeps its balance (EIP-8246).
    mutating func settleTransaction(from start: Int, keepingWei: Bool) {
        let end = entries.count
        var position = start
        while position < end {
            let entry = entries.base[position]
            if entry.kind == .destroyed { destroy(Int(entry.index), keepingWei: keepingWei) }
            position &+= 1
        }
        position = start
        while position < end {
            let entry = entries.base[position]
            switch entry.kind {
            case .touched, .balance, .nonce, .code:
                let index = Int(entry.index)
                let exists = !record(index).pointee.isEmpty
                if exists != record(index).pointee.exists {
                    note(.existence, index, UInt256(exists ? 0 : 1))
                    record(index).pointee.exists = exists
                }
            default: break
            }
            position &+= 1
        }
    }

    private mutating func destroy(_ index: Int, keepingWei: Bool) {
        if !keepingWei { setBalance(index, .zero) }
        setNonce(index, 0)
        setCode(index, .empty)
        touchExistence(index)
        var next = record(index).pointee.firstSlot
        while next != 0 {
            let number = Int(next &- 1)
            if slot(number).pointee.isLoaded, !slot(number).pointee.current.isZero {
                setStorage(number, .zero)
            }
            next = slot(number).pointee.next
        }
        if !record(index).pointee.isStorageCleared {
            note(.storageCleared, index)
            record(index).pointee.isStorageCleared = true
        }
    }

    private mutating func touchExistence(_ index: Int) {
        guard record(index).pointee.exists else { return }
        note(.existence, index, .one)
        record(index).pointee.exists = false
    }
}
