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
    /// The root of 1 + x is at most 1 + x/2, that of 1 − x at least 1 − x/2 − x²/4 for x up to 0.8;
    /// both are rounded outwards by a pip. Beyond 0.8 the lower end is 0: anything may be.
    public init(midSqrtPriceX96: UInt256, halfWidthPips: UInt64) {
        let million: UInt256 = 1_000_000
        let width = UInt256(halfWidthPips)
        let half = UInt256(halfWidthPips / 2 + 1)
        let secondOrder = (width &* width).dividedOrZero(by: 4_000_000)
        let low =
            halfWidthPips > 800_000
            ? .zero
            : UInt256.mulDiv(midSqrtPriceX96, million &- half &- secondOrder, million)
        self.init(
            lowSqrtPriceX96: low ?? .zero, midSqrtPriceX96: midSqrtPriceX96,
            highSqrtPriceX96: UInt256.mulDiv(midSqrtPriceX96, million &+ half, million)
                ?? midSqrtPriceX96)
    }
}
