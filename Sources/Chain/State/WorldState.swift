import EVM
import Ethereum

/// The accounts, storage and code of a chain after some block.
///
/// A value: a copy is a snapshot that costs nothing until one of the two is changed, and then only
/// the storage of the accounts that change. Threads that read one state do not count references to
/// what they share: what a look-up takes out of a table is plain bytes.
public struct WorldState: Sendable {
    /// The slots of one account. It is changed only while one state alone holds it, so that whoever
    /// reads it meanwhile does not exist.
    private final class Storage: @unchecked Sendable {
        var slots: [UInt256: UInt256]
        /// The root of `slots`, or nil since they changed.
        var root: Hash32?

        init(slots: [UInt256: UInt256] = [:], root: Hash32? = nil) {
            self.slots = slots
            self.root = root
        }

        var computedRoot: Hash32 {
            root ?? StateRoot.storageRoot(of: slots.lazy.map { (slot: $0.key, value: $0.value) })
        }
    }

    private var accounts: [Address: Account] = [:]
    /// Keeps alive what `borrowed` names.
    private var storages: [Address: Storage] = [:]
    /// The same objects for readers.
    private var borrowed: [Address: Unmanaged<Storage>] = [:]
    private var codes: [Hash32: Code] = [Keccak256.ofEmpty: .empty]

    /// The state without accounts.
    public init() {}

    /// The account, or nil where there is none.
    public func account(_ address: Address) -> Account? { accounts[address] }

    /// The slot's value; 0 where it was never written.
    public func storage(_ address: Address, slot: UInt256) -> UInt256 {
        borrowed[address]?._withUnsafeGuaranteedRef { $0.slots[slot] } ?? .zero
    }

    /// Whether the account has a slot that is not 0.
    public func hasStorage(_ address: Address) -> Bool {
        borrowed[address]?._withUnsafeGuaranteedRef { !$0.slots.isEmpty } ?? false
    }

    /// The code with this hash, where an account of this state had it deployed.
    public func code(_ hash: Hash32) -> Code? { codes[hash] }

    /// All addresses, in order.
    public var addresses: [Address] { accounts.keys.sorted() }

    /// The written slots of an account, in order.
    public func storage(of address: Address) -> [(slot: UInt256, value: UInt256)] {
        (storages[address]?.slots ?? [:]).map { (slot: $0.key, value: $0.value) }
            .sorted { $0.slot < $1.slot }
    }

    /// Puts an account there, as a genesis does; its storage stays.
    public mutating func set(_ account: Account, at address: Address, code: Code? = nil) {
        accounts[address] = account
        if let code { codes[code.hash] = code }
    }

    /// Writes one slot of an existing account, as a genesis does.
    public mutating func set(_ value: UInt256, at address: Address, slot: UInt256) {
        guard accounts[address] != nil else { return }
        changeStorage(of: address) { $0[slot] = value.isZero ? nil : value }
    }

    /// Makes the changes of executed transactions.
    public mutating func apply(_ changes: StateChanges) {
        for change in changes.accounts {
            guard let after = change.after else {
                accounts[change.address] = nil
                dropStorage(of: change.address)
                continue
            }
            if let code = change.newCode { codes[code.hash] = code }
            accounts[change.address] = after
            if change.storageCleared { dropStorage(of: change.address) }
            guard !change.storage.isEmpty else { continue }
            changeStorage(of: change.address) { slots in
                for slot in change.storage {
                    slots[slot.slot] = slot.after.isZero ? nil : slot.after
                }
            }
        }
    }

    /// The root of the state's trie (Yellow Paper 4.1), which the header carries.
    public mutating func root() -> Hash32 {
        var entries: [(address: Address, account: Account, storageRoot: Hash32)] = []
        entries.reserveCapacity(accounts.count)
        for address in addresses {
            guard let account = accounts[address] else { continue }
            if let storage = storages[address], storage.root == nil {
                let root = storage.computedRoot
                // Another state may hold it as well: what threads read is never written to.
                changeStorage(of: address, root: root) { _ in }
            }
            entries.append((address, account, storageRoot(of: address)))
        }
        return StateRoot.compute(accounts: entries)
    }

    /// The root of one account's storage.
    public func storageRoot(of address: Address) -> Hash32 {
        storages[address]?.computedRoot ?? MerkleTrie.emptyRoot
    }

    /// Changes an account's slots: in place where no other state holds them, else in a copy.
    private mutating func changeStorage(
        of address: Address, root: Hash32? = nil, _ change: (inout [UInt256: UInt256]) -> Void
    ) {
        // Taking it out makes the table this state's own first.
        var storage = storages.removeValue(forKey: address) ?? Storage()
        if !isKnownUniquelyReferenced(&storage) { storage = Storage(slots: storage.slots) }
        change(&storage.slots)
        storage.root = root
        storages[address] = storage
        borrowed[address] = Unmanaged.passUnretained(storage)
    }

    private mutating func dropStorage(of address: Address) {
        borrowed[address] = nil
        storages[address] = nil
    }
}
