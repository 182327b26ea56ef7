import Ethereum

/// A base state in memory: accounts, slots and code as they were put there. What was not is empty.
///
/// Accounts and slots are plain bytes in one table each, so that threads which read the same state
/// count no references to what they share.
public struct InMemoryState: StateReader {
    private struct SlotKey: Hashable {
        var address: Address
        var slot: UInt256
    }

    private var accounts: [Address: Account] = [:]
    private var slots: [SlotKey: UInt256] = [:]
    /// How many slots of an account are not 0.
    private var slotCounts: [Address: Int] = [:]
    private var codes: [Hash32: Code] = [Keccak256.ofEmpty: .empty]

    /// The state without accounts.
    public init() {}

    /// Puts an account there, with its code where it has some.
    public mutating func set(_ account: Account, at address: Address, code: Code = .empty) {
        accounts[address] = Account(
            nonce: account.nonce, balance: account.balance, codeHash: code.hash)
        codes[code.hash] = code
    }

    /// Writes one slot.
    public mutating func set(_ value: UInt256, at address: Address, slot: UInt256) {
        let key = SlotKey(address: address, slot: slot)
        let before = slots.updateValue(value, forKey: key)
        if value.isZero { slots[key] = nil }
        slotCounts[address, default: 0] += (value.isZero ? 0 : 1) - (before == nil ? 0 : 1)
    }

    public func account(_ address: Address) -> Account? { accounts[address] }

    public func storage(_ address: Address, slot: UInt256) -> UInt256 {
        slots[SlotKey(address: address, slot: slot)] ?? .zero
    }

    public func code(_ hash: Hash32) throws(StateNotLoaded) -> Code {
        guard let code = codes[hash] else { throw StateNotLoaded(.code(hash)) }
        return code
    }

    public func hasStorage(_ address: Address) -> Bool { slotCounts[address, default: 0] > 0 }

    /// No ancestor's hash is known.
    public func blockHash(number: UInt64) throws(StateNotLoaded) -> Hash32 {
        throw StateNotLoaded(.blockHash(number: number))
    }
}
