/// Sums of liquidity and its bound per tick.
public enum LiquidityMath {
    /// `liquidity` + `delta`, or nil where the result does not fit the contract's `uint128`.
    @inline(__always)
    public static func adding(_ liquidity: UInt128, _ delta: Int128) -> UInt128? {
        let (sum, overflow) =
            delta < 0
            ? liquidity.subtractingReportingOverflow(delta.magnitude)
            : liquidity.addingReportingOverflow(delta.magnitude)
        return overflow ? nil : sum
    }

    /// The most liquidity that may refer to one tick: ⌊(2^128 − 1) / usable ticks⌋, so that the sum
    /// over every tick still fits 128 bits. nil for a spacing that is not positive.
    public static func maxLiquidityPerTick(tickSpacing: Tick) -> UInt128? {
        guard let range = TickSpacing.usableTicks(tickSpacing) else { return nil }
        let count = (range.upperBound - range.lowerBound) / tickSpacing + 1
        return UInt128.max / UInt128(UInt32(count))
    }
}

/// The grid of ticks at which positions may begin and end.
public enum TickSpacing {
    /// The spacing that Uniswap's factory gives to a fee in hundredths of a basis point, or nil for
    /// a fee that is not enabled on mainnet. A pool's own spacing is its immutable `tickSpacing`.
    public static func of(feePips: UInt32) -> Tick? {
        switch feePips {
        case 100: 1
        case 500: 10
        case 3000: 60
        case 10_000: 200
        default: nil
        }
    }

    /// The lowest and the highest tick on the grid; nil for a spacing that is not positive.
    public static func usableTicks(_ tickSpacing: Tick) -> ClosedRange<Tick>? {
        guard tickSpacing > 0 else { return nil }
        let highest = TickMath.maxTick / tickSpacing * tickSpacing
        return -highest...highest
    }

    /// ⌊tick / tickSpacing⌋, towards minus infinity; the spacing must be positive.
    @inline(__always)
    public static func compressed(_ tick: Tick, _ tickSpacing: Tick) -> Tick {
        let (quotient, remainder) = tick.quotientAndRemainder(dividingBy: tickSpacing)
        return remainder < 0 ? quotient - 1 : quotient
    }

    /// The highest tick on the grid at or below `tick`; the spacing must be positive.
    @inline(__always)
    public static func floor(_ tick: Tick, _ tickSpacing: Tick) -> Tick {
        compressed(tick, tickSpacing) * tickSpacing
    }
}
