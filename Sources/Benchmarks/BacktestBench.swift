import Backtest
import Foundation
import Recordings
import UniswapV3
import World

/// `bench backtest [--json FILE]`: events replayed and swaps answered in a second of one core's
/// time.
///
/// Most of it on a synthetic history of one seed (`SyntheticHistory`), because real files are
/// short; and the replay on a recorded history too, again and again from its begin.
struct BacktestBench {
    private struct Report: Codable {
        /// Bytes to events, without the model.
        var parsedPerSecond: Double
        /// Events through the model, without reading.
        var modelledPerSecond: Double
        /// Both together: what a replay does.
        var replayedPerSecond: Double
        /// The same on the recorded history; nil where it is not there.
        var recordedPerSecond: Double?
        /// Swaps that the size filter drops, the replay included.
        var filteredPerSecond: Double
        /// Swaps planned, each under six fair prices and valued at three later ones.
        var plannedPerSecond: Double
        /// Swaps decided once, with nothing besides.
        var decidedPerSecond: Double
    }

    static let usage = "usage: bench backtest [--json FILE] [--history FILE]"
    private static let seed: UInt64 = 1
    private static let events = 100_000
    private static let planned = 2_000
    private static let batches = 5

    static func run(_ arguments: [String]) throws -> Int32 {
        let options = try Options(arguments, named: ["--json", "--history"], usage: usage)
        try options.finish()
        let report = try measure(recorded: options["--history"])
        show(
            "\(events) synthetic events of seed \(seed); CPU time of one thread, best of \(batches)"
        )
        show("parsed alone           \(format(report.parsedPerSecond)) events/s")
        show("pool model alone       \(format(report.modelledPerSecond)) events/s")
        show("replayed (both)        \(format(report.replayedPerSecond)) events/s")
        if let recorded = report.recordedPerSecond {
            show("replayed, recorded     \(format(recorded)) events/s")
        }
        show("size filter            \(format(report.filteredPerSecond)) swaps/s")
        show("decided                \(format(report.decidedPerSecond)) swaps/s")
        show("planned with scenarios \(format(report.plannedPerSecond)) swaps/s")
        if let path = options["--json"] {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
            try encoder.encode(report).write(to: URL(fileURLWithPath: path), options: .atomic)
        }
        return 0
    }

    private static func format(_ value: Double) -> String {
        String(Int(value)).reversed().enumerated().reduce(into: "") { text, digit in
            if digit.offset > 0, digit.offset % 3 == 0 { text = "," + text }
            text = String(digit.element) + text
        }
    }

    private static func measure(recorded path: String?) throws -> Report {
        let bytes = Array(try SyntheticHistory.csv(seed: seed, events: events).utf8)
        let history = try PoolHistory(name: SyntheticHistory.name, bytes: bytes, state: nil)
        let parsed = try rate {
            var reader = try PoolEventReader(bytes)
            var count = 0
            while try reader.next() != nil { count += 1 }
            return count
        }
        var all: [PoolEvents.Event] = []
        var reader = try PoolEventReader(bytes)
        while let event = try reader.next() { all.append(event) }
        let modelled = try rate {
            var pool = try PoolReplay.start(with: all[0].action, nil, feePips: 3000)
            for (index, event) in all.enumerated() {
                try PoolReplay.perform(event, on: &pool, isFirst: index == 0)
            }
            return all.count
        }
        let replayed = try rate {
            var walk = history.walk()
            return try walk.advance(to: .max)
        }
        return Report(
            parsedPerSecond: parsed, modelledPerSecond: modelled, replayedPerSecond: replayed,
            recordedPerSecond: try path.map(recordedRate),
            filteredPerSecond: try answered(history, rows: events, ["minimumProfitWei=\(1 << 62)"]),
            plannedPerSecond: try answered(history, rows: planned, ["sizeFilter=0"]),
            decidedPerSecond: try decided(all))
    }

    /// A recorded history, replayed from its begin until as many events are done.
    private static func recordedRate(_ path: String) throws -> Double {
        let url = URL(fileURLWithPath: path)
        let source = try BacktestSource(
            name: url.lastPathComponent, bytes: Array(try Data(contentsOf: url)),
            neighbour: { name in
                FileManager.default.contents(
                    atPath: url.deletingLastPathComponent().appendingPathComponent(name).path
                ).map(Array.init)
            })
        guard case .history(let history) = source else {
            throw WorkloadError(path: path, reason: "no pool's history")
        }
        return try rate {
            var count = 0
            while count < events {
                var walk = history.walk()
                count += try walk.advance(to: .max)
            }
            return count
        }
    }

    /// Swaps in a second of the worker that a backtest runs.
    private static func answered(
        _ history: PoolHistory, rows: Int, _ assignments: [String]
    ) throws -> Double {
        var settings = BacktestSettings()
        for assignment in assignments { try settings.set(assignment) }
        let chunk = HistoryChunk(firstRow: 0, rows: rows, firstBlock: 0, lastBlock: .max)
        return try rate {
            var worker = HistoryWorker(
                history, chunk, from: history.walk().checkpoint(), settings: settings, span: nil)
            let shard = try worker.run()
            return shard.filtered.count + shard.opportunities.count
        }
    }

    /// One decision for each of some swaps.
    private static func decided(_ events: [PoolEvents.Event]) throws -> Double {
        var pool = try PoolReplay.start(with: events[0].action, nil, feePips: 3000)
        var questions: [SwapQuestion] = []
        for (index, event) in events.prefix(planned).enumerated() {
            if case .swap(let swap) = event.action {
                questions.append(
                    SwapQuestion(
                        state: pool, swap: swap, wethIsToken0: true, baseFeeWei: 10_000_000_000))
            }
            try PoolReplay.perform(event, on: &pool, isFirst: index == 0)
        }
        let settings = BacktestSettings()
        return rate {
            questions.count { !SwapDecision($0, settings: settings).outcome.isEmpty }
        }
    }

    /// Things done in a second of the thread's CPU time: the best of the batches.
    private static func rate(_ body: () throws -> Int) rethrows -> Double {
        var best = 0.0
        for _ in 0..<batches {
            let start = ThreadTime.micros()
            let count = try body()
            best = max(best, Double(count) / max(ThreadTime.micros() - start, 1) * 1e6)
        }
        return best
    }
}
