import Ethereum

/// A factory and the code of its pools: what a pool's address follows from.
public struct Deployment: Equatable, Hashable, Sendable {
    /// The factory, which creates the pools itself.
    public let factory: Address
    /// keccak256 of the pools' creation code.
    public let initCodeHash: Hash32

    public init(factory: Address, initCodeHash: Hash32) {
        self.factory = factory
        self.initCodeHash = initCodeHash
    }

    /// Uniswap V3 on Ethereum mainnet: factory 0x1F98…F984, pool code hash 0xe34f…8b54.
    public static let uniswapV3Mainnet = Deployment(
        factory: Address(
            word: UInt256(0x9F26_7346_EA31_F984, 0x8AD9_8523_631A_E4A5, 0x1F98_431C, 0)),
        initCodeHash: Hash32(
            word: UInt256(
                0x9325_F843_F87B_8B54, 0x7D24_4F78_A329_7EA8, 0x7F68_4426_19D5_5552,
                0xE34F_199B_19B2_B4F4)))

    /// SushiSwap V3 on Ethereum mainnet: factory 0xbACE…9C4F, which creates pools of Uniswap's own
    /// code.
    ///
    /// PancakeSwap V3 has no row: its pools call other callbacks and keep a `feeProtocol` of 32
    /// bits in slot 0, so that `Slot0` and the callbacks' names would have to vary with it.
    public static let sushiSwapV3Mainnet = Deployment(
        factory: Address(
            word: UInt256(0xBAC9_D6E2_BDC2_9C4F, 0x6B93_55DF_C026_9C18, 0xBACE_B8EC, 0)),
        initCodeHash: uniswapV3Mainnet.initCodeHash)
}

/// What tells one pool of a factory from another.
public struct PoolKey: Equatable, Hashable, Sendable {
    /// The token of the lower address.
    public let token0: Address
    /// The token of the higher address.
    public let token1: Address
    /// The fee in hundredths of a basis point.
    public let feePips: UInt32

    /// The key of two tokens in either order; nil for a token with itself.
    public init?(sorting a: Address, _ b: Address, feePips: UInt32) {
        guard a != b else { return nil }
        token0 = min(a, b)
        token1 = max(a, b)
        self.feePips = feePips
    }

    /// The pool's address, whether or not the pool exists: CREATE2 (EIP-1014) by the factory with
    /// the salt keccak256(abi.encode(token0, token1, fee)).
    public func address(in deployment: Deployment) -> Address {
        let words = [token0.word, token1.word, UInt256(UInt64(feePips))]
        let salt = Keccak256.hash(words.flatMap(\.bigEndianBytes))
        let preimage =
            [0xFF] + deployment.factory.bytes + salt.bytes + deployment.initCodeHash.bytes
        return Address(word: Keccak256.hash(preimage).word)
    }
}
