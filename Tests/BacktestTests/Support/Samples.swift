import Backtest
import Ethereum
import Foundation
import TestSupport
import World

/// Histories and shards for tests.
enum Samples {
    /// A synthetic history of a seed.
    static func history(seed: UInt64 = 1, events: Int = 400) throws -> PoolHistory {
        try PoolHistory(
            name: SyntheticHistory.name,
            bytes: Array(try SyntheticHistory.csv(seed: seed, events: events).utf8), state: nil)
    }

    static func settings(_ assignments: String...) throws -> BacktestSettings {
        var settings = BacktestSettings()
        for assignment in assignments { try settings.set(assignment) }
        return settings
    }

    /// A history's shards, in chunks of so many rows.
    static func shards(
        _ history: PoolHistory, _ settings: BacktestSettings, rows: Int = .max,
        span: BlockSpan? = nil
    ) throws -> [Shard] {
        var walk = history.walk()
        var shards: [Shard] = []
        for chunk in try history.chunks(rows: rows) {
            try walk.advance(to: chunk.firstRow)
            var worker = HistoryWorker(
                history, chunk, from: walk.checkpoint(), settings: settings, span: span)
            shards.append(try worker.run())
        }
        return shards
    }

    static func findings(_ shards: [Shard]) throws -> Findings {
        var findings = Findings()
        for shard in shards { try findings.add(shard) }
        return findings
    }

    /// The recorded files that a backtest reads.
    static let recorded = [
        "v3-pool-events/usdc_weth_500_from_init.csv",
        "v3-pool-events/wbtc_weth_3000_16944682_16951778.csv",
        "mainnet-blocks-full/15050000.json.gz", "mainnet-blocks-full/15537394.json.gz",
        "mainnet-blocks-full/21230867.json.gz", "jit-real/blocks_v3_calls.json.gz",
        "jit-real/jit_ops_2021_subgraph.csv",
    ]

    /// A recorded history.
    static func recordedHistory(_ path: String) throws -> PoolHistory {
        let url = TestFiles.data.appendingPathComponent(path)
        let source = try Recorded.source(url)
        guard case .history(let history) = source else {
            throw BacktestSource.ReadError.unknown
        }
        return history
    }
}
