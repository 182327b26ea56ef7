import Ethereum

/// The loop of a swap (whitepaper section 6.2.3 and figure 4), one step at a time.
///
/// It reads a pool's ticks through a cursor that only ever moves in the swap's direction, allocates
/// nothing, and may see one more position than the pool has: that is how the optimiser asks
/// thousands of times what a swap does to liquidity which is not there, without copying the ticks.
struct SwapEngine {
    let zeroForOne: Bool
    private let isExactInput: Bool
    private let limit: SqrtPriceX96
    private let feePips: UInt32
    private let tickSpacing: Tick
    private let protocolFeeDenominator: UInt8
    private let loadedTicks: ClosedRange<Tick>
    private let specified: Int256
    private let extra: RangeLiquidity?

    private(set) var remaining: Int256
    private var calculated: UInt256 = .zero
    private(set) var sqrtPriceX96: SqrtPriceX96
    private(set) var tick: Tick
    private(set) var liquidity: UInt128
    private(set) var feeGrowthGlobalX128: UInt256
    /// The fee growth while the extra position was in range.
    private(set) var extraFeeGrowthX128: UInt256 = .zero
    /// Ticks crossed that only the extra position initialises.
    private(set) var freshTicksCrossed = 0
    private var feeTotal: UInt256 = .zero
    private var protocolFee: UInt128 = 0
    private var steps = 0
    private var crossed = 0
    /// The next tick in the swap's direction: an index into the pool's ticks, or one past an end.
    private var cursor: Int

    /// Checks what the contract checks before a swap. `extra` must be a range that the pool
    /// accepts.
    init(
        _ pool: borrowing PoolState, zeroForOne: Bool, amountSpecified: Int256,
        sqrtPriceLimitX96: SqrtPriceX96?, extra: RangeLiquidity? = nil
    ) throws(PoolError) {
        guard amountSpecified != .zero else { throw .amountSpecifiedZero }
        guard pool.slot0.isUnlocked else { throw .locked }
        let current = pool.slot0.sqrtPriceX96
        let limit = sqrtPriceLimitX96 ?? PoolState.outermostPrice(zeroForOne: zeroForOne)
        let isWithinBounds =
            zeroForOne
            ? limit < current && limit > TickMath.minSqrtPriceX96
            : limit > current && limit < TickMath.maxSqrtPriceX96
        guard isWithinBounds else {
            throw .priceLimitOutOfBounds(limit: limit, current: current)
        }
        self.zeroForOne = zeroForOne
        self.limit = limit
        self.extra = extra
        isExactInput = !amountSpecified.isNegative
        feePips = pool.feePips
        tickSpacing = pool.tickSpacing
        protocolFeeDenominator = pool.slot0.protocolFeeDenominator(zeroForOne: zeroForOne)
        loadedTicks = pool.loadedTicks
        specified = amountSpecified
        remaining = amountSpecified
        sqrtPriceX96 = current
        tick = pool.slot0.tick
        feeGrowthGlobalX128 = zeroForOne ? pool.feeGrowthGlobal0X128 : pool.feeGrowthGlobal1X128
        liquidity = pool.liquidity
        cursor = pool.firstIndex(above: tick) - (zeroForOne ? 1 : 0)
        if let extra, extra.isActive(at: tick) {
            let (sum, overflow) = liquidity.addingReportingOverflow(extra.liquidity)
            guard !overflow else { throw .overflow }
            liquidity = sum
        }
    }

    /// Whether another step is due: some of the amount and some way to the limit are left.
    @inline(__always)
    var isUnfinished: Bool { remaining != .zero && sqrtPriceX96 != limit }

    /// Where a step ends at the latest.
    private struct Target {
        var tick: Tick
        var sqrtPriceX96: SqrtPriceX96
        var isInitialized: Bool
        /// The ticks beyond were not read, and the step must not arrive here.
        var isEdgeOfLoaded: Bool

        @inline(__always)
        init(_ tick: Tick, isInitialized: Bool, isEdgeOfLoaded: Bool = false) {
            self.tick = tick
            sqrtPriceX96 = .zero
            self.isInitialized = isInitialized
            self.isEdgeOfLoaded = isEdgeOfLoaded
        }
    }

    /// Performs one step. `crossing` is the index of the pool's tick that was crossed, if one was;
    /// nil for a tick that only the extra position initialises.
    @inline(__always)
    mutating func advance(
        _ pool: borrowing PoolState
    ) throws(PoolError) -> (step: SwapStep, crossing: Int?) {
        let target = try nextTarget(pool)
        let targetPrice = target.sqrtPriceX96
        let isLimitNearer = zeroForOne ? targetPrice < limit : targetPrice > limit
        guard
            let step = SwapMath.step(
                from: sqrtPriceX96, target: isLimitNearer ? limit : targetPrice,
                liquidity: liquidity, remaining: remaining, feePips: feePips)
        else { throw .overflow }

        let start = sqrtPriceX96
        sqrtPriceX96 = step.sqrtPriceX96
        try settle(step)
        steps += 1

        var crossing: Int?
        if sqrtPriceX96 == targetPrice {
            guard !target.isEdgeOfLoaded else { throw .tickNotLoaded(tick: target.tick) }
            if target.isInitialized { crossing = try cross(target.tick, pool.ticks) }
            // Below a tick that a falling price has arrived at, although the price is the tick's
            // own.
            tick = zeroForOne ? target.tick - 1 : target.tick
        } else if sqrtPriceX96 != start {
            guard let reached = TickMath.tick(atSqrtPriceX96: sqrtPriceX96) else {
                throw .overflow
            }
            tick = reached
        }
        return (step, crossing)
    }

