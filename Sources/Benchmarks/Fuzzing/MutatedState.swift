import Chain
import EVM
import Ethereum

/// A state of which some accounts have other code.
struct MutatedState: StateReader {
    let base: ChainStateReader
    private(set) var codes: [Address: Code] = [:]
    private var byHash: [Hash32: Code] = [:]

    init(_ base: ChainStateReader) { self.base = base }

    mutating func set(_ code: Code, at address: Address) {
        codes[address] = code
        byHash[code.hash] = code
    }

    func account(_ address: Address) throws(StateNotLoaded) -> Account? {
        guard var account = try base.account(address) else { return nil }
        if let code = codes[address] { account.codeHash = code.hash }
        return account
    }

    func storage(_ address: Address, slot: UInt256) throws(StateNotLoaded) -> UInt256 {
        try base.storage(address, slot: slot)
    }

    func code(_ hash: Hash32) throws(StateNotLoaded) -> Code {
        if let code = byHash[hash] { return code }
        return try base.code(hash)
    }

    func hasStorage(_ address: Address) throws(StateNotLoaded) -> Bool {
        try base.hasStorage(address)
    }

    /// What revm's empty database answers: keccak256 of the number's digits.
    func blockHash(number: UInt64) throws(StateNotLoaded) -> Hash32 {
        Keccak256.hash(Array(String(number).utf8))
    }
}
