import Ethereum

extension PoolState {
    /// Adds liquidity over a range, as `mint` does; gives what the pool takes for it, rounded up.
    /// On an error the state is as before.
    @discardableResult
    public mutating func addLiquidity(
        tickLower: Tick, tickUpper: Tick, liquidity: UInt128
    ) throws(PoolError) -> TokenAmounts {
        let range = RangeLiquidity(tickLower: tickLower, tickUpper: tickUpper, liquidity: liquidity)
        try checkMint(range)
        let amounts = try self.amounts(of: range, rounding: .up)
        try modify(range, sign: 1)
        return amounts
    }

    /// Removes liquidity over a range, as `burn` does; gives what the pool pays for it, rounded
    /// down. A burn of 0 is allowed and only reads. On an error the state is as before.
    @discardableResult
    public mutating func removeLiquidity(
        tickLower: Tick, tickUpper: Tick, liquidity: UInt128
    ) throws(PoolError) -> TokenAmounts {
        let range = RangeLiquidity(tickLower: tickLower, tickUpper: tickUpper, liquidity: liquidity)
        try checkRange(range)
        guard liquidity > 0 else { return .zero }
        try checkHolds(liquidity, at: tickLower)
        try checkHolds(liquidity, at: tickUpper)
        let amounts = try self.amounts(of: range, rounding: .down)
        try modify(range, sign: -1)
        return amounts
    }

    /// Mints into a position, booking the fees that it has earned so far.
    @discardableResult
    public mutating func mint(
        _ liquidity: UInt128, into position: inout Position
    ) throws(PoolError) -> TokenAmounts {
        let (sum, overflow) = position.liquidity.addingReportingOverflow(liquidity)
        guard !overflow else { throw .overflow }
        let amounts = try addLiquidity(
            tickLower: position.tickLower, tickUpper: position.tickUpper, liquidity: liquidity)
        accrueFees(of: &position)
        position.liquidity = sum
        return amounts
    }

    /// Burns from a position: what it stood for, rounded down, and its fees become owed to it. A
    /// burn of 0 books the fees alone.
    @discardableResult
    public mutating func burn(
        _ liquidity: UInt128, from position: inout Position
    ) throws(PoolError) -> TokenAmounts {
        guard position.liquidity > 0, position.liquidity >= liquidity else {
            throw .liquidityInsufficient
        }
        var touched = position
        // Before the ticks are changed: a tick that loses its last position forgets its growth.
        accrueFees(of: &touched)
        let amounts = try removeLiquidity(
            tickLower: position.tickLower, tickUpper: position.tickUpper, liquidity: liquidity)
        touched.liquidity -= liquidity
        touched.tokensOwed0 &+= amounts.amount0.low128
        touched.tokensOwed1 &+= amounts.amount1.low128
        position = touched
        return amounts
    }

    /// The fee growth inside a range since some beginning, modulo 2^256 (whitepaper formulas 6.17
    /// to 6.19); the growth outside a tick that is not initialised counts as 0.
    public func feeGrowthInside(
        tickLower: Tick, tickUpper: Tick
    ) -> (feeGrowthInside0X128: UInt256, feeGrowthInside1X128: UInt256) {
        let lower = index(of: tickLower).map { ticks[$0] }
        let upper = index(of: tickUpper).map { ticks[$0] }
        func inside(_ global: UInt256, _ lower: UInt256, _ upper: UInt256) -> UInt256 {
            let below = slot0.tick >= tickLower ? lower : global &- lower
            let above = slot0.tick < tickUpper ? upper : global &- upper
            return global &- below &- above
        }
        return (
            inside(
                feeGrowthGlobal0X128, lower?.feeGrowthOutside0X128 ?? .zero,
                upper?.feeGrowthOutside0X128 ?? .zero),
            inside(
                feeGrowthGlobal1X128, lower?.feeGrowthOutside1X128 ?? .zero,
                upper?.feeGrowthOutside1X128 ?? .zero)
        )
    }

    /// What liquidity over a range stands for at the pool's price.
    ///
    /// The tick decides whether the range is above, around or below the price, as in the contract.
    public func amounts(
        of range: RangeLiquidity, rounding: Rounding
    ) throws(PoolError) -> TokenAmounts {
        try Self.amounts(
            of: range, sqrtPriceX96: slot0.sqrtPriceX96, tick: slot0.tick, rounding: rounding)
    }

    static func amounts(
        of range: RangeLiquidity, sqrtPriceX96: SqrtPriceX96, tick: Tick, rounding: Rounding
    ) throws(PoolError) -> TokenAmounts {
        guard let lower = TickMath.sqrtPriceX96(atTick: range.tickLower),
            let upper = TickMath.sqrtPriceX96(atTick: range.tickUpper)
        else { throw .invalidRange(tickLower: range.tickLower, tickUpper: range.tickUpper) }
        return try amounts(
            of: range, lower, upper, sqrtPriceX96: sqrtPriceX96, tick: tick, rounding: rounding)
    }

