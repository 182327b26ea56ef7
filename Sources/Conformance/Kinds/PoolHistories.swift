import Ethereum
import JSON
import Recordings
import UniswapV3

/// Events of a pool, performed again by the pool model, to the wei.
///
/// The pool before the first event is the one state file beside it that is named for the same pool
/// (`<token0>_<token1>_<fee>_…state….json`, `state_before` first), unless the history begins with
/// Initialize. A `…state_after.json` beside it is compared with where the replay ends.
enum PoolHistories: ConformanceKind {
    static let name = "pool event"

    private static let columns = [
        "seq", "event", "tick_lower", "liquidity_delta", "sqrt_price_x96_after",
        "amount_specified",
    ]

    static func recognises(_ content: VectorContent) -> Bool {
        guard case .text(let bytes) = content else { return false }
        let header = bytes.prefix { $0 != 0x0a && $0 != 0x0d }.split(separator: UInt8(ascii: ","))
        return columns.allSatisfy { column in
            header.contains { $0.elementsEqual(column.utf8) }
        }
    }

    static func judge(_ cases: [VectorCase], into report: inout FileReport) {
        for table in cases {
            guard case .text(let bytes) = table.content else { continue }
            do {
                let history = try PoolEvents(CommaSeparatedTable(utf8: bytes))
                try judge(history, into: &report)
            } catch {
                report.record(
                    .failed(Difference("table", expected: "a history", actual: "\(error)")),
                    kind: name, case: "")
            }
        }
    }

    private static func judge(_ history: PoolEvents, into report: inout FileReport) throws {
        let neighbours = NeighbourFiles(of: report.path)
        let pool = PoolFileName(neighbours.name)
        var start: PoolState?
        let isFromBirth =
            if case .initialize? = history.events.first?.action { true } else { false }
        if !isFromBirth {
            guard let state = Self.states(neighbours).before else { throw Missing.state }
            start = try PoolSnapshot.parse(state)
        }
        let replay = try PoolReplay(history, from: start, feePips: pool?.feePips)
        report.record(replay.report, kind: name)
        guard !isFromBirth, let after = states(neighbours).after else { return }
        let end = try PoolSnapshot.parse(after)
        let verdict = Verdict { () throws(Difference) in
            try requireEqual("sqrtPriceX96", end.sqrtPriceX96, replay.pool.sqrtPriceX96)
            try requireEqual("tick", end.tick, replay.pool.tick)
            try requireEqual("liquidity", end.liquidity, replay.pool.liquidity)
            try requireEqual(
                "feeGrowthGlobal0X128", end.feeGrowthGlobal0X128, replay.pool.feeGrowthGlobal0X128)
            try requireEqual(
                "feeGrowthGlobal1X128", end.feeGrowthGlobal1X128, replay.pool.feeGrowthGlobal1X128)
        }
        report.record(verdict, kind: name, case: "the state after")
    }

    private enum Missing: Error, CustomStringConvertible {
        case state

        var description: String {
            "no state beside it: one file named <token0>_<token1>_<fee>_...state....json"
        }
    }

    /// The states of the pool beside its history.
    private static func states(
        _ neighbours: NeighbourFiles
    ) -> (before: [UInt8]?, after: [UInt8]?) {
        let prefix = neighbours.name.split(separator: "_").prefix(3).joined(separator: "_") + "_"
        let files = neighbours.files {
            $0.hasPrefix(prefix) && $0.contains("state") && $0.contains(".json")
        }
        let after = files.first { $0.name.contains("state_after") }
        let others = files.filter { !$0.name.contains("state_after") }
        let before =
            others.first { $0.name.contains("state_before") }
            ?? (others.count == 1 ? others[0] : nil)
        return (before?.bytes, after?.bytes)
    }
}

extension FileReport {
    /// Takes up a replay's or a table's rows.
    mutating func record(_ check: CheckReport, kind: String) {
        for _ in 0..<check.passed { record(.passed, kind: kind, case: "") }
        for _ in 0..<check.skipped {
            record(.skipped(reason: "the row has nothing to compare"), kind: kind, case: "")
        }
        for failure in check.failures {
            let difference = Difference(
                failure.what, expected: failure.expected, actual: failure.actual)
            record(
                .failed(difference), kind: kind, case: "line \(failure.line) \(failure.subject)")
        }
    }
}
