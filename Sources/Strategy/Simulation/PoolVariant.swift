import EVM
import Ethereum
import UniswapV3

/// A pool's price and liquidity in range as they may be when a bundle is mined.
struct PoolVariant: Equatable, Sendable {
    var sqrtPriceX96: UInt256
    var tick: Tick
    var liquidity: UInt128
}

/// A state in which one pool stands at another price, or has other liquidity in range, and
/// everything else is as it was: what somebody's transaction in front of ours would leave.
struct PoolVariantReader: StateReader {
    private let base: any StateReader
    private let pool: Address
    private let slot0: UInt256
    private let liquidity: UInt256

    /// The state with the pool changed; throws where the pool's first word is not loaded.
    init(
        _ base: any StateReader, pool: Address, _ variant: PoolVariant
    ) throws(StateNotLoaded) {
        self.base = base
        self.pool = pool
        var slot0 = Slot0(word: try base.storage(pool, slot: PoolStorage.slot0))
        slot0.sqrtPriceX96 = variant.sqrtPriceX96
        slot0.tick = variant.tick
        self.slot0 = slot0.word
        liquidity = UInt256(variant.liquidity)
    }

    func account(_ address: Address) throws(StateNotLoaded) -> Account? {
        try base.account(address)
    }

    func storage(_ address: Address, slot: UInt256) throws(StateNotLoaded) -> UInt256 {
        guard address == pool else { return try base.storage(address, slot: slot) }
        if slot == PoolStorage.slot0 { return slot0 }
        if slot == PoolStorage.liquidity { return liquidity }
        return try base.storage(address, slot: slot)
    }

    func code(_ hash: Hash32) throws(StateNotLoaded) -> Code { try base.code(hash) }

    func blockHash(number: UInt64) throws(StateNotLoaded) -> Hash32 {
        try base.blockHash(number: number)
    }

    func hasStorage(_ address: Address) throws(StateNotLoaded) -> Bool {
        try base.hasStorage(address)
    }
}
