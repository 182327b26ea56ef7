import Ethereum
import UniswapV3

/// How far from the head's price and liquidity a bundle may be mined: half-widths, in hundredths of
/// a basis point. A builder may put other transactions in front of ours.
///
/// A window is only asked for. A bundle gets it if the two ends of the interval (the corners, where
/// both may move) and eight states inside pass profit and proof like the head does; otherwise its
/// guard stays exact.
public struct GuardWindow: Equatable, Sendable {
    public var pricePips: UInt64
    public var liquidityPips: UInt64

    public init(pricePips: UInt64, liquidityPips: UInt64 = 0) {
        self.pricePips = pricePips
        self.liquidityPips = liquidityPips
    }

    /// The head's price and liquidity alone.
    public static let exact = GuardWindow(pricePips: 0)

    /// States inside that must pass besides the ends.
    static let innerStates: UInt64 = 8

    /// The bounds around a pool's state. The price stays between the initialised ticks next to it,
    /// so that the liquidity in range is one number at every price.
    func bounds(around state: PoolState) -> GuardBounds {
        let price = state.sqrtPriceX96
        // Half of the price's pips for its root.
        let change =
            UInt256.mulDiv(price, UInt256(min(pricePips, 1_000_000)), 2_000_000) ?? .zero
        let above = state.firstIndex(above: state.tick)
        let floorTick = above > 0 ? state.ticks[above - 1].tick : state.loadedTicks.lowerBound
        let ceilingTick =
            above < state.ticks.count ? state.ticks[above].tick : state.loadedTicks.upperBound
        var (low, high) = (price &- change, price &+ change)
        if let floor = TickMath.sqrtPriceX96(atTick: floorTick) { low = max(low, floor) }
        if let ceiling = TickMath.sqrtPriceX96(atTick: ceilingTick) {
            high = min(high, ceiling &- 1)
        }
        // A price that stands on its upper tick's own root, after a fall, has no room above.
        (low, high) = (min(low, price), max(high, price))
        let liquidity = UInt256(state.liquidity)
        let share =
            UInt256.mulDiv(liquidity, UInt256(min(liquidityPips, 1_000_000)), 1_000_000) ?? .zero
        return GuardBounds(
            minSqrtPriceX96: low, maxSqrtPriceX96: high,
            minLiquidity: (liquidity &- share).low128,
            maxLiquidity: (liquidity &+ share).asUInt128 ?? .max)
    }

    /// The states that must pass: ends or corners, then the inner ones.
    func states(within bounds: GuardBounds, of state: PoolState) -> [PoolVariant] {
        let steps = Self.innerStates + 1
        func price(_ step: UInt64) -> UInt256 {
            let width = bounds.maxSqrtPriceX96 &- bounds.minSqrtPriceX96
            return bounds.minSqrtPriceX96
                &+ (UInt256.mulDiv(width, UInt256(step), UInt256(steps)) ?? .zero)
        }
        func liquidity(_ step: UInt64) -> UInt128 {
            bounds.minLiquidity
                + (bounds.maxLiquidity - bounds.minLiquidity) / UInt128(steps) * UInt128(step)
        }
        var corners: [(UInt64, UInt64)] = [(0, 0), (steps, steps)]
        if pricePips > 0, liquidityPips > 0 { corners += [(0, steps), (steps, 0)] }
        let inner = (1...Self.innerStates).map { ($0, $0 * 4 % steps) }
        return (corners + inner).compactMap { priceStep, liquidityStep in
            let root = price(priceStep)
            // On the head's own price the tick is the head's: it cannot be told from the price.
            let tick =
                root == state.sqrtPriceX96
                ? state.tick : TickMath.tick(atSqrtPriceX96: root) ?? state.tick
            let last = liquidityStep == steps
            return PoolVariant(
                sqrtPriceX96: root, tick: tick,
                liquidity: last ? bounds.maxLiquidity : liquidity(liquidityStep))
        }
    }
}

/// The states of the pool in which a bundle's `open` goes through; all bounds are inclusive.
public struct GuardBounds: Equatable, Sendable {
    public var minSqrtPriceX96: UInt256
    public var maxSqrtPriceX96: UInt256
    public var minLiquidity: UInt128
    public var maxLiquidity: UInt128

    init(
        minSqrtPriceX96: UInt256, maxSqrtPriceX96: UInt256, minLiquidity: UInt128,
        maxLiquidity: UInt128
    ) {
        self.minSqrtPriceX96 = minSqrtPriceX96
        self.maxSqrtPriceX96 = maxSqrtPriceX96
        self.minLiquidity = minLiquidity
        self.maxLiquidity = maxLiquidity
    }

    /// The state that a plan rests on, and no other.
    init(_ plan: JitPlan) {
        self.init(
            minSqrtPriceX96: plan.sqrtPriceX96, maxSqrtPriceX96: plan.sqrtPriceX96,
            minLiquidity: plan.poolLiquidity, maxLiquidity: plan.poolLiquidity)
    }
}
