import Ethereum
import Strategy

/// What an operator sets of the strategy, as variables, each with a default and a limit. A value
/// beyond its limit is an error and never cut to it.
public struct StrategySettings: Sendable {
    public var parameters: StrategyParameters
    /// Half of the width of the fair price's band, in hundredths of a basis point.
    public var fairPriceHalfWidthPips: UInt64

    /// Reads the variables; `clock` bounds the time of a target's execution, where one is given.
    public init(
        _ environment: [String: String], clock: (@Sendable () -> UInt64)? = nil
    ) throws(SettingError) {
        let reader = SettingReader(environment: environment)
        let tips = try Tips(reader)
        parameters = StrategyParameters(
            minimumProfitWei: try reader.wei("MIN_PROFIT_WEI", atMost: Self.ether(1000))
                ?? Self.ether(1).dividedOrZero(by: 1000),
            bidShareBps: tips.shareBps,
            maxBaseFeePerGas: UInt256(
                try reader.whole("MAX_GAS_GWEI", 1...10_000, unit: "gwei") ?? 50)
                &* 1_000_000_000,
            simulatedCandidates: Int(
                try reader.whole("SIMULATED_CANDIDATES", 1...16, unit: "plans") ?? 3),
            targetBudget: try Self.budget(reader, clock: clock), rivals: try Self.rivals(reader),
            tips: tips.book,
            hedge: HedgeCost(
                costPips: try reader.pips("HEDGE_COST_BPS", atMostBps: 1000) ?? 0,
                fixedWei: try reader.wei("HEDGE_FIXED_WEI", atMost: Self.ether(1)) ?? .zero),
            objective: try Self.objective(reader),
            maximumPositions: Int(
                try reader.whole("MAX_POSITIONS", 1...4, unit: "positions") ?? 4),
            guardWindow: GuardWindow(
                pricePips: try reader.pips("GUARD_PRICE_BPS", atMostBps: 100) ?? 0,
                liquidityPips: try reader.pips("GUARD_LIQUIDITY_BPS", atMostBps: 5000) ?? 0))
        fairPriceHalfWidthPips =
            try reader.pips("FAIR_PRICE_BAND_BPS", atMostBps: 1000) ?? 150
    }

    /// What is bid of the profit after gas.
    private struct Tips {
        /// Where nothing is known of a pool, or everywhere where nothing is to be learnt.
        var shareBps: UInt64
        /// Nil where a fixed share is bid.
        var book: TipBook?

        init(_ reader: SettingReader) throws(SettingError) {
            let share = "TIP_SHARE_BPS"
            // More than 9900 can neither be bid nor learnt: `TipBook`.
            let maximum =
                try reader.whole("TIP_MAX_SHARE_BPS", 0...9900, unit: "basis points") ?? 9000
            let prior =
                try reader.whole("TIP_PRIOR_SHARE_BPS", 0...maximum, unit: "basis points")
                ?? min(3000, maximum)
            guard let text = reader.text(share), text != "learn" else {
                shareBps = prior
                book = TipBook(priorShareBps: prior, maximumShareBps: maximum)
                return
            }
            guard SettingReader.isDigits(text), let fixed = UInt64(text), fixed <= 10_000 else {
                throw SettingError(
                    name: share, value: text, limit: "learn, or 0 to 10000 basis points")
            }
            shareBps = fixed
        }
    }

    private static func budget(
        _ reader: SettingReader, clock: (@Sendable () -> UInt64)?
    ) throws(SettingError) -> TargetBudget {
        var budget = TargetBudget.standard
        if let gas = try reader.whole("TARGET_MAX_GAS", 21_000...100_000_000, unit: "gas") {
            budget.gas = gas
        }
        let time = try reader.whole(
            "TARGET_MAX_MICROSECONDS", 1...1_000_000, unit: "microseconds")
        if let time { budget.microseconds = time }
        budget.clock = clock
        return budget
    }

    private static func rivals(_ reader: SettingReader) throws(SettingError) -> RivalParameters {
        var rivals = RivalParameters.publicMempool
        let share = try reader.whole("RIVAL_BID_SHARE_BPS", 0...10_000, unit: "basis points")
        if let share { rivals.bidShareBps = share }
        let gas: ClosedRange<UInt64> = 0...10_000_000
        if let sandwich = try reader.whole("RIVAL_SANDWICH_GAS", gas, unit: "gas") {
            rivals.sandwichGas = sandwich
        }
        if let backrun = try reader.whole("RIVAL_BACKRUN_GAS", gas, unit: "gas") {
            rivals.backrunGas = backrun
        }
        let capital = try reader.wei("RIVAL_SANDWICH_CAPITAL_WEI", atMost: ether(10_000_000))
        if let capital { rivals.sandwichCapitalWei = capital }
        return rivals
    }

    /// `maxProfit`, or `maxProfit subject to swapperGainBps >= g`.
    private static func objective(_ reader: SettingReader) throws(SettingError) -> Objective {
        let name = "OBJECTIVE"
        guard let text = reader.text(name), text != "maxProfit" else { return .maxProfit }
        let floor = "maxProfit subject to swapperGainBps >= "
        guard text.hasPrefix(floor), let pips = SettingReader.pips(text.dropFirst(floor.count)),
            (1...1_000_000).contains(pips)
        else {
            throw SettingError(
                name: name, value: text,
                limit: "\"maxProfit\", or \"\(floor)G\" with G of 0.01 to 10000 and at most two "
                    + "decimals")
        }
        return .maxProfitWithSwapperGain(atLeastPips: pips)
    }

    private static func ether(_ amount: UInt64) -> UInt256 {
        UInt256(amount) &* UInt256(1_000_000_000_000_000_000)
    }
}
