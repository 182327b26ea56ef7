import Ethereum

/// How amounts move the square-root price, and the amounts between two prices
/// (whitepaper section 6.2.3: Δ√p = Δy / L and Δ(1/√p) = Δx / L).
///
/// nil stands for every place where the contract reverts.
public enum SqrtPriceMath {
    // MARK: Amounts between two prices

    /// The token0 between two square-root prices, in either order: L·(√b − √a) / (√a·√b).
    ///
    /// The contract divides twice, rounding both the same way; that equals one division by the
    /// product, rounded that way, which is taken where the product fits. nil for a price of 0.
    public static func amount0Delta(
        _ a: SqrtPriceX96, _ b: SqrtPriceX96, liquidity: UInt128, rounding: Rounding
    ) -> UInt256? {
        let (lower, upper) = a <= b ? (a, b) : (b, a)
        guard !lower.isZero else { return nil }
        if let product = lower.multipliedChecked(by: upper) {
            return FixedPoint.mulDiv(
                FixedPoint.x96(liquidity), upper &- lower, product, rounding: rounding)
        }
        guard
            let quotient = FixedPoint.mulDiv(
                FixedPoint.x96(liquidity), upper &- lower, upper, rounding: rounding)
        else { return nil }
        return FixedPoint.quotient(quotient, lower, rounding: rounding)
    }

    /// The token1 between two square-root prices, in either order: L·(√b − √a).
    public static func amount1Delta(
        _ a: SqrtPriceX96, _ b: SqrtPriceX96, liquidity: UInt128, rounding: Rounding
    ) -> UInt256? {
        let (lower, upper) = a <= b ? (a, b) : (b, a)
        return FixedPoint.multiplied(
            UInt256(liquidity), upper &- lower, over96Rounding: rounding)
    }

    /// Whether `amount0` is at least the token0 between two prices: an answer by products alone,
    /// amount·a·b ≥ L·2^96·(b − a), for a third of the division's time. Because the amount is an
    /// integer this is also whether it is at least that token0 rounded up. nil where a product does
    /// not fit and the division must decide.
    package static func covers(
        amount0: UInt256, _ a: SqrtPriceX96, _ b: SqrtPriceX96, liquidity: UInt128
    ) -> Bool? {
        guard let (paid, asked) = products(amount0: amount0, a, b, liquidity: liquidity) else {
            return nil
        }
        return paid.high == asked.high ? paid.low >= asked.low : paid.high > asked.high
    }

    /// Whether `amount0` is more than the token0 between two prices, by products alone; nil where
    /// one does not fit.
    package static func exceeds(
        amount0: UInt256, _ a: SqrtPriceX96, _ b: SqrtPriceX96, liquidity: UInt128
    ) -> Bool? {
        guard let (paid, asked) = products(amount0: amount0, a, b, liquidity: liquidity) else {
            return nil
        }
        return paid.high == asked.high ? paid.low > asked.low : paid.high > asked.high
    }

    /// amount·a·b and L·2^96·(b − a), or nil where amount·a does not fit 256 bits.
    @inline(__always)
    private static func products(
        amount0: UInt256, _ a: SqrtPriceX96, _ b: SqrtPriceX96, liquidity: UInt128
    ) -> (paid: (high: UInt256, low: UInt256), asked: (high: UInt256, low: UInt256))? {
        let (lower, upper) = a <= b ? (a, b) : (b, a)
        guard let product = amount0.multipliedChecked(by: lower) else { return nil }
        return (
            product.multipliedFullWidth(by: upper),
            FixedPoint.x96(liquidity).multipliedFullWidth(by: upper &- lower)
        )
    }

    // MARK: The price after an amount

    /// The price after `amountIn` (without the fee) has gone into the pool.
    ///
    /// Rounded so that the price does not move past what the amount pays for: up when token0 comes
    /// in and the price falls, down when token1 comes in and it rises. nil for no liquidity.
    public static func nextSqrtPriceX96(
        from sqrtPriceX96: SqrtPriceX96, liquidity: UInt128, amountIn: UInt256, zeroForOne: Bool
    ) -> SqrtPriceX96? {
        guard !sqrtPriceX96.isZero, liquidity > 0 else { return nil }
        return zeroForOne
            ? nextSqrtPriceX96(
                from: sqrtPriceX96, liquidity: liquidity, adding0: amountIn)
            : nextSqrtPriceX96(
                from: sqrtPriceX96, liquidity: liquidity, adding1: amountIn)
    }