    @inline(__always)
    static func amounts(
        of range: RangeLiquidity, _ lower: SqrtPriceX96, _ upper: SqrtPriceX96,
        sqrtPriceX96: SqrtPriceX96, tick: Tick, rounding: Rounding
    ) throws(PoolError) -> TokenAmounts {
        var amounts = TokenAmounts.zero
        let low = tick < range.tickLower ? lower : sqrtPriceX96
        if tick < range.tickUpper {
            guard
                let amount0 = SqrtPriceMath.amount0Delta(
                    low, upper, liquidity: range.liquidity, rounding: rounding)
            else { throw .overflow }
            amounts.amount0 = amount0
        }
        let high = tick < range.tickUpper ? sqrtPriceX96 : upper
        if tick >= range.tickLower {
            guard
                let amount1 = SqrtPriceMath.amount1Delta(
                    lower, high, liquidity: range.liquidity, rounding: rounding)
            else { throw .overflow }
            amounts.amount1 = amount1
        }
        return amounts
    }

    // MARK: Checks

    /// What the contract asks of a range, and that its bounds were read.
    func checkRange(_ range: RangeLiquidity) throws(PoolError) {
        guard slot0.isUnlocked else { throw .locked }
        let (lower, upper) = (range.tickLower, range.tickUpper)
        guard lower < upper, lower >= TickMath.minTick, upper <= TickMath.maxTick else {
            throw .invalidRange(tickLower: lower, tickUpper: upper)
        }
        try checkBound(lower)
        try checkBound(upper)
    }

    private func checkBound(_ tick: Tick) throws(PoolError) {
        guard tick % tickSpacing == 0 else {
            throw .tickOffGrid(tick: tick, tickSpacing: tickSpacing)
        }
        guard loadedTicks.contains(tick) else { throw .tickNotLoaded(tick: tick) }
    }

    /// What the contract asks of a mint.
    func checkMint(_ range: RangeLiquidity) throws(PoolError) {
        try checkRange(range)
        guard range.liquidity > 0 else { throw .liquidityZero }
        guard range.liquidity <= UInt128(Int128.max) else { throw .overflow }
        try checkRoom(for: range.liquidity, at: range.tickLower)
        try checkRoom(for: range.liquidity, at: range.tickUpper)
        if range.isActive(at: slot0.tick) {
            guard !liquidity.addingReportingOverflow(range.liquidity).overflow else {
                throw .overflow
            }
        }
    }

    private func checkRoom(for liquidity: UInt128, at tick: Tick) throws(PoolError) {
        let gross = index(of: tick).map { ticks[$0].liquidityGross } ?? 0
        let (sum, overflow) = gross.addingReportingOverflow(liquidity)
        guard !overflow, sum <= maxLiquidityPerTick else {
            throw .liquidityPerTickExceeded(tick: tick, limit: maxLiquidityPerTick)
        }
    }

    private func checkHolds(_ liquidity: UInt128, at tick: Tick) throws(PoolError) {
        guard let index = index(of: tick), ticks[index].liquidityGross >= liquidity else {
            throw .liquidityInsufficient
        }
    }

    // MARK: Changes

    private func accrueFees(of position: inout Position) {
        let (inside0, inside1) = feeGrowthInside(
            tickLower: position.tickLower, tickUpper: position.tickUpper)
        position.accrue(feeGrowthInside0X128: inside0, feeGrowthInside1X128: inside1)
    }

    /// Books checked liquidity at both ends of its range, and in range where the price is inside.
    private mutating func modify(
        _ range: RangeLiquidity, sign: Int128
    ) throws(PoolError) {
        let delta = sign &* Int128(truncatingIfNeeded: range.liquidity)
        var sum = liquidity
        if range.isActive(at: slot0.tick) {
            guard let inRange = LiquidityMath.adding(liquidity, delta) else {
                throw sign > 0 ? .overflow : .liquidityInsufficient
            }
            sum = inRange
        }
        book(delta, at: range.tickLower, net: delta)
        book(delta, at: range.tickUpper, net: 0 &- delta)
        liquidity = sum
    }

    /// Changes a tick's liquidity; the first position initialises the tick and the last one clears
    /// it. All growth before a tick's initialisation is deemed to have happened below it
    /// (whitepaper formula 6.21).
    private mutating func book(_ delta: Int128, at tick: Tick, net: Int128) {
        let end = firstIndex(above: tick)
        if end == 0 || ticks[end - 1].tick != tick {
            let isBelow = tick <= slot0.tick
            ticks.insert(
                InitializedTick(
                    tick: tick, liquidityGross: delta.magnitude, liquidityNet: net,
                    feeGrowthOutside0X128: isBelow ? feeGrowthGlobal0X128 : .zero,
                    feeGrowthOutside1X128: isBelow ? feeGrowthGlobal1X128 : .zero),
                at: end)
            tickPrices.insert(TickMath.sqrtPriceX96(atTick: tick) ?? .zero, at: end)
            return
        }
        let index = end - 1
        guard let gross = LiquidityMath.adding(ticks[index].liquidityGross, delta), gross > 0
        else {
            ticks.remove(at: index)
            tickPrices.remove(at: index)
            return
        }
        ticks[index].liquidityGross = gross
        ticks[index].liquidityNet &+= net
    }
}
