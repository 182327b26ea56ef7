/// The liquidity that earns most from one swap, in closed form.
///
/// Derived for a swap of gross input y that pays token1 and moves the price up; the mirror image
/// swaps the tokens' roles and takes reciprocals of prices, so that callers pass roots of "input
/// token per output token". Passive liquidity L0 and ours, L, are both active on the whole path:
///
///     s1 = s0 (1 + m / u)     u = L0 + L     m = y (1 − φ) / s0
///     PnL(L) = (L / u) y [ (1 − φ)(1 − p* / (s0 s1)) + φ (1 − π) ]
///
/// with fee φ, the protocol's share π of it, and the fair price p*. With r = p* / s0²,
/// A = (1 − φ)(1 − r) + φ(1 − π), B = (1 − φ) r and D = B m − A L0, PnL rises without end where
/// D ≤ 0, and else has its maximum at u* = m [L0 (A + B) + √(B (A + B) L0 (L0 + m))] / D.
public struct ClosedForm: Equatable, Sendable {
    /// The pool's fee φ as a fraction.
    public var fee: Double
    /// The protocol's share π of the fee as a fraction.
    public var protocolShare: Double

    public init(fee: Double, protocolShare: Double) {
        self.fee = fee
        self.protocolShare = protocolShare
    }

    /// What the formula says of one swap over one stretch of constant passive liquidity.
    public enum Optimum: Equatable, Sendable {
        /// No liquidity earns anything: the fair price is already beyond the swap.
        case none
        /// The profit has its maximum at this liquidity.
        case at(Double)
        /// The profit rises with liquidity: take as much as the limits allow.
        case unbounded
    }

    /// The best liquidity for a gross input of `amountIn` from the root price `sqrtPrice` (input
    /// per output token) against passive liquidity, at the fair price `fairPrice` (input per
    /// output).
    public func optimum(
        amountIn: Double, sqrtPrice: Double, passiveLiquidity: Double, fairPrice: Double
    ) -> Optimum {
        let r = fairPrice / (sqrtPrice * sqrtPrice)
        let a = (1 - fee) * (1 - r) + fee * (1 - protocolShare)
        let b = (1 - fee) * r
        let m = amountIn * (1 - fee) / sqrtPrice
        // The first unit of liquidity earns A + B m / (L0 + m), over the passive path.
        guard m > 0, a + b * m / (passiveLiquidity + m) > 0 else { return .none }
        // Alone in the range, the least liquidity that holds the swap sells dearest.
        guard passiveLiquidity > 0 else { return .at(0) }
        let d = b * m - a * passiveLiquidity
        guard d > 0 else { return .unbounded }
        let root = (b * (a + b) * passiveLiquidity * (passiveLiquidity + m)).squareRoot()
        let total = m * (passiveLiquidity * (a + b) + root) / d
        return total > passiveLiquidity ? .at(total - passiveLiquidity) : .none
    }
}
