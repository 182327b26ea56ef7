import Ethereum
import Strategy

/// What a plan costs and what is left of its profit, in wei of WETH; every rounding is against us.
struct Costs {
    let settings: BacktestSettings
    let baseFeeWei: UInt256

    /// What becomes of a profit before costs.
    struct Net: Equatable {
        var gasWei: UInt256
        var hedgeWei: UInt256
        var tipWei: UInt256
        var netWei: Int256
    }

    /// Gas by the planner's model of the fork, which was fitted to the real bytecode.
    var gasModel: GasModel { settings[.amsterdam] == 1 ? .amsterdam : .osaka }

    /// Gas of opening and closing so many new positions; one on ticks in use is the least.
    func gas(positions: Int = 1, freshTicksBelow: Int = 0, freshTicksAbove: Int = 0) -> UInt64 {
        gasModel.gas(
            newPositions: positions, keptPositions: 0, freshTicksBelow: freshTicksBelow,
            freshTicksAbove: freshTicksAbove)
    }

    /// Gas that a swap pays more for fresh ticks that it crosses.
    func crossingGas(_ ticks: Int, zeroForOne: Bool) -> UInt64 {
        UInt64(ticks) * (zeroForOne ? gasModel.crossedDownwards : gasModel.crossedUpwards)
    }

    /// A profit less gas, hedge and tip. The tip is a share of what is left after gas and hedge;
    /// of a loss nothing is bid.
    func net(grossWei: Int256, gas: UInt64, hedgedWei: UInt256) -> Net {
        let gasWei = UInt256(gas) &* baseFeeWei
        let hedgeWei =
            UInt256.mulDivRoundingUp(hedgedWei, settings[.hedgeCostPips], 1_000_000) ?? hedgedWei
        let left =
            grossWei &- Int256(bitPattern: gasWei) &- Int256(bitPattern: hedgeWei)
        let tip =
            left.isNegative
            ? .zero
            : UInt256.mulDivRoundingUp(left.magnitude, settings[.bidShareBps], 10_000) ?? .zero
        return Net(
            gasWei: gasWei, hedgeWei: hedgeWei, tipWei: tip,
            netWei: left &- Int256(bitPattern: tip))
    }

    /// The same for the planner, which chooses what is then valued by `net`.
    var terms: PlanningTerms {
        PlanningTerms(
            hedge: HedgeCost(costPips: settings.small(.hedgeCostPips)),
            bidShareBps: settings.small(.bidShareBps),
            maximumPositions: Int(clamping: settings.small(.maximumPositions)),
            gas: gasModel,
            gasPriceWei: baseFeeWei)
    }

    var minimumWei: Int256 { Int256(bitPattern: settings[.minimumProfitWei]) }
}
