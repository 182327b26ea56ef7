import Ethereum

/// The state during execution: the base state, read once per key, under all changes since the last
/// reset, each of which can be taken back.
///
/// Changes are written in place; the journal keeps the values before, as plain entries that are
/// undone from the newest to the oldest. A nested call, a transaction and a simulated bundle all
/// take a mark and roll back to it. A key that the base state lacks sets `missing`; the execution
/// that met it is abandoned.
struct Journal: ~Copyable {
    var accounts = AccountTable()
    var slots = SlotTable()
    var transients = TransientTable()
    var entries = PlainBuffer<JournalEntry>(capacity: 1024)
    var logs = PlainBuffer<LogRecord>(capacity: 64)
    var logBytes = PlainBuffer<UInt8>(capacity: 4096)
    var codes = CodeStore()
    /// Gas to give back at the end of the transaction; it may be negative in a nested call.
    var refund: Int64 = 0
    /// The number of the running transaction; it only grows, also over rollbacks.
    var transaction: UInt64 = 0
    /// What the base state lacked.
    var missing: StateKey?
    private var blockHashes: [UInt64: Hash32] = [:]
    private var reader: any StateReader

    init(_ reader: any StateReader) { self.reader = reader }

    /// Takes another base state; `reset` has to follow.
    mutating func use(_ reader: any StateReader) { self.reader = reader }

    /// Forgets everything, keeping the memory and the base state.
    mutating func reset() {
        accounts.removeAll()
        slots.removeAll()
        transients.removeAll()
        entries.removeAll()
        logs.removeAll()
        logBytes.removeAll()
        codes.trim()
        blockHashes.removeAll(keepingCapacity: true)
        refund = 0
        missing = nil
    }

    /// Begins a transaction: nothing is warm, no slot has an original value, no log is written.
    mutating func beginTransaction() {
        transaction &+= 1
        transients.removeAll()
        logs.truncate(to: 0)
        logBytes.truncate(to: 0)
        refund = 0
        missing = nil
    }

    var mark: JournalMark {
        JournalMark(
            entries: entries.count, logs: logs.count, logBytes: logBytes.count, refund: refund)
    }

    @inline(__always)
    func record(_ index: Int) -> UnsafeMutablePointer<AccountRecord> {
        accounts.records.base + index
    }

    @inline(__always)
    func slot(_ index: Int) -> UnsafeMutablePointer<SlotRecord> { slots.records.base + index }

    @inline(__always)
    mutating func note(_ kind: JournalEntry.Kind, _ index: Int, _ previous: UInt256 = .zero) {
        entries.append(
            JournalEntry(
                kind: kind, index: UInt32(truncatingIfNeeded: index), previous: previous))
    }

    // MARK: Reading the base state

    /// The account's number, its fields loaded; nil where the base state lacks it.
    @inline(__always)
    mutating func load(_ address: Address) -> Int? {
        let index = accounts.index(of: address)
        return load(index) ? index : nil
    }

    /// Makes the account's fields valid; false where the base state lacks it.
    @inline(__always)
    mutating func load(_ index: Int) -> Bool {
        record(index).pointee.isLoaded || loadCold(index)
    }

    @inline(never)
    private mutating func loadCold(_ index: Int) -> Bool {
        do throws(StateNotLoaded) {
            let found = try reader.account(record(index).pointee.address)
            let record = record(index)
            record.pointee.isLoaded = true
            guard let found else { return true }
            record.pointee.exists = true
            record.pointee.nonce = found.nonce
            record.pointee.balance = found.balance
            record.pointee.codeHash = found.codeHash
            record.pointee.codeIndex = codes.index(of: found.codeHash) ?? CodeStore.notLoaded
            record.pointee.baseExists = true
            record.pointee.baseNonce = found.nonce
            record.pointee.baseBalance = found.balance
            record.pointee.baseCodeHash = found.codeHash
            return true
        } catch {
            missing = error.key
            return false
        }
    }

    /// The code of a loaded account; nil where the base state lacks it.
    mutating func code(_ index: Int) -> Code? {
        codeIndex(index).map { codes[$0] }
    }

    /// The bytes of a loaded account's code, as long as the journal is not reset; nil where the
    /// base state lacks it.
    @inline(__always)
    mutating func codeView(_ index: Int) -> CodeView? {
        guard let known = codeIndex(index) else { return nil }
        return codes.view(known)
    }

    @inline(__always)
    private mutating func codeIndex(_ index: Int) -> Int32? {
        let known = record(index).pointee.codeIndex
        return known != CodeStore.notLoaded ? known : loadCode(index)
    }

    @inline(never)
    private mutating func loadCode(_ index: Int) -> Int32? {
        let hash = record(index).pointee.codeHash
        if let known = codes.index(of: hash) {
            record(index).pointee.codeIndex = known
            return known
        }
        do throws(StateNotLoaded) {
            let added = codes.add(try reader.code(hash))
            record(index).pointee.codeIndex = added
            return added
        } catch {
            missing = error.key
            return nil
        }
    }

