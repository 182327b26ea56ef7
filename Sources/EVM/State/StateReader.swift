import Ethereum

/// A piece of state that a reader does not hold.
public enum StateKey: Hashable, Sendable {
    case account(Address)
    case storage(Address, slot: UInt256)
    case code(Hash32)
    case blockHash(number: UInt64)
}

/// The base state lacks a key: the transaction cannot be simulated until it has been fetched.
public struct StateNotLoaded: Error, Equatable, Sendable {
    public var key: StateKey

    public init(_ key: StateKey) { self.key = key }
}

/// The state below a simulation: what is read once per key, before the journal keeps it.
///
/// A reader answers from memory; it never waits. What it does not hold it names in an error.
public protocol StateReader: Sendable {
    /// The account, or nil where the state has none.
    func account(_ address: Address) throws(StateNotLoaded) -> Account?
    /// The slot's value; 0 where it was never written.
    func storage(_ address: Address, slot: UInt256) throws(StateNotLoaded) -> UInt256
    /// The code with this hash, analysed once and shared.
    func code(_ hash: Hash32) throws(StateNotLoaded) -> Code
    /// The hash of an ancestor of the block under execution, at most 256 blocks back.
    func blockHash(number: UInt64) throws(StateNotLoaded) -> Hash32
    /// Whether any slot of the account is not 0: a contract cannot be created there (EIP-7610).
    func hasStorage(_ address: Address) throws(StateNotLoaded) -> Bool
}

extension StateReader {
    /// An account without code and nonce but with storage does not exist on any live chain that
    /// the bot works on, so that a reader need not know.
    public func hasStorage(_ address: Address) throws(StateNotLoaded) -> Bool { false }
}
