import EVM
import Ethereum
import JSON
import Wire

/// The part of the chain's state that the bot has been told of, as of one block.
///
/// It grows by what simulations miss and follows the chain by the changes of each block. What it
/// does not hold it does not guess: a key is known, or missing.
public struct KnownState: Sendable {
    /// The block as of which everything here is.
    public private(set) var blockHash: Hash32
    public private(set) var blockNumber: UInt64
    /// Known accounts; nil for one that does not exist.
    private var accounts: [Address: Account?] = [:]
    private var storage: [Address: [UInt256: UInt256]] = [:]
    private var codes: [Hash32: Code] = [Keccak256.ofEmpty: .empty]
    private var blockHashes: [UInt64: Hash32] = [:]

    /// Nothing but the block itself.
    public init(blockNumber: UInt64, blockHash: Hash32) {
        self.blockNumber = blockNumber
        self.blockHash = blockHash
        blockHashes[blockNumber] = blockHash
    }

    /// The account, nil inside where it does not exist, nil outside where it is not known.
    func account(_ address: Address) -> Account?? { accounts[address] }

    /// The slot's value; nil where it is not known.
    func storage(_ address: Address, slot: UInt256) -> UInt256? {
        if let value = storage[address]?[slot] { return value }
        // An account that does not exist has no storage.
        if case .some(.none) = accounts[address] { return .zero }
        return nil
    }

    func code(_ hash: Hash32) -> Code? { codes[hash] }
    func blockHash(number: UInt64) -> Hash32? { blockHashes[number] }

    /// Whether a slot other than 0 is known.
    func hasStorage(_ address: Address) -> Bool {
        storage[address]?.values.contains { !$0.isZero } ?? false
    }

    /// Learns an account, nil for one that does not exist, with its code where that is known.
    package mutating func learn(_ account: Account?, code: [UInt8]?, at address: Address) {
        accounts[address] = .some(account.flatMap { $0.isEmpty ? nil : $0 })
        if let code, !code.isEmpty {
            let code = Code(code)
            if codes[code.hash] == nil { codes[code.hash] = code }
        }
    }

    /// Learns a slot's value.
    package mutating func learn(_ value: UInt256, at address: Address, slot: UInt256) {
        storage[address, default: [:]][slot] = value
    }

    /// Learns the hash of an earlier block.
    package mutating func learn(blockHash: Hash32, number: UInt64) {
        blockHashes[number] = blockHash
    }

    /// Forgets an account and its storage.
    mutating func forget(_ address: Address) {
        accounts[address] = nil
        storage[address] = nil
    }

    // MARK: Answers of the node

    /// Learns the answer of a prestate trace: accounts as they were before a call.
    mutating func learn(prestate: JSON) {
        for member in prestate.object ?? [] {
            guard let address = Address(hex: member.key) else { continue }
            let fields = member.value
            let code = fields["code"]?.data ?? []
            let account = Account(
                nonce: fields["nonce"].flatMap { $0.uint64 ?? $0.quantity64 } ?? 0,
                balance: fields["balance"]?.quantity ?? .zero,
                codeHash: code.isEmpty ? Keccak256.ofEmpty : Keccak256.hash(code))
            learn(account, code: code, at: address)
            for slot in fields["storage"]?.object ?? [] {
                guard let key = UInt256(hex: slot.key),
                    let value = slot.value.string.flatMap({ UInt256(hex: $0) })
                else { continue }
                learn(value, at: address, slot: key)
            }
        }
    }

    /// Follows the chain by one block: `trace` is the answer of a block's prestate trace in diff
    /// mode, an entry a transaction. False where it cannot be read; the state is then of no block.
    mutating func follow(
        to number: UInt64, hash: Hash32, trace: JSON, alsoForget: [Address]
    ) -> Bool {
        guard let entries = trace.array else { return false }
        for entry in entries {
            guard let pre = entry["result"]?["pre"], let post = entry["result"]?["post"],
                let before = pre.object, let after = post.object
            else { return false }
            for member in before where post[member.key] == nil {
                guard let address = Address(hex: member.key) else { return false }
                forget(address)
            }
            for member in after {
                guard let address = Address(hex: member.key) else { return false }
                follow(address, before: pre[member.key], after: member.value)
            }
        }
        for address in alsoForget { forget(address) }
        blockNumber = number
        blockHash = hash
        blockHashes[number] = hash
        blockHashes[number &- 257] = nil
        return true
    }

    private mutating func follow(_ address: Address, before: JSON?, after: JSON) {
        for slot in before?["storage"]?.object ?? [] where after["storage"]?[slot.key] == nil {
            if let key = UInt256(hex: slot.key) { learn(.zero, at: address, slot: key) }
        }
        for slot in after["storage"]?.object ?? [] {
            guard let key = UInt256(hex: slot.key),
                let value = slot.value.string.flatMap({ UInt256(hex: $0) })
            else { continue }
            learn(value, at: address, slot: key)
        }
        // Only the fields that changed are listed, so that an unknown account stays unknown.
        guard let known = accounts[address] else { return }
        var account = known ?? Account()
        if let balance = after["balance"]?.quantity { account.balance = balance }
        if let nonce = after["nonce"].flatMap({ $0.uint64 ?? $0.quantity64 }) {
            account.nonce = nonce
        }
        let code = after["code"]?.data
        if let code { account.codeHash = Keccak256.hash(code) }
        learn(account, code: code, at: address)
    }
}
