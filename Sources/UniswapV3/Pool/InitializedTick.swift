import Ethereum

/// A tick at which positions begin or end.
public struct InitializedTick: Equatable, Hashable, Sendable {
    /// The tick.
    public var tick: Tick
    /// The liquidity of every position that begins or ends here; never 0.
    public var liquidityGross: UInt128
    /// What the liquidity in range gains when the price rises across the tick, and loses when it
    /// falls.
    public var liquidityNet: Int128
    /// The fee growth of token0 on the tick's other side from the price (whitepaper section 6.3);
    /// only differences of it mean anything, modulo 2^256.
    public var feeGrowthOutside0X128: UInt256
    /// The same for token1.
    public var feeGrowthOutside1X128: UInt256

    public init(
        tick: Tick, liquidityGross: UInt128, liquidityNet: Int128,
        feeGrowthOutside0X128: UInt256 = .zero, feeGrowthOutside1X128: UInt256 = .zero
    ) {
        self.tick = tick
        self.liquidityGross = liquidityGross
        self.liquidityNet = liquidityNet
        self.feeGrowthOutside0X128 = feeGrowthOutside0X128
        self.feeGrowthOutside1X128 = feeGrowthOutside1X128
    }

    /// The tick with the first of its words, its fee growth still 0.
    public init(tick: Tick, liquidityWord: UInt256) {
        self.init(
            tick: tick, liquidityGross: liquidityWord.low128,
            liquidityNet: Int128(truncatingIfNeeded: liquidityWord.high128))
    }

    /// The first of the tick's words: gross liquidity in the low half, net in the high half.
    public var liquidityWord: UInt256 {
        let net = UInt128(truncatingIfNeeded: liquidityNet)
        return UInt256(
            UInt64(truncatingIfNeeded: liquidityGross),
            UInt64(truncatingIfNeeded: liquidityGross >> 64),
            UInt64(truncatingIfNeeded: net), UInt64(truncatingIfNeeded: net >> 64))
    }
}

/// The fourth of a tick's words: what the oracle keeps there.
public struct TickOracleWord: Equatable, Hashable, Sendable {
    /// The sum of ticks over seconds on the other side; 56 bits.
    public var tickCumulativeOutside: Int64
    /// Seconds per unit of liquidity on the other side, with 128 fractional bits; 160 bits.
    public var secondsPerLiquidityOutsideX128: UInt256
    /// Seconds spent on the other side.
    public var secondsOutside: UInt32
    /// Whether the tick is initialised.
    public var isInitialized: Bool

    public init(
        tickCumulativeOutside: Int64 = 0, secondsPerLiquidityOutsideX128: UInt256 = .zero,
        secondsOutside: UInt32 = 0, isInitialized: Bool
    ) {
        self.tickCumulativeOutside = tickCumulativeOutside
        self.secondsPerLiquidityOutsideX128 = secondsPerLiquidityOutsideX128
        self.secondsOutside = secondsOutside
        self.isInitialized = isInitialized
    }

    /// Unpacks the word.
    public init(word: UInt256) {
        tickCumulativeOutside = (Int64(truncatingIfNeeded: word.limb0) << 8) >> 8
        secondsPerLiquidityOutsideX128 = (word >> 56) & FixedPoint.maxUInt160
        secondsOutside = UInt32(truncatingIfNeeded: word.limb3 >> 24)
        isInitialized = word.limb3 >> 56 != 0
    }

    /// The word.
    public var word: UInt256 {
        let cumulative = UInt64(truncatingIfNeeded: tickCumulativeOutside) & 0xFF_FFFF_FFFF_FFFF
        let seconds = UInt64(secondsOutside) << 24 | (isInitialized ? 1 << 56 : 0)
        let perLiquidity = (secondsPerLiquidityOutsideX128 & FixedPoint.maxUInt160) << 56
        return UInt256(cumulative) | perLiquidity | UInt256(0, 0, 0, seconds)
    }
}
