import Ethereum

/// Liquidity over a range of ticks.
public struct RangeLiquidity: Equatable, Hashable, Sendable {
    /// The range's first tick.
    public var tickLower: Tick
    /// The tick after the range's last.
    public var tickUpper: Tick
    /// The liquidity.
    public var liquidity: UInt128

    public init(tickLower: Tick, tickUpper: Tick, liquidity: UInt128) {
        self.tickLower = tickLower
        self.tickUpper = tickUpper
        self.liquidity = liquidity
    }

    /// Whether the liquidity is in range at this tick.
    @inline(__always)
    public func isActive(at tick: Tick) -> Bool { tickLower <= tick && tick < tickUpper }
}

/// A position as the pool keeps it: liquidity over a range, and the fees that it has not collected.
public struct Position: Equatable, Hashable, Sendable {
    /// The range's first tick.
    public let tickLower: Tick
    /// The tick after the range's last.
    public let tickUpper: Tick
    /// The liquidity.
    public internal(set) var liquidity: UInt128 = 0
    /// The fee growth of token0 inside the range when the position was last touched.
    public internal(set) var feeGrowthInside0LastX128: UInt256 = .zero
    /// The same for token1.
    public internal(set) var feeGrowthInside1LastX128: UInt256 = .zero
    /// Token0 that a collect would pay out; modulo 2^128 as in the contract.
    public internal(set) var tokensOwed0: UInt128 = 0
    /// Token1 that a collect would pay out.
    public internal(set) var tokensOwed1: UInt128 = 0

    /// A position that was never touched.
    public init(tickLower: Tick, tickUpper: Tick) {
        self.tickLower = tickLower
        self.tickUpper = tickUpper
    }

    /// A position from its four storage words (`PoolStorage.position`).
    public init(
        tickLower: Tick, tickUpper: Tick, words: (UInt256, UInt256, UInt256, UInt256)
    ) {
        self.init(tickLower: tickLower, tickUpper: tickUpper)
        liquidity = words.0.low128
        feeGrowthInside0LastX128 = words.1
        feeGrowthInside1LastX128 = words.2
        tokensOwed0 = words.3.low128
        tokensOwed1 = words.3.high128
    }

    /// Books the fees since the last touch: (growth now − growth then)·liquidity / 2^128, rounded
    /// down, so that the shares of all positions never exceed what was paid.
    mutating func accrue(feeGrowthInside0X128: UInt256, feeGrowthInside1X128: UInt256) {
        let growth0 = feeGrowthInside0X128 &- feeGrowthInside0LastX128
        let growth1 = feeGrowthInside1X128 &- feeGrowthInside1LastX128
        tokensOwed0 &+= Self.fees(growthX128: growth0, liquidity: liquidity)
        tokensOwed1 &+= Self.fees(growthX128: growth1, liquidity: liquidity)
        feeGrowthInside0LastX128 = feeGrowthInside0X128
        feeGrowthInside1LastX128 = feeGrowthInside1X128
    }

    /// growth · liquidity / 2^128, rounded down and cut to 128 bits as the contract casts it.
    @inline(__always)
    static func fees(growthX128: UInt256, liquidity: UInt128) -> UInt128 {
        let low = growthX128.multipliedFullWidth(by: UInt256(liquidity)).low
        return low.high128
    }
}
