import EVM
import Ethereum

/// The accounts, storage and code of a chain after some block.
///
/// A value: a copy is a snapshot that costs nothing until one of the two is changed, and then only
/// the storage of the accounts that change.
public struct WorldState: Sendable {
    private struct Record: Sendable {
        var account: Account
        var storage: [UInt256: UInt256] = [:]
        /// The root of `storage`, or nil since it changed.
        var storageRoot: Hash32?

        var slots: some Sequence<(slot: UInt256, value: UInt256)> {
            storage.lazy.map { (slot: $0.key, value: $0.value) }
        }
    }

    private var records: [Address: Record] = [:]
    private var codes: [Hash32: Code] = [Keccak256.ofEmpty: .empty]

    /// The state without accounts.
    public init() {}

    /// The account, or nil where there is none.
    public func account(_ address: Address) -> Account? { records[address]?.account }

    /// The slot's value; 0 where it was never written.
    public func storage(_ address: Address, slot: UInt256) -> UInt256 {
        records[address]?.storage[slot] ?? .zero
    }

    /// Whether the account has a slot that is not 0.
    public func hasStorage(_ address: Address) -> Bool {
        records[address].map { !$0.storage.isEmpty } ?? false
    }

    /// The code with this hash, where an account of this state had it deployed.
    public func code(_ hash: Hash32) -> Code? { codes[hash] }

    /// All addresses, in order.
    public var addresses: [Address] { records.keys.sorted() }

    /// The written slots of an account, in order.
    public func storage(of address: Address) -> [(slot: UInt256, value: UInt256)] {
        (records[address]?.storage ?? [:]).map { (slot: $0.key, value: $0.value) }
            .sorted { $0.slot < $1.slot }
    }

    /// Puts an account there, as a genesis does; its storage stays.
    public mutating func set(_ account: Account, at address: Address, code: Code? = nil) {
        records[address, default: Record(account: account)].account = account
        if let code { codes[code.hash] = code }
    }

    /// Writes one slot of an existing account, as a genesis does.
    public mutating func set(_ value: UInt256, at address: Address, slot: UInt256) {
        records[address]?.storage[slot] = value.isZero ? nil : value
        records[address]?.storageRoot = nil
    }

    /// Makes the changes of executed transactions.
    public mutating func apply(_ changes: StateChanges) {
        for change in changes.accounts {
            guard let after = change.after else {
                records[change.address] = nil
                continue
            }
            if let code = change.newCode { codes[code.hash] = code }
            var record = records.removeValue(forKey: change.address) ?? Record(account: after)
            record.account = after
            if change.storageCleared { record.storage = [:] }
            for slot in change.storage {
                record.storage[slot.slot] = slot.after.isZero ? nil : slot.after
            }
            if change.storageCleared || !change.storage.isEmpty { record.storageRoot = nil }
            records[change.address] = record
        }
    }

    /// The root of the state's trie (Yellow Paper 4.1), which the header carries.
    public mutating func root() -> Hash32 {
        var entries: [(address: Address, account: Account, storageRoot: Hash32)] = []
        entries.reserveCapacity(records.count)
        for address in addresses {
            guard var record = records[address] else { continue }
            if record.storageRoot == nil {
                record.storageRoot = StateRoot.storageRoot(of: record.slots)
                records[address] = record
            }
            entries.append((address, record.account, record.storageRoot ?? MerkleTrie.emptyRoot))
        }
        return StateRoot.compute(accounts: entries)
    }

    /// The root of one account's storage.
    public func storageRoot(of address: Address) -> Hash32 {
        guard let record = records[address] else { return MerkleTrie.emptyRoot }
        return record.storageRoot ?? StateRoot.storageRoot(of: record.slots)
    }
}
