import Bot
import Ethereum
import Strategy
import Testing

/// What an operator sets of the strategy: each variable arrives where it belongs, and nonsense is
/// an error that says the variable, the value and the limit.
@Suite("StrategySettings")
struct StrategySettingsTests {
    private static let ether = UInt256(1_000_000_000_000_000_000)

    @Test("without variables the defaults are those that `jit-bot run --help` names")
    func defaults() throws {
        let settings = try StrategySettings([:])
        let parameters = settings.parameters
        #expect(parameters.minimumProfitWei == 1_000_000_000_000_000)
        #expect(parameters.maxBaseFeePerGas == 50_000_000_000)
        #expect(parameters.hedge == .none && parameters.objective == .maxProfit)
        #expect(parameters.guardWindow == .exact && parameters.maximumPositions == 4)
        #expect(parameters.simulatedCandidates == 3)
        #expect(parameters.rivals == .publicMempool)
        #expect(parameters.tips == TipBook(priorShareBps: 3000, maximumShareBps: 9000))
        #expect(parameters.bidShareBps == 3000 && settings.fairPriceHalfWidthPips == 150)
        #expect(parameters.targetBudget.gas == 3_000_000)
        #expect(parameters.targetBudget.microseconds == 2000)
        #expect(parameters.targetBudget.clock == nil)
        // What is set to nothing is not set.
        let empty = try StrategySettings(["HEDGE_COST_BPS": "", "OBJECTIVE": ""])
        #expect(empty.parameters.hedge == .none && empty.parameters.objective == .maxProfit)
    }

    @Test("each variable arrives where it belongs")
    func values() throws {
        let settings = try StrategySettings(
            [
                "MIN_PROFIT_WEI": "7", "MAX_GAS_GWEI": "30", "HEDGE_COST_BPS": "1.5",
                "HEDGE_FIXED_WEI": "12345", "FAIR_PRICE_BAND_BPS": "2.25",
                "OBJECTIVE": "maxProfit subject to swapperGainBps >= 0.75",
                "MAX_POSITIONS": "1", "SIMULATED_CANDIDATES": "16", "GUARD_PRICE_BPS": "0.5",
                "GUARD_LIQUIDITY_BPS": "100", "TIP_PRIOR_SHARE_BPS": "2000",
                "TIP_MAX_SHARE_BPS": "8000", "RIVAL_BID_SHARE_BPS": "7000",
                "RIVAL_SANDWICH_GAS": "1", "RIVAL_BACKRUN_GAS": "2",
                "RIVAL_SANDWICH_CAPITAL_WEI": "3", "TARGET_MAX_GAS": "500000",
                "TARGET_MAX_MICROSECONDS": "900",
            ], clock: { 5 })
        let parameters = settings.parameters
        #expect(parameters.minimumProfitWei == 7)
        #expect(parameters.maxBaseFeePerGas == 30_000_000_000)
        #expect(parameters.hedge == HedgeCost(costPips: 150, fixedWei: 12_345))
        #expect(settings.fairPriceHalfWidthPips == 225)
        #expect(parameters.objective == .maxProfitWithSwapperGain(atLeastPips: 75))
        #expect(parameters.maximumPositions == 1 && parameters.simulatedCandidates == 16)
        #expect(parameters.guardWindow == GuardWindow(pricePips: 50, liquidityPips: 10_000))
        #expect(parameters.tips == TipBook(priorShareBps: 2000, maximumShareBps: 8000))
        #expect(
            parameters.rivals
                == RivalParameters(
                    bidShareBps: 7000, sandwichGas: 1, backrunGas: 2, sandwichCapitalWei: 3))
        #expect(parameters.targetBudget.gas == 500_000)
        #expect(parameters.targetBudget.microseconds == 900)
        #expect(parameters.targetBudget.clock?() == 5)
    }

    @Test("a fixed share is bid on all pools, and nothing is learnt")
    func fixedShare() throws {
        let fixed = try StrategySettings(["TIP_SHARE_BPS": "4000"]).parameters
        #expect(fixed.tips == nil && fixed.bidShareBps == 4000)
        let learnt = try StrategySettings(["TIP_SHARE_BPS": "learn"]).parameters
        #expect(learnt.tips != nil && learnt.bidShareBps == 3000)
        // A maximum below the usual prior lowers it; a prior above it is nonsense.
        let low = try StrategySettings(["TIP_MAX_SHARE_BPS": "1000"]).parameters
        #expect(low.tips == TipBook(priorShareBps: 1000, maximumShareBps: 1000))
    }

    /// A variable, the last value that is taken and the first that is not.
    private static let limits = [
        ("MIN_PROFIT_WEI", "1000000000000000000000", "1000000000000000000001"),
        ("MAX_GAS_GWEI", "1", "0"), ("MAX_GAS_GWEI", "10000", "10001"),
        ("HEDGE_COST_BPS", "1000", "1000.01"), ("HEDGE_COST_BPS", "0.01", "0.001"),
        ("HEDGE_FIXED_WEI", "1000000000000000000", "1000000000000000001"),
        ("FAIR_PRICE_BAND_BPS", "1000", "1001"),
        ("OBJECTIVE", "maxProfit", "maxprofit"),
        (
            "OBJECTIVE", "maxProfit subject to swapperGainBps >= 0.01",
            "maxProfit subject to swapperGainBps >= 0"
        ),
        (
            "OBJECTIVE", "maxProfit subject to swapperGainBps >= 10000",
            "maxProfit subject to swapperGainBps >= 10000.01"
        ),
        ("MAX_POSITIONS", "4", "5"), ("MAX_POSITIONS", "1", "0"),
        ("SIMULATED_CANDIDATES", "16", "17"), ("SIMULATED_CANDIDATES", "1", "0"),
        ("GUARD_PRICE_BPS", "100", "100.01"), ("GUARD_LIQUIDITY_BPS", "5000", "5000.01"),
        ("TIP_SHARE_BPS", "10000", "10001"), ("TIP_SHARE_BPS", "learn", "learnt"),
        ("TIP_MAX_SHARE_BPS", "9900", "9901"), ("TIP_PRIOR_SHARE_BPS", "9000", "9001"),
        ("RIVAL_BID_SHARE_BPS", "10000", "10001"),
        ("RIVAL_SANDWICH_GAS", "10000000", "10000001"),
        ("RIVAL_BACKRUN_GAS", "10000000", "10000001"),
        (
            "RIVAL_SANDWICH_CAPITAL_WEI", "10000000000000000000000000",
            "10000000000000000000000001"
        ),
        ("TARGET_MAX_GAS", "21000", "20999"), ("TARGET_MAX_MICROSECONDS", "1", "0"),
    ]

    @Test("the last value within a limit is taken, the first beyond it is not", arguments: limits)
    func limit(name: String, last: String, beyond: String) throws {
        #expect(throws: Never.self) { try StrategySettings([name: last]) }
        let error = #expect(throws: SettingError.self) { try StrategySettings([name: beyond]) }
        #expect(error?.name == name && error?.value == beyond)
        #expect(error?.description.contains(name) == true)
        #expect(error?.description.contains("(got \(beyond))") == true)
    }

    @Test(
        "what is no number is refused by every variable",
        arguments: Set(limits.map(\.0)).sorted())
    func nonsense(name: String) {
        let tooLarge = String(repeating: "9", count: 32)
        for text in ["-1", "+1", "1e3", " 1", "0x1", "1.", ".5", "1.234", tooLarge] {
            let error = #expect(throws: SettingError.self, "\(name)=\(text)") {
                try StrategySettings([name: text])
            }
            #expect(error?.limit.isEmpty == false)
        }
    }
}