    /// The slot's number, without asking the base state.
    @inline(__always)
    mutating func slotIndex(_ account: Int, _ key: UInt256) -> Int {
        slots.index(account: account, key: key, newest: &record(account).pointee.firstSlot)
    }

    /// Makes the slot's values valid; false where the base state lacks it.
    @inline(__always)
    mutating func loadSlot(_ index: Int) -> Bool {
        slot(index).pointee.isLoaded || loadSlotCold(index)
    }

    @inline(never)
    private mutating func loadSlotCold(_ index: Int) -> Bool {
        let slot = slot(index)
        let account = record(Int(slot.pointee.account))
        do throws(StateNotLoaded) {
            let value = try reader.storage(account.pointee.address, slot: slot.pointee.key)
            slot.pointee.isLoaded = true
            slot.pointee.base = value
            if account.pointee.isStorageCleared {
                slot.pointee.isLoadedCleared = true
            } else {
                slot.pointee.current = value
            }
            return true
        } catch {
            missing = error.key
            return false
        }
    }

    /// Whether the account has storage in the base state or was given some since; nil where that is
    /// not known (EIP-7610).
    mutating func hasStorage(_ index: Int) -> Bool? {
        var next = record(index).pointee.firstSlot
        while next != 0 {
            let slot = slot(Int(next &- 1))
            if slot.pointee.isLoaded, !slot.pointee.current.isZero { return true }
            next = slot.pointee.next
        }
        let record = record(index).pointee
        guard record.baseExists, !record.isStorageCleared else { return false }
        do throws(StateNotLoaded) {
            return try reader.hasStorage(record.address)
        } catch {
            missing = error.key
            return nil
        }
    }

    /// The hash of an ancestor; nil where the base state lacks it.
    mutating func blockHash(_ number: UInt64) -> Hash32? {
        if let known = blockHashes[number] { return known }
        do throws(StateNotLoaded) {
            let hash = try reader.blockHash(number: number)
            blockHashes[number] = hash
            return hash
        } catch {
            missing = error.key
            return nil
        }
    }

    /// The hashes of ancestors that were asked for, by number.
    var readBlockHashes: [(number: UInt64, hash: Hash32)] {
        blockHashes.map { (number: $0.key, hash: $0.value) }.sorted { $0.number < $1.number }
    }

    // MARK: Changing

    /// Makes the account warm; true where it was cold (EIP-2929).
    @inline(__always)
    mutating func warm(_ index: Int) -> Bool {
        if record(index).pointee.warmIn == transaction { return false }
        record(index).pointee.warmIn = transaction
        note(.warmAccount, index)
        return true
    }

    /// Makes the slot warm; true where it was cold (EIP-2929).
    @inline(__always)
    mutating func warmSlot(_ index: Int) -> Bool {
        if slot(index).pointee.warmIn == transaction { return false }
        slot(index).pointee.warmIn = transaction
        note(.warmSlot, index)
        return true
    }

    mutating func touch(_ index: Int) {
        if record(index).pointee.touchedIn == transaction { return }
        record(index).pointee.touchedIn = transaction
        note(.touched, index)
    }

    mutating func setBalance(_ index: Int, _ balance: UInt256) {
        note(.balance, index, record(index).pointee.balance)
        record(index).pointee.balance = balance
    }

    mutating func setNonce(_ index: Int, _ nonce: UInt64) {
        note(.nonce, index, UInt256(record(index).pointee.nonce))
        record(index).pointee.nonce = nonce
    }

    mutating func setCode(_ index: Int, _ code: Code) {
        note(.code, index, record(index).pointee.codeHash.word)
        record(index).pointee.codeHash = code.hash
        record(index).pointee.codeIndex = codes.add(code)
    }

    /// Moves wei between two loaded accounts; the sender has enough.
    mutating func transfer(from: Int, to: Int, _ wei: UInt256) {
        touch(to)
        if wei.isZero || from == to { return }
        setBalance(from, record(from).pointee.balance &- wei)
        setBalance(to, record(to).pointee.balance &+ wei)
    }

    /// The loaded slot's value when the transaction began (EIP-2200).
    @inline(__always)
    mutating func original(_ index: Int) -> UInt256 {
        let slot = slot(index)
        if slot.pointee.originalIn != transaction {
            slot.pointee.originalIn = transaction
            slot.pointee.original = slot.pointee.current
        }
        return slot.pointee.original
    }

    /// Writes a loaded slot whose `original` was asked for before.
    @inline(__always)
    mutating func setStorage(_ index: Int, _ value: UInt256) {
        note(.storage, index, slot(index).pointee.current)
        slot(index).pointee.current = value
    }

    mutating func setTransient(_ index: Int, _ value: UInt256) {
        note(.transient, index, transients.value(index))
        transients.set(index, value)
    }

    mutating func markCreated(_ index: Int) {
        note(.created, index)
        record(index).pointee.createdIn = transaction
    }

    mutating func markDestroyed(_ index: Int) {
        if record(index).pointee.destroyedIn == transaction { return }
        note(.destroyed, index)
        record(index).pointee.destroyedIn = transaction
    }
}
