import Ethereum

/// A fair price that is not the pool's own before the swap: r times it, in input tokens per output
/// token, so that r above 1 means that the market has moved the way the swap moves the pool.
public enum FairPriceScenario: Int, CaseIterable, Sendable {
    case minusFee, minusHalfFee, unmoved, plusHalfFee, plusFee, plusHalfImpact

    /// How reports name it.
    public var label: String {
        switch self {
        case .minusFee: "1 - fee"
        case .minusHalfFee: "1 - fee/2"
        case .unmoved: "1"
        case .plusHalfFee: "1 + fee/2"
        case .plusFee: "1 + fee"
        case .plusHalfImpact: "1 + impact/2"
        }
    }

    /// r − 1 for a pool's fee and the swap's own impact on the price, both as fractions.
    func shift(fee: Double, impact: Double) -> Double {
        switch self {
        case .minusFee: -fee
        case .minusHalfFee: -fee / 2
        case .unmoved: 0
        case .plusHalfFee: fee / 2
        case .plusFee: fee
        case .plusHalfImpact: impact / 2
        }
    }

    /// The root of the scenario's price, token1 per token0 in Q64.96. A scenario is a choice of a
    /// price, so that it may come from a double; what things are worth at it is exact.
    func sqrtPriceX96(_ question: SwapQuestion) -> UInt256 {
        let state = question.state
        let before = state.sqrtPriceX96.approximateDouble
        let after = question.swap.sqrtPriceX96After.approximateDouble
        guard before > 0, after > 0 else { return state.sqrtPriceX96 }
        let ratio = question.zeroForOne ? before / after : after / before
        // Beyond tenfold nothing is told apart any more.
        let impact = min(max(ratio * ratio - 1, 0), 10)
        let shift = shift(fee: Double(state.feePips) * 1e-6, impact: impact)
        if shift == 0 { return state.sqrtPriceX96 }
        let root = (1 + shift).squareRoot()
        let scale = UInt256(UInt64((question.zeroForOne ? 1 / root : root) * 0x1p40))
        return UInt256.mulDiv(state.sqrtPriceX96, scale, UInt256.one << 40) ?? state.sqrtPriceX96
    }
}
