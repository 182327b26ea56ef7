import EVM
import Ethereum

/// What execution on top of a block reads: its state and the hashes of its ancestors.
public struct ChainStateReader: StateReader {
    /// The state after the block.
    public let state: WorldState
    private let blockHashes: [UInt64: Hash32]

    /// A reader of `state` that knows these ancestors' hashes by number.
    public init(state: WorldState, blockHashes: [UInt64: Hash32]) {
        self.state = state
        self.blockHashes = blockHashes
    }

    /// A reader of another state with the same ancestors.
    public func on(_ state: WorldState) -> ChainStateReader {
        ChainStateReader(state: state, blockHashes: blockHashes)
    }

    public func account(_ address: Address) throws(StateNotLoaded) -> Account? {
        state.account(address)
    }

    public func storage(_ address: Address, slot: UInt256) throws(StateNotLoaded) -> UInt256 {
        state.storage(address, slot: slot)
    }

    public func hasStorage(_ address: Address) throws(StateNotLoaded) -> Bool {
        state.hasStorage(address)
    }

    public func code(_ hash: Hash32) throws(StateNotLoaded) -> Code {
        guard let code = state.code(hash) else { throw StateNotLoaded(.code(hash)) }
        return code
    }

    public func blockHash(number: UInt64) throws(StateNotLoaded) -> Hash32 {
        guard let hash = blockHashes[number] else {
            throw StateNotLoaded(.blockHash(number: number))
        }
        return hash
    }
}
