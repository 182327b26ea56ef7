import Ethereum
import UniswapV3

/// What somebody earns who trades behind a target, against its direction, until the pool's price
/// net of the fee meets the fair one.
public struct BackrunValue: Equatable, Sendable {
    /// Raw units that he puts in and takes out.
    public var amountIn: UInt256
    public var amountOut: UInt256
    /// At the fair price; 0 where the target has not moved the price beyond the fee.
    public var profitWei: UInt256

    public static let none = BackrunValue(amountIn: .zero, amountOut: .zero, profitWei: .zero)

    private init(amountIn: UInt256, amountOut: UInt256, profitWei: UInt256) {
        self.amountIn = amountIn
        self.amountOut = amountOut
        self.profitWei = profitWei
    }

    /// The best back-run on a pool that stands behind a target of this direction.
    ///
    /// He buys while a unit in, fee included, brings more than its worth: up to p* (1 − φ) when the
    /// price rises, down to p* / (1 − φ) when it falls. The roots are taken to the second order of
    /// φ, short of the exact place by less than φ³.
    public init(
        behind state: PoolState, targetZeroForOne: Bool, valuation: WethValuation
    ) {
        self = .none
        let zeroForOne = !targetZeroForOne
        let million: UInt256 = 1_000_000
        let fee = UInt256(UInt64(state.feePips))
        // √(1 − φ) ≈ 1 − φ/2 − φ²/8, in millionths.
        let half = fee >> 1
        let second = UInt256.mulDiv(fee, fee, 8_000_000) ?? .zero
        let root = million &- half &- second
        let fair = valuation.sqrtPriceX96
        guard
            let limit = zeroForOne
                ? UInt256.mulDiv(fair, million, root) : UInt256.mulDiv(fair, root, million),
            zeroForOne ? limit < state.sqrtPriceX96 : limit > state.sqrtPriceX96,
            let swap = try? state.swap(
                zeroForOne: zeroForOne, amountSpecified: Int256(bitPattern: UInt256.one << 200),
                sqrtPriceLimitX96: limit),
            // What comes to the trader is what the pool has less of.
            let profit = valuation.wei(
                amount0: Int256.zero &- swap.amount0, amount1: Int256.zero &- swap.amount1),
            profit > .zero
        else { return }
        amountIn = swap.amountIn
        amountOut = swap.amountOut
        profitWei = profit.magnitude
    }
}
