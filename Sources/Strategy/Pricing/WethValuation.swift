import Ethereum

/// The worth of a pool's tokens in wei of WETH, the numeraire, at a price of the pool's kind.
public struct WethValuation: Equatable, Sendable {
    /// Whether WETH is token0.
    public var wethIsToken0: Bool
    /// The root of token1 per token0 in Q64.96.
    public var sqrtPriceX96: UInt256

    public init(wethIsToken0: Bool, sqrtPriceX96: UInt256) {
        self.wethIsToken0 = wethIsToken0
        self.sqrtPriceX96 = sqrtPriceX96
    }

    /// Wei of a change of both tokens, rounded against its owner: what came in down, what went out
    /// up. Nil where it does not fit 255 bits.
    public func wei(amount0: Int256, amount1: Int256) -> Int256? {
        let (weth, other) = wethIsToken0 ? (amount0, amount1) : (amount1, amount0)
        guard let magnitude = weiOfOther(other.magnitude, roundingUp: other.isNegative),
            let value = Int256(negative: other.isNegative, magnitude: magnitude)
        else { return nil }
        return weth &+ value
    }

    /// Wei of raw units of the token that is not WETH.
    public func weiOfOther(_ amount: UInt256, roundingUp: Bool) -> UInt256? {
        let q96 = UInt256.one << 96
        let (factor, divisor) = wethIsToken0 ? (q96, sqrtPriceX96) : (sqrtPriceX96, q96)
        let divide = roundingUp ? UInt256.mulDivRoundingUp : UInt256.mulDiv
        guard let once = divide(amount, factor, divisor) else { return nil }
        return divide(once, factor, divisor)
    }
}
