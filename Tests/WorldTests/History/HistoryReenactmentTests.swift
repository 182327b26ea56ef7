import Ethereum
import TestSupport
import Testing
import World

@Suite(
    "HistoryReenactment",
    .enabled(if: TestFiles.expectsData, "recorded data not found: set JITBOT_DATA"))
struct HistoryReenactmentTests {
    private static func history() throws -> EventHistory {
        try EventHistory(
            path: TestFiles.data.appendingPathComponent(
                "v3-pool-events/usdc_weth_500_from_init.csv"
            ).path)
    }

    private static func run(_ history: EventHistory) throws -> HistoryReport {
        var reenactment = try HistoryReenactment(
            history: history, artifacts: TestFiles.artifacts(), baseFeePerGas: 1_000_000_000)
        return try reenactment.run()
    }

    @Test("mainnet's 84 swaps happen again to the wei, some improved, nobody worse off")
    func exact() throws {
        let report = try Self.run(Self.history())
        #expect(report.swaps == 84 && report.exact == 84)
        #expect(report.differences.isEmpty)
        #expect(report.improved > 0)
        #expect(report.swapperWorseOff == 0)
        #expect(report.improved + report.declined == report.swaps)
        #expect(report.succeeded)
    }

    @Test("one altered amount is reported as a difference of that swap")
    func altered() throws {
        var history = try Self.history()
        let index = try #require(
            history.events.lastIndex {
                if case .swap = $0.action { return true }
                return false
            })
        guard case .swap(var swap) = history.events[index].action else { return }
        swap.amount1 &+= 1
        history.events[index].action = .swap(swap)
        history.events = Array(history.events[...index])
        let report = try Self.run(history)
        #expect(report.exact == report.swaps - 1)
        let difference = try #require(report.differences.first)
        #expect(difference.sequence == history.events[index].sequence)
        #expect(difference.field == "amount1")
        #expect(difference.mainnet == "\(swap.amount1)")
        #expect(difference.here == "\(swap.amount1 &- 1)")
        #expect(!report.succeeded)
    }
}