    /// Books a step's amounts and fee.
    private mutating func settle(_ step: SwapStep) throws(PoolError) {
        let paid = step.amountIn &+ step.feeAmount
        guard paid.limb3 >> 63 == 0, step.amountOut.limb3 >> 63 == 0 else { throw .overflow }
        remaining =
            isExactInput
            ? remaining &- Int256(bitPattern: paid)
            : remaining &+ Int256(bitPattern: step.amountOut)
        calculated = calculated &+ (isExactInput ? step.amountOut : paid)
        guard calculated.limb3 >> 63 == 0 else { throw .overflow }
        feeTotal = feeTotal &+ step.feeAmount

        // The protocol takes one part in its denominator, rounded down; liquidity gets the rest.
        var toLiquidity = step.feeAmount
        if protocolFeeDenominator > 0 {
            let share =
                FixedPoint.divided(toLiquidity, by: UInt64(protocolFeeDenominator)).quotient
            toLiquidity = toLiquidity &- share
            protocolFee &+= share.low128
        }
        guard liquidity > 0 else { return }
        // fee · 2^128 / liquidity, rounded down: what is left over stays in the pool.
        let growth: UInt256?
        if toLiquidity.high128 == 0 {
            growth = (toLiquidity << 128).dividedOrZero(by: UInt256(liquidity))
        } else {
            growth = UInt256.mulDiv(toLiquidity, UInt256(0, 0, 1, 0), UInt256(liquidity))
        }
        guard let growth else { throw .overflow }
        feeGrowthGlobalX128 = feeGrowthGlobalX128 &+ growth
        // No step straddles a bound of the extra position, and `tick` is still that of its start.
        if let extra, extra.isActive(at: tick) {
            extraFeeGrowthX128 = extraFeeGrowthX128 &+ growth
        }
    }

    /// Moves the cursor past a tick and adds the liquidity that begins or ends there.
    private mutating func cross(
        _ boundary: Tick, _ ticks: [InitializedTick]
    ) throws(PoolError) -> Int? {
        crossed += 1
        var crossing: Int?
        var net: Int128 = 0
        if ticks.indices.contains(cursor), ticks[cursor].tick == boundary {
            crossing = cursor
            net = ticks[cursor].liquidityNet
            cursor += zeroForOne ? -1 : 1
        } else {
            freshTicksCrossed += 1
        }
        if let extra {
            // The pool has accepted the position, so that its liquidity is below 2^127.
            let added = Int128(truncatingIfNeeded: extra.liquidity)
            if boundary == extra.tickLower { net &+= added }
            if boundary == extra.tickUpper { net &-= added }
        }
        guard let sum = LiquidityMath.adding(liquidity, zeroForOne ? 0 &- net : net) else {
            throw .overflow
        }
        liquidity = sum
        return crossing
    }

    /// The next initialised tick in the swap's direction within one word of the bitmap, else the
    /// word's edge, cut to the protocol's bounds.
    @inline(__always)
    private func nextTarget(_ pool: borrowing PoolState) throws(PoolError) -> Target {
        guard loadedTicks.contains(tick), zeroForOne || tick < loadedTicks.upperBound else {
            throw .tickNotLoaded(tick: tick)
        }
        let known = cursor >= 0 && cursor < pool.ticks.count
        var target =
            zeroForOne
            ? nextBelow(known ? pool.ticks[cursor].tick : Tick.min)
            : nextAbove(known ? pool.ticks[cursor].tick : Tick.max)
        if known, target.tick == pool.ticks[cursor].tick {
            target.sqrtPriceX96 = pool.tickPrices[cursor]
        } else {
            guard let price = TickMath.sqrtPriceX96(atTick: target.tick) else { throw .overflow }
            target.sqrtPriceX96 = price
        }
        return target
    }

    @inline(__always)
    private func nextBelow(_ known: Tick) -> Target {
        var next = known
        if let extra {
            if extra.tickUpper <= tick { next = max(next, extra.tickUpper) }
            if extra.tickLower <= tick { next = max(next, extra.tickLower) }
        }
        let edge = max(
            TickBitmap.lowEdge(from: tick, tickSpacing: tickSpacing), TickMath.minTick)
        if next >= edge { return Target(next, isInitialized: true) }
        let isBeyond = edge < loadedTicks.lowerBound
        return Target(
            isBeyond ? loadedTicks.lowerBound : edge, isInitialized: false,
            isEdgeOfLoaded: isBeyond)
    }

    @inline(__always)
    private func nextAbove(_ known: Tick) -> Target {
        var next = known
        if let extra {
            if extra.tickUpper > tick { next = min(next, extra.tickUpper) }
            if extra.tickLower > tick { next = min(next, extra.tickLower) }
        }
        let edge = min(
            TickBitmap.highEdge(from: tick, tickSpacing: tickSpacing), TickMath.maxTick)
        if next <= edge { return Target(next, isInitialized: true) }
        let isBeyond = edge > loadedTicks.upperBound
        return Target(
            isBeyond ? loadedTicks.upperBound : edge, isInitialized: false,
            isEdgeOfLoaded: isBeyond)
    }

    /// What has been swapped so far.
    var result: SwapResult {
        // What was specified less what remains of it, and what follows from it with the other sign.
        let given = specified &- remaining
        let other = Int256(bitPattern: isExactInput ? .zero &- calculated : calculated)
        return SwapResult(
            zeroForOne: zeroForOne,
            amount0: zeroForOne == isExactInput ? given : other,
            amount1: zeroForOne == isExactInput ? other : given,
            sqrtPriceX96After: sqrtPriceX96, tickAfter: tick, liquidityAfter: liquidity,
            feeAmountTotal: feeTotal, protocolFee: protocolFee,
            feeGrowthGlobalX128After: feeGrowthGlobalX128, stepCount: steps,
            ticksCrossed: crossed)
    }
}
