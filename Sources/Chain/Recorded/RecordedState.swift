import EVM
import Ethereum
import JSON

/// The state before a recorded block: every account and slot that its execution touches. What is
/// not listed is empty.
public struct RecordedState: StateReader {
    private struct Entry: Sendable {
        var account: Account
        var storage: [UInt256: UInt256]
    }

    private var entries: [Address: Entry] = [:]
    private var codes: [Hash32: Code] = [Keccak256.ofEmpty: .empty]
    private let parent: (number: UInt64, hash: Hash32)

    /// - Parameters:
    ///   - accounts: Address to balance, nonce, codeHash (or code), storage.
    ///   - codes: Hash to bytes; the hashes are worked out anew.
    ///   - parent: The one ancestor whose hash is known.
    package init(
        accounts: JSONObject, codes: JSONObject, parent: (number: UInt64, hash: Hash32)
    ) throws(FieldError) {
        self.parent = parent
        for member in codes.members {
            guard let bytes = member.value.hexBytes else {
                throw FieldError(
                    field: "codes", expected: "hexadecimal bytes", found: member.value.excerpt)
            }
            let code = Code(bytes)
            guard Hash32(hex: member.key) == code.hash else {
                throw FieldError(
                    field: "codes", expected: member.key, found: code.hash.description)
            }
            self.codes[code.hash] = code
        }
        for member in accounts.members {
            guard let address = Address(hex: member.key), let fields = member.value.asObject else {
                throw FieldError(
                    field: "pre", expected: "an address and an object", found: member.key)
            }
            try set(fields, at: address)
        }
    }

    private mutating func set(_ fields: JSONObject, at address: Address) throws(FieldError) {
        var account = Account(
            nonce: fields["nonce"] == nil ? 0 : try fields.uint64("nonce"),
            balance: try fields.word("balance"))
        if fields["codeHash"] != nil {
            account.codeHash = try fields.hash("codeHash")
        } else if fields["code"] != nil {
            let code = Code(try fields.bytes("code"))
            account.codeHash = code.hash
            codes[code.hash] = code
        }
        // An account of nothing is none (EIP-161).
        if account == Account(nonce: 0, balance: .zero) { return }
        let storage = fields["storage"] == nil ? JSONObject() : try fields.object("storage")
        entries[address] = Entry(account: account, storage: try RecordedState.slots(storage))
    }

    /// Slots and values; zeros are no slots.
    static func slots(_ object: JSONObject) throws(FieldError) -> [UInt256: UInt256] {
        var slots: [UInt256: UInt256] = [:]
        for member in object.members {
            guard let slot = JSON.string(member.key).looseQuantity,
                let value = member.value.looseQuantity
            else {
                throw FieldError(
                    field: "storage", expected: "words", found: member.value.excerpt)
            }
            slots[slot] = value.isZero ? nil : value
        }
        return slots
    }

    public func account(_ address: Address) -> Account? { entries[address]?.account }

    public func storage(_ address: Address, slot: UInt256) -> UInt256 {
        entries[address]?.storage[slot] ?? .zero
    }

    public func hasStorage(_ address: Address) -> Bool {
        entries[address].map { !$0.storage.isEmpty } ?? false
    }

    public func code(_ hash: Hash32) throws(StateNotLoaded) -> Code {
        guard let code = codes[hash] else { throw StateNotLoaded(.code(hash)) }
        return code
    }

    public func blockHash(number: UInt64) throws(StateNotLoaded) -> Hash32 {
        guard number == parent.number else { throw StateNotLoaded(.blockHash(number: number)) }
        return parent.hash
    }
}
