import Ethereum

/// What a pool says of liquidity that is added or taken away.
public struct PoolLiquidityEvent: Equatable, Sendable {
    private static let mintTopic = eventTopic(
        "Mint(address,address,int24,int24,uint128,uint256,uint256)")
    private static let burnTopic = eventTopic("Burn(address,int24,int24,uint128,uint256,uint256)")

    public var pool: Address
    /// Added, and not taken away.
    public var isMint: Bool
    public var tickLower: Int32
    public var tickUpper: Int32
    public var liquidity: UInt128
    /// Raw units: of a mint what the pool took, of a burn what it owes.
    public var amount0: UInt256
    public var amount1: UInt256

    /// The event that a log holds; nil where it is another event or malformed.
    public init?(_ log: Log) {
        let isMint = log.topics.first == Self.mintTopic
        guard isMint || log.topics.first == Self.burnTopic, log.topics.count == 4 else {
            return nil
        }
        let words = ABIWords(log.data)
        // A mint's first word is its sender.
        let first = isMint ? 1 : 0
        guard let liquidity = words[first]?.asUInt128, let amount0 = words[first + 1],
            let amount1 = words[first + 2]
        else { return nil }
        pool = log.address
        self.isMint = isMint
        tickLower = Int32(truncatingIfNeeded: log.topics[2].word.limb0)
        tickUpper = Int32(truncatingIfNeeded: log.topics[3].word.limb0)
        self.liquidity = liquidity
        self.amount0 = amount0
        self.amount1 = amount1
    }
}
