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

    /// Gas of opening and closing so many positions; one on ticks in use is the least.
    func gas(positions: Int = 1, freshTicks: Int = 0) -> UInt64 {
        settings.small(.bundleGas) + UInt64(positions) * settings.small(.positionGas)
            + UInt64(freshTicks) * settings.small(.freshTickGas)
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
            gas: GasModel(
                bundle: settings.small(.bundleGas), position: settings.small(.positionGas),
                keptPosition: settings.small(.positionGas),
                freshTick: settings.small(.freshTickGas),
                freshTickCrossed: settings.small(.swapperTickGas)),
            gasPriceWei: baseFeeWei)
    }

    var minimumWei: Int256 { Int256(bitPattern: settings[.minimumProfitWei]) }
}