    /// The price after `amountOut` has left the pool.
    ///
    /// Rounded so that the price moves at least as far as the amount asks for: down when token1
    /// leaves and the price falls, up when token0 leaves and it rises. nil for no liquidity and
    /// where the liquidity does not hold the amount.
    public static func nextSqrtPriceX96(
        from sqrtPriceX96: SqrtPriceX96, liquidity: UInt128, amountOut: UInt256, zeroForOne: Bool
    ) -> SqrtPriceX96? {
        guard !sqrtPriceX96.isZero, liquidity > 0 else { return nil }
        return zeroForOne
            ? nextSqrtPriceX96(
                from: sqrtPriceX96, liquidity: liquidity, removing1: amountOut)
            : nextSqrtPriceX96(
                from: sqrtPriceX96, liquidity: liquidity, removing0: amountOut)
    }

    /// L·√p / (L + Δx·√p), rounded up.
    ///
    /// Where Δx·√p or the sum goes over 256 bits, the contract takes the coarser L / (L/√p + Δx),
    /// whose inner quotient is rounded down; the integers can differ, so this does the same.
    private static func nextSqrtPriceX96(
        from price: SqrtPriceX96, liquidity: UInt128, adding0 amount: UInt256
    ) -> SqrtPriceX96? {
        if amount.isZero { return price }
        let liquidityX96 = FixedPoint.x96(liquidity)
        if let product = amount.multipliedChecked(by: price),
            let denominator = liquidityX96.addingChecked(product)
        {
            return UInt256.mulDivRoundingUp(liquidityX96, price, denominator)
        }
        guard let inverse = FixedPoint.quotient(liquidityX96, price, rounding: .down),
            let denominator = inverse.addingChecked(amount)
        else { return nil }
        return FixedPoint.quotient(liquidityX96, denominator, rounding: .up)
    }

    /// L·√p / (L − Δx·√p), rounded up; nil where the denominator would not be positive, its product
    /// does not fit, or the price would not fit 160 bits.
    private static func nextSqrtPriceX96(
        from price: SqrtPriceX96, liquidity: UInt128, removing0 amount: UInt256
    ) -> SqrtPriceX96? {
        if amount.isZero { return price }
        let liquidityX96 = FixedPoint.x96(liquidity)
        guard let product = amount.multipliedChecked(by: price), liquidityX96 > product,
            let next = UInt256.mulDivRoundingUp(liquidityX96, price, liquidityX96 &- product),
            next <= FixedPoint.maxUInt160
        else { return nil }
        return next
    }

    /// √p + Δy / L, rounded down; nil where the price would not fit 160 bits.
    private static func nextSqrtPriceX96(
        from price: SqrtPriceX96, liquidity: UInt128, adding1 amount: UInt256
    ) -> SqrtPriceX96? {
        guard let step = priceStep(amount1: amount, liquidity: liquidity, rounding: .down),
            let next = price.addingChecked(step), next <= FixedPoint.maxUInt160
        else { return nil }
        return next
    }

    /// √p − Δy / L, rounded down; nil where the price would not stay positive.
    private static func nextSqrtPriceX96(
        from price: SqrtPriceX96, liquidity: UInt128, removing1 amount: UInt256
    ) -> SqrtPriceX96? {
        guard let step = priceStep(amount1: amount, liquidity: liquidity, rounding: .up),
            price > step
        else { return nil }
        return price &- step
    }

    /// Δy·2^96 / L.
    private static func priceStep(
        amount1: UInt256, liquidity: UInt128, rounding: Rounding
    ) -> UInt256? {
        if amount1 <= FixedPoint.maxUInt160 {
            return FixedPoint.quotient(amount1 << 96, UInt256(liquidity), rounding: rounding)
        }
        return FixedPoint.mulDiv(
            amount1, FixedPoint.q96, UInt256(liquidity), rounding: rounding)
    }
}
