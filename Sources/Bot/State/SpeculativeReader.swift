import EVM
import Ethereum
import Synchronization

/// The keys that a simulation asked for and nobody knew.
package final class MissingKeys: Sendable {
    private let keys = Mutex<Set<StateKey>>([])

    package init() {}

    func insert(_ key: StateKey) { keys.withLock { _ = $0.insert(key) } }

    /// All of them; none means that the simulation stood on known state alone.
    package var all: Set<StateKey> { keys.withLock { $0 } }
}

/// A reader that answers a key it does not know with nothing and writes the key down, so that one
/// execution finds most of what is missing. A simulation whose list is not empty in the end has
/// proven nothing and is made again.
package struct SpeculativeReader: StateReader {
    let known: KnownState
    let missing: MissingKeys
    /// Coinbases that nobody has. They are answered for as accounts of one wei: a builder's
    /// account exists, and paying one that does not would cost 25,000 gas more.
    let coinbases: [Address]

    package init(known: KnownState, missing: MissingKeys, coinbases: [Address] = []) {
        self.known = known
        self.missing = missing
        self.coinbases = coinbases
    }

    package func account(_ address: Address) throws(StateNotLoaded) -> Account? {
        if let account = known.account(address) { return account }
        if coinbases.contains(address) { return Account(nonce: 0, balance: .one) }
        missing.insert(.account(address))
        return nil
    }

    package func storage(_ address: Address, slot: UInt256) throws(StateNotLoaded) -> UInt256 {
        if let value = known.storage(address, slot: slot) { return value }
        if coinbases.contains(address) { return .zero }
        missing.insert(.storage(address, slot: slot))
        return .zero
    }

    package func hasStorage(_ address: Address) throws(StateNotLoaded) -> Bool {
        known.hasStorage(address)
    }

    package func code(_ hash: Hash32) throws(StateNotLoaded) -> Code {
        if let code = known.code(hash) { return code }
        missing.insert(.code(hash))
        return .empty
    }

    package func blockHash(number: UInt64) throws(StateNotLoaded) -> Hash32 {
        if let hash = known.blockHash(number: number) { return hash }
        missing.insert(.blockHash(number: number))
        return .zero
    }
}
