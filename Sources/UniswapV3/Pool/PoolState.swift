import Ethereum

/// A pool at one moment, as far as its ticks have been read: a value to swap against.
///
/// Operations give, integer for integer, what the contract gives on the same storage, and an error
/// where the contract reverts. A swap or position that needs a tick outside `loadedTicks` is an
/// error too, never a guess. The oracle's observations are carried along unchanged.
public struct PoolState: Equatable, Sendable {
    /// The tokens and the fee.
    public var key: PoolKey
    /// The distance between usable ticks.
    public let tickSpacing: Tick
    /// The price and its companions.
    public var slot0: Slot0
    /// The liquidity in range.
    public var liquidity: UInt128
    /// Fees of token0 per unit of liquidity, modulo 2^256, with 128 fractional bits.
    public var feeGrowthGlobal0X128: UInt256
    /// Fees of token1 per unit of liquidity, modulo 2^256, with 128 fractional bits.
    public var feeGrowthGlobal1X128: UInt256
    /// The protocol's uncollected fees, each of the contract's 128 bits.
    public var protocolFees: TokenAmounts
    /// The initialised ticks within `loadedTicks`, ascending.
    public internal(set) var ticks: [InitializedTick]
    /// The square-root price at each of `ticks`: computed once, not at every swap that comes near.
    var tickPrices: [SqrtPriceX96]
    /// Where every initialised tick is in `ticks`.
    public internal(set) var loadedTicks: ClosedRange<Tick>
    /// The most liquidity that may refer to one tick.
    public let maxLiquidityPerTick: UInt128

    /// A state from its parts; `ticks` in any order. A spacing of nil is that of the fee on
    /// mainnet.
    public init(
        key: PoolKey, tickSpacing: Tick? = nil, slot0: Slot0, liquidity: UInt128,
        feeGrowthGlobal0X128: UInt256 = .zero, feeGrowthGlobal1X128: UInt256 = .zero,
        protocolFees: TokenAmounts = .zero, ticks: [InitializedTick],
        loadedTicks: ClosedRange<Tick> = PoolState.allTicks
    ) throws(PoolError) {
        guard let spacing = tickSpacing ?? TickSpacing.of(feePips: key.feePips),
            let limit = LiquidityMath.maxLiquidityPerTick(tickSpacing: spacing)
        else { throw .unknownFee(feePips: key.feePips) }
        self.init(
            key: key, tickSpacing: spacing, maxLiquidityPerTick: limit, slot0: slot0,
            liquidity: liquidity, feeGrowthGlobal0X128: feeGrowthGlobal0X128,
            feeGrowthGlobal1X128: feeGrowthGlobal1X128, protocolFees: protocolFees,
            ticks: ticks.sorted { $0.tick < $1.tick },
            loadedTicks: loadedTicks.clamped(to: PoolState.allTicks))
    }

    /// A state from parts that are known to fit together.
    init(
        key: PoolKey, tickSpacing: Tick, maxLiquidityPerTick: UInt128, slot0: Slot0,
        liquidity: UInt128, feeGrowthGlobal0X128: UInt256, feeGrowthGlobal1X128: UInt256,
        protocolFees: TokenAmounts, ticks: [InitializedTick], loadedTicks: ClosedRange<Tick>
    ) {
        self.key = key
        self.tickSpacing = tickSpacing
        self.slot0 = slot0
        self.liquidity = liquidity
        self.feeGrowthGlobal0X128 = feeGrowthGlobal0X128
        self.feeGrowthGlobal1X128 = feeGrowthGlobal1X128
        self.protocolFees = protocolFees
        self.ticks = ticks
        tickPrices = Self.prices(of: ticks)
        self.loadedTicks = loadedTicks
        self.maxLiquidityPerTick = maxLiquidityPerTick
    }

    /// The prices of ticks; 0, which no swap reaches, for one beyond the protocol's bounds.
    static func prices(of ticks: [InitializedTick]) -> [SqrtPriceX96] {
        ticks.map { TickMath.sqrtPriceX96(atTick: $0.tick) ?? .zero }
    }

    /// A pool just initialised at a price, without liquidity.
    public init(
        key: PoolKey, tickSpacing: Tick? = nil, initializedAt sqrtPriceX96: SqrtPriceX96
    ) throws(PoolError) {
        guard let tick = TickMath.tick(atSqrtPriceX96: sqrtPriceX96) else {
            throw .overflow
        }
        try self.init(
            key: key, tickSpacing: tickSpacing,
            slot0: Slot0(sqrtPriceX96: sqrtPriceX96, tick: tick), liquidity: 0, ticks: [])
    }

    /// Every tick of the protocol.
    public static var allTicks: ClosedRange<Tick> { TickMath.minTick...TickMath.maxTick }

    /// The fee in hundredths of a basis point.
    public var feePips: UInt32 { key.feePips }
    /// The square-root price.
    public var sqrtPriceX96: SqrtPriceX96 { slot0.sqrtPriceX96 }
    /// The tick that the price stands in.
    public var tick: Tick { slot0.tick }

    /// The same pool, of whose ticks no more is known than those in a range: what stays in it comes
    /// out the same, and copies are small. A range that does not hold the price is left alone.
    package func trimmed(to range: ClosedRange<Tick>) -> PoolState {
        guard range.contains(tick) else { return self }
        let known = loadedTicks.clamped(to: range)
        let kept = firstIndex(above: known.lowerBound - 1)..<firstIndex(above: known.upperBound)
        var trimmed = self
        trimmed.ticks = Array(ticks[kept])
        trimmed.tickPrices = Array(tickPrices[kept])
        trimmed.loadedTicks = known
        return trimmed
    }

    /// The position in `ticks` of the first one above `tick`; `ticks.count` where there is none.
    package func firstIndex(above tick: Tick) -> Int {
        var low = 0
        var high = ticks.count
        while low < high {
            let middle = (low + high) / 2
            if ticks[middle].tick <= tick { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The position in `ticks` of this one, or nil where it is not initialised.
    package func index(of tick: Tick) -> Int? {
        let index = firstIndex(above: tick) - 1
        return index >= 0 && ticks[index].tick == tick ? index : nil
    }
}
