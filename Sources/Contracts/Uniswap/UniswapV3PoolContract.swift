import Ethereum

/// Calls and events of a Uniswap V3 pool.
public enum UniswapV3PoolContract {
    private static let initializeSelector = Selector("initialize(uint160)")
    private static let setFeeProtocolSelector = Selector("setFeeProtocol(uint8,uint8)")

    /// `Swap(address indexed sender, address indexed recipient, int256 amount0, int256 amount1,
    /// uint160 sqrtPriceX96, uint128 liquidity, int24 tick)`.
    public static let swapTopic = eventTopic(
        "Swap(address,address,int256,int256,uint160,uint128,int24)")

    /// Calldata that gives a new pool its first price.
    public static func initialize(sqrtPriceX96: UInt256) -> [UInt8] {
        Calldata(initializeSelector, sqrtPriceX96).bytes
    }

    /// Calldata by which the factory's owner takes 1/n of each direction's fees (0, or 4 to 10).
    public static func setFeeProtocol(_ n0: UInt8, _ n1: UInt8) -> [UInt8] {
        Calldata(setFeeProtocolSelector, UInt256(UInt64(n0)), UInt256(UInt64(n1))).bytes
    }

    /// A pool's `Swap` event.
    public struct Swap: Equatable, Sendable {
        public var pool: Address
        /// Raw units that the pool took (positive) or gave (negative).
        public var amount0: Int256
        /// Raw units that the pool took (positive) or gave (negative).
        public var amount1: Int256
        /// The price after the swap.
        public var sqrtPriceX96: UInt256
        /// The liquidity in range after the swap.
        public var liquidity: UInt128
        /// The tick after the swap.
        public var tick: Int32

        /// Whether token0 came in and the price went down.
        public var zeroForOne: Bool { !amount0.isNegative && amount1.isNegative }

        /// The event that a log holds; nil where it is another event or malformed.
        public init?(_ log: Log) {
            let words = ABIWords(log.data)
            guard log.topics.first == swapTopic, log.data.count == 160,
                let word0 = words[0], let word1 = words[1], let price = words[2],
                let liquidity = words[3]?.asUInt128, let tick = words[4]
            else { return nil }
            pool = log.address
            amount0 = Int256(bitPattern: word0)
            amount1 = Int256(bitPattern: word1)
            sqrtPriceX96 = price
            self.liquidity = liquidity
            self.tick = Int32(truncatingIfNeeded: tick.limb0)
        }
    }
}
