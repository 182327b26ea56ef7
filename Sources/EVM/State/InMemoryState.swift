import Ethereum

/// A base state in memory: accounts, slots and code as they were put there. What was not is empty.
public struct InMemoryState: StateReader {
    private var accounts: [Address: Account] = [:]
    private var slots: [Address: [UInt256: UInt256]] = [:]
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
        slots[address, default: [:]][slot] = value.isZero ? nil : value
    }

    public func account(_ address: Address) -> Account? { accounts[address] }

    public func storage(_ address: Address, slot: UInt256) -> UInt256 {
        slots[address]?[slot] ?? .zero
    }

    public func code(_ hash: Hash32) throws(StateNotLoaded) -> Code {
        guard let code = codes[hash] else { throw StateNotLoaded(.code(hash)) }
        return code
    }

    public func hasStorage(_ address: Address) -> Bool { slots[address]?.isEmpty == false }

    /// No ancestor's hash is known.
    public func blockHash(number: UInt64) throws(StateNotLoaded) -> Hash32 {
        throw StateNotLoaded(.blockHash(number: number))
    }
}
