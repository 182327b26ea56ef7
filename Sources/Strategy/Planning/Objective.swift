/// What a plan is chosen for.
public enum Objective: Equatable, Sendable {
    /// Our profit at the worst of the fair-price band, after hedge, gas and tip.
    case maxProfit
    /// The same among the plans by which the swapper gains at least so many hundredths of a basis
    /// point of what he gives.
    case maxProfitWithSwapperGain(atLeastPips: UInt64)

    /// Hundredths of a basis point that the swapper must gain; 0 where nothing is asked.
    public var swapperGainPips: UInt64 {
        switch self {
        case .maxProfit: 0
        case .maxProfitWithSwapperGain(let pips): pips
        }
    }
}
