import Contracts
import Ethereum
import UniswapV3

/// A range in which a position of the executor's may keep dust.
public struct KeptRange: Equatable, Hashable, Sendable {
    public var tickLower: Int32
    public var tickUpper: Int32

    public init(tickLower: Int32, tickUpper: Int32) {
        self.tickLower = tickLower
        self.tickUpper = tickUpper
    }
}

/// Neighbouring ranges around a price in which the executor keeps dust, so that a bundle there
/// finds its ticks initialised and its position's words written.
///
/// A bundle opens its liquidity on top of the dust and closes the same liquidity: the dust stays,
/// since a position is keyed by owner and ticks alone. The contract keeps no record of what is
/// meant to stay. Ranges are seeded in groups of four that begin at multiples of four spacings,
/// wherever the price stands, so that a range is always in the same group.
public struct DustGrid: Equatable, Sendable {
    /// Liquidity of the dust: worth a few raw units of either token.
    public static let liquidity: UInt128 = 1000
    /// Positions that one call may name, and so ranges of a group.
    private static let rangesOfGroup: Int32 = 4

    /// From the lowest; a group that the owner's band cuts has fewer ranges.
    public let groups: [[KeptRange]]

    /// Ranges of one spacing in the groups that hold the tick's own range and so many to either
    /// side, as far as they lie within the owner's band.
    public init(
        around tick: Int32, tickSpacing: Int32, rangesPerSide: Int, band: ClosedRange<Int32>
    ) {
        let home = TickSpacing.compressed(tick, tickSpacing)
        let most = Int32(max(0, min(rangesPerSide, 1000)))
        let size = Self.rangesOfGroup
        let first = TickSpacing.floor(home - most, size)
        let last = TickSpacing.floor(home + most, size)
        let lowest = max(band.lowerBound, TickMath.minTick)
        let highest = min(band.upperBound, TickMath.maxTick)
        groups = stride(from: first, through: last, by: Int(size)).map { start in
            (start..<start + size).map {
                KeptRange(tickLower: $0 * tickSpacing, tickUpper: ($0 + 1) * tickSpacing)
            }.filter { $0.tickLower >= lowest && $0.tickUpper <= highest }
        }.filter { !$0.isEmpty }
    }

    public var ranges: [KeptRange] { groups.flatMap(\.self) }

    /// The positions of a group's dust: what one call opens.
    public static func positions(of group: [KeptRange]) -> [JitPosition] {
        group.map {
            JitPosition(
                tickLower: $0.tickLower, tickUpper: $0.tickUpper, liquidity: liquidity)
        }
    }

    /// The most that opening a group's dust takes, at whatever price, in raw units: every range
    /// wholly in one token and in the other.
    public static func mostDeposit(of group: [KeptRange]) -> TokenAmounts? {
        var most = TokenAmounts.zero
        for range in group {
            guard let lower = TickMath.sqrtPriceX96(atTick: range.tickLower),
                let upper = TickMath.sqrtPriceX96(atTick: range.tickUpper),
                let below = LiquidityAmounts.amounts(
                    at: lower, lower, upper, liquidity: liquidity, rounding: .up),
                let above = LiquidityAmounts.amounts(
                    at: upper, lower, upper, liquidity: liquidity, rounding: .up)
            else { return nil }
            most.amount0 = most.amount0 &+ below.amount0
            most.amount1 = most.amount1 &+ above.amount1
        }
        return most
    }

    /// Whether an opening is of dust alone, and so meant to stay.
    public static func isDust(_ positions: [JitPosition]) -> Bool {
        positions.allSatisfy { $0.liquidity <= liquidity }
    }
}
