import Ethereum

/// Amounts of both tokens.
public struct TokenAmounts: Equatable, Hashable, Sendable {
    /// The amount of token0, in its smallest unit.
    public var amount0: UInt256
    /// The amount of token1, in its smallest unit.
    public var amount1: UInt256

    public init(amount0: UInt256, amount1: UInt256) {
        self.amount0 = amount0
        self.amount1 = amount1
    }

    /// None of either.
    public static var zero: TokenAmounts { TokenAmounts(amount0: .zero, amount1: .zero) }
}

/// Between the amounts of a position and its liquidity (whitepaper section 6.3, formulas 6.29 and
/// 6.30), with the integers of the periphery's library of this name.
///
/// The two prices of a range may come in either order. nil where the contract reverts: for an empty
/// range, a price of 0, and liquidity above 128 bits.
public enum LiquidityAmounts {
    /// The most liquidity that `amount0` gives to a range wholly above the price:
    /// Δx·(√a·√b) / (√b − √a), both quotients rounded down.
    public static func liquidity(
        amount0: UInt256, _ a: SqrtPriceX96, _ b: SqrtPriceX96
    ) -> UInt128? {
        let (lower, upper) = a <= b ? (a, b) : (b, a)
        return FixedPoint.multiplied(lower, upper, over96Rounding: .down)
            .flatMap { UInt256.mulDiv(amount0, $0, upper &- lower) }?.asUInt128
    }

    /// The most liquidity that `amount1` gives to a range wholly below the price: Δy / (√b − √a),
    /// rounded down.
    public static func liquidity(
        amount1: UInt256, _ a: SqrtPriceX96, _ b: SqrtPriceX96
    ) -> UInt128? {
        let (lower, upper) = a <= b ? (a, b) : (b, a)
        return UInt256.mulDiv(amount1, FixedPoint.q96, upper &- lower)?.asUInt128
    }

    /// The most liquidity that the amounts give to a range at this price.
    public static func liquidity(
        at sqrtPriceX96: SqrtPriceX96, _ a: SqrtPriceX96, _ b: SqrtPriceX96, amounts: TokenAmounts
    ) -> UInt128? {
        let (lower, upper) = a <= b ? (a, b) : (b, a)
        if sqrtPriceX96 <= lower {
            return liquidity(amount0: amounts.amount0, lower, upper)
        }
        if sqrtPriceX96 >= upper {
            return liquidity(amount1: amounts.amount1, lower, upper)
        }
        guard let from0 = liquidity(amount0: amounts.amount0, sqrtPriceX96, upper),
            let from1 = liquidity(amount1: amounts.amount1, lower, sqrtPriceX96)
        else { return nil }
        return min(from0, from1)
    }

    /// The amounts that liquidity over a range stands for at this price. `.up` is what a mint takes
    /// and `.down` is what a burn gives (and what the periphery's library answers).
    public static func amounts(
        at sqrtPriceX96: SqrtPriceX96, _ a: SqrtPriceX96, _ b: SqrtPriceX96, liquidity: UInt128,
        rounding: Rounding
    ) -> TokenAmounts? {
        let (lower, upper) = a <= b ? (a, b) : (b, a)
        let price = min(max(sqrtPriceX96, lower), upper)
        guard
            let amount0 = SqrtPriceMath.amount0Delta(
                price, upper, liquidity: liquidity, rounding: rounding),
            let amount1 = SqrtPriceMath.amount1Delta(
                lower, price, liquidity: liquidity, rounding: rounding)
        else { return nil }
        return TokenAmounts(amount0: amount0, amount1: amount1)
    }
}
