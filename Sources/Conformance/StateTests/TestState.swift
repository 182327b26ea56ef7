import EVM
import Ethereum
import JSON

/// The state before a state test's transaction, in memory.
struct TestState: StateReader {
    struct Entry: Sendable {
        var account: Account
        var storage: [UInt256: UInt256]
        var storageRoot: Hash32
    }

    private(set) var entries: [Address: Entry] = [:]
    private var codes: [Hash32: Code] = [Keccak256.ofEmpty: .empty]
    /// The parent's hash, where the test gives one.
    private let parentHash: (number: UInt64, hash: Hash32)?

    /// - Parameter accounts: The test's `pre`: address to balance, nonce, code and storage.
    init(
        accounts: JSONObject, parentHash: (number: UInt64, hash: Hash32)?
    ) throws(FieldError) {
        self.parentHash = parentHash
        entries.reserveCapacity(accounts.members.count)
        for member in accounts.members {
            guard let address = Address(hex: member.key), let fields = member.value.asObject else {
                throw FieldError(
                    field: "pre", expected: "an address and an object", found: member.key)
            }
            let code = try fields.bytes("code")
            var account = Account(
                nonce: try fields.uint64("nonce"), balance: try fields.word("balance"))
            if !code.isEmpty {
                let analysed = Code(code)
                account.codeHash = analysed.hash
                codes[analysed.hash] = analysed
            }
            let storage = try TestState.storage(try fields.object("storage"))
            entries[address] = Entry(
                account: account, storage: storage, storageRoot: TestState.root(of: storage))
        }
    }

    /// Slots of a test's account; zeros are no slots.
    static func storage(_ object: JSONObject) throws(FieldError) -> [UInt256: UInt256] {
        var storage: [UInt256: UInt256] = [:]
        for member in object.members {
            guard let slot = JSON.string(member.key).looseQuantity,
                let value = member.value.looseQuantity
            else {
                throw FieldError(
                    field: "storage", expected: "words", found: member.value.excerpt)
            }
            storage[slot] = value.isZero ? nil : value
        }
        return storage
    }

    func account(_ address: Address) -> Account? { entries[address]?.account }

    func storage(_ address: Address, slot: UInt256) -> UInt256 {
        entries[address]?.storage[slot] ?? .zero
    }

    func hasStorage(_ address: Address) -> Bool {
        entries[address].map { !$0.storage.isEmpty } ?? false
    }

    func code(_ hash: Hash32) throws(StateNotLoaded) -> Code {
        guard let code = codes[hash] else { throw StateNotLoaded(.code(hash)) }
        return code
    }

    /// Where a test gives no hash, an ancestor's is that of its number's decimal digits.
    func blockHash(number: UInt64) -> Hash32 {
        if let parentHash, parentHash.number == number { return parentHash.hash }
        return Keccak256.hash(Array("\(number)".utf8))
    }

    /// The state after the changes.
    func applying(_ changes: StateChanges) -> TestState {
        var state = self
        for change in changes.accounts {
            guard let account = change.after else {
                state.entries[change.address] = nil
                continue
            }
            var entry =
                state.entries[change.address]
                ?? Entry(account: account, storage: [:], storageRoot: MerkleTrie.emptyRoot)
            entry.account = account
            if let code = change.newCode { state.codes[code.hash] = code }
            if change.storageCleared { entry.storage = [:] }
            for slot in change.storage {
                entry.storage[slot.slot] = slot.after.isZero ? nil : slot.after
            }
            if change.storageCleared || !change.storage.isEmpty {
                entry.storageRoot = TestState.root(of: entry.storage)
            }
            state.entries[change.address] = entry
        }
        return state
    }

    /// The state's root.
    var root: Hash32 {
        StateRoot.compute(
            accounts: entries.lazy.map { address, entry in
                (address: address, account: entry.account, storageRoot: entry.storageRoot)
            })
    }

    private static func root(of storage: [UInt256: UInt256]) -> Hash32 {
        if storage.isEmpty { return MerkleTrie.emptyRoot }
        return StateRoot.storageRoot(of: storage.lazy.map { (slot: $0.key, value: $0.value) })
    }
}
