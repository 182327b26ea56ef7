import Ethereum
import Foundation
import UniswapV3

/// `bench pool [--json FILE]`: the time of swaps in the pool model, in units of one recovery of a
/// signature's key that is measured in the same run. `bench pool --times N` performs each of its
/// swaps so often and measures nothing: for programs that count what the process does.
struct PoolBench {
    /// A swap whose end lies so many initialised ticks away.
    private struct Row: Codable {
        var name: String
        var ticksCrossed: Int
        var nanoseconds: Double
    }

    private struct Report: Codable {
        var recoverNanoseconds: Double
        var rows: [Row]
        /// One recover over a swap within a tick: the slowest of the four kinds.
        var swapsPerRecover: Double
        /// One recover over each further initialised tick: the slowest of the four kinds.
        var ticksPerRecover: Double
    }

    static let usage = "usage: bench pool [--json FILE | --times N]"
    private static let crossings = [0, 1, 10, 50]
    private static let batches = 15

    private let pool: PoolState

    /// A pool of 0.05 % like USDC/WETH: liquidity in every spacing of some hundred around the
    /// price, with bounds of positions on each.
    private init() throws(PoolError) {
        let key = PoolKey(sorting: Address(word: 1), Address(word: 2), feePips: 500)
        guard let key, let price = TickMath.sqrtPriceX96(atTick: 198_004) else {
            throw .unknownFee(feePips: 500)
        }
        var pool = try PoolState(key: key, initializedAt: price)
        for index in 0..<150 as Range<Tick> {
            try pool.addLiquidity(
                tickLower: 198_000 - 10 * index, tickUpper: 198_010 + 10 * index,
                liquidity: 1_000_000_000_000_000 + 7 * UInt128(index))
        }
        self.pool = pool
    }

    static func run(_ arguments: [String]) throws -> Int32 {
        let options = try Options(arguments, named: ["--json", "--times"], usage: usage)
        try options.finish()
        let bench = try PoolBench()
        if let times = try options.number("--times") { return try bench.perform(times) }
        let path = options["--json"]
        let report = try bench.measure()
        show("one recover: \(format(report.recoverNanoseconds)) ns")
        for row in report.rows {
            show(
                "\(row.name), \(row.ticksCrossed) ticks crossed: \(format(row.nanoseconds)) ns, "
                    + "1/\(format(report.recoverNanoseconds / row.nanoseconds)) recover")
        }
        show("a swap within a tick, the slowest kind: 1/\(format(report.swapsPerRecover)) recover")
        show("each further tick, the slowest kind: 1/\(format(report.ticksPerRecover)) recover")
        if let path {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
            try encoder.encode(report).write(to: URL(fileURLWithPath: path), options: .atomic)
        }
        return 0
    }

    private static func format(_ value: Double) -> String { String(format: "%.1f", value) }

    // MARK: Measuring

    private typealias Kind = (row: Row, zeroForOne: Bool, amount: Int256)

    /// Both directions, exact input and output, each across no and some ticks.
    private func kinds() throws -> [Kind] {
        var swaps: [Kind] = []
        for zeroForOne in [true, false] {
            for isExactInput in [true, false] {
                for crossed in Self.crossings {
                    let amount = try amount(zeroForOne, isExactInput, crossing: crossed)
                    let result = try pool.swap(zeroForOne: zeroForOne, amountSpecified: amount)
                    let name =
                        "exact \(isExactInput ? "input" : "output") of token"
                        + (zeroForOne == isExactInput ? "0" : "1")
                    swaps.append(
                        (
                            Row(
                                name: name, ticksCrossed: result.ticksCrossed,
                                nanoseconds: .infinity), zeroForOne, amount
                        ))
                }
            }
        }
        return swaps
    }

    /// Each swap so often.
    private func perform(_ times: UInt64) throws -> Int32 {
        let swaps = try kinds()
        var crossed = 0
        for _ in 0..<times {
            for index in swaps.indices {
                crossed += try pool.swap(
                    zeroForOne: swaps[index].zeroForOne, amountSpecified: swaps[index].amount
                ).ticksCrossed
            }
        }
        show("\(times) times \(swaps.count) swaps: \(crossed) ticks crossed")
        return 0
    }

    /// All swaps and the recovery in turns, so that the machine's load meets them alike; of each
    /// the lowest of the batches.
    private func measure() throws -> Report {
        var swaps = try kinds()
        let recovery = try RecoveryUnit()
        var recover = Double.infinity
        for _ in 0..<Self.batches {
            recover = min(recover, try Self.nanoseconds(times: 200) { try recovery.run() })
            for index in swaps.indices {
                let times = 20_000 / (swaps[index].row.ticksCrossed + 1) + 100
                let time = try Self.nanoseconds(times: times) {
                    _ = try pool.swap(
                        zeroForOne: swaps[index].zeroForOne, amountSpecified: swaps[index].amount)
                }
                swaps[index].row.nanoseconds = min(swaps[index].row.nanoseconds, time)
            }
        }
        let rows = swaps.map(\.row)
        let within = rows.filter { $0.ticksCrossed == 0 }.map(\.nanoseconds).max() ?? .infinity
        let perTick = stride(from: 0, to: rows.count, by: Self.crossings.count).map { first in
            let last = rows[first + Self.crossings.count - 1]
            return (last.nanoseconds - rows[first].nanoseconds) / Double(last.ticksCrossed)
        }
        return Report(
            recoverNanoseconds: recover, rows: rows, swapsPerRecover: recover / within,
            ticksPerRecover: recover / (perTick.max() ?? .infinity))
    }

    /// An amount that ends in the middle of a spacing, so many ticks on.
    private func amount(
        _ zeroForOne: Bool, _ isExactInput: Bool, crossing ticks: Int
    ) throws(PoolError) -> Int256 {
        let end = 198_005 + (zeroForOne ? -10 : 10) * Tick(ticks) - (zeroForOne ? 3 : -3)
        guard let limit = TickMath.sqrtPriceX96(atTick: end) else { throw .overflow }
        let result = try pool.swap(
            zeroForOne: zeroForOne, amountSpecified: Int256(bitPattern: UInt256.one << 100),
            sqrtPriceLimitX96: limit)
        return isExactInput
            ? Int256(bitPattern: result.amountIn) : -Int256(bitPattern: result.amountOut)
    }

    private static func nanoseconds(
        times: Int, _ body: () throws -> Void
    ) rethrows -> Double {
        let start = ThreadTime.micros()
        for _ in 0..<times { try body() }
        return (ThreadTime.micros() - start) * 1000 / Double(times)
    }
}
