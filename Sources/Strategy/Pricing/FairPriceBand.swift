import Ethereum

/// Where the market is believed to price a pool's tokens: token1 per token0, in raw units, as the
/// root in Q64.96 that pools use.
///
/// Every decision takes the worst of the band: profit is linear in the price, so its two ends do.
public struct FairPriceBand: Equatable, Sendable {
    public var lowSqrtPriceX96: UInt256
    public var midSqrtPriceX96: UInt256
    public var highSqrtPriceX96: UInt256

    public init(lowSqrtPriceX96: UInt256, midSqrtPriceX96: UInt256, highSqrtPriceX96: UInt256) {
        self.lowSqrtPriceX96 = lowSqrtPriceX96
        self.midSqrtPriceX96 = midSqrtPriceX96
        self.highSqrtPriceX96 = highSqrtPriceX96
    }

    /// The band of prices within `halfWidthPips` hundredths of a basis point of the middle.
    ///
    /// The root moves by half of what the price moves by; the second-order rest, below
    /// (halfWidth)²/8, is rounded outwards by one pip.
    public init(midSqrtPriceX96: UInt256, halfWidthPips: UInt64) {
        let million: UInt256 = 1_000_000
        let half = UInt256(halfWidthPips / 2 + 1)
        self.init(
            lowSqrtPriceX96: UInt256.mulDiv(midSqrtPriceX96, million &- half, million) ?? .zero,
            midSqrtPriceX96: midSqrtPriceX96,
            highSqrtPriceX96: UInt256.mulDiv(midSqrtPriceX96, million &+ half, million)
                ?? midSqrtPriceX96)
    }
}
