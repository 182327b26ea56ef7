import Ethereum

/// What a Uniswap V3 pool tells of swaps and positions.
public enum PoolEvent: Equatable, Sendable {
    case swap(UniswapV3PoolContract.Swap)
    /// Liquidity and the raw units that were paid for it.
    case mint(Position, liquidity: UInt128, amount0: UInt256, amount1: UInt256)
    /// Liquidity and the raw units that are owed for it, without fees.
    case burn(Position, liquidity: UInt128, amount0: UInt256, amount1: UInt256)
    /// Raw units that were paid out, burned ones and fees.
    case collect(Position, amount0: UInt256, amount1: UInt256)

    /// Where a position is.
    public struct Position: Equatable, Hashable, Sendable {
        public var owner: Address
        public var tickLower: Int32
        public var tickUpper: Int32
    }

    private static let mintTopic = eventTopic(
        "Mint(address,address,int24,int24,uint128,uint256,uint256)")
    private static let burnTopic = eventTopic("Burn(address,int24,int24,uint128,uint256,uint256)")
    private static let collectTopic = eventTopic(
        "Collect(address,address,int24,int24,uint128,uint128)")

    /// The event that a log holds; nil where it is another one or malformed.
    public init?(_ log: Log) {
        if let swap = UniswapV3PoolContract.Swap(log) {
            self = .swap(swap)
            return
        }
        guard log.topics.count == 4 else { return nil }
        func tick(_ index: Int) -> Int32 {
            Int32(truncatingIfNeeded: log.topics[index].word.limb0)
        }
        let position = Position(
            owner: Address(word: log.topics[1].word), tickLower: tick(2), tickUpper: tick(3))
        let words = ABIWords(log.data)
        switch log.topics[0] {
        // The sender stands before the amounts; his indexed position is the owner.
        case Self.mintTopic where words.count == 4:
            guard let liquidity = words[1]?.asUInt128, let amount0 = words[2],
                let amount1 = words[3]
            else { return nil }
            self = .mint(position, liquidity: liquidity, amount0: amount0, amount1: amount1)
        case Self.burnTopic where words.count == 3:
            guard let liquidity = words[0]?.asUInt128, let amount0 = words[1],
                let amount1 = words[2]
            else { return nil }
            self = .burn(position, liquidity: liquidity, amount0: amount0, amount1: amount1)
        case Self.collectTopic where words.count == 3:
            guard let amount0 = words[1], let amount1 = words[2] else { return nil }
            self = .collect(position, amount0: amount0, amount1: amount1)
        default: return nil
        }
    }
}
