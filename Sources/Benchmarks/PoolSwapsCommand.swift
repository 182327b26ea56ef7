import Ethereum
import Foundation
import Recordings
import UniswapV3

/// `bench pool-swaps [STATE.json …] --pools N --swaps N --seed N`: pools made by chance, and
/// recorded ones, with swaps by chance in each and what the pool model says of them, as lines of
/// JSON for another implementation to answer (`peers/degenbot/compare.py`).
struct PoolSwapsCommand {
    static let usage = "usage: bench pool-swaps [STATE.json ...] [--pools N] [--swaps N] [--seed N]"

    private var states: [PoolState] = []
    private let pools: UInt64
    private let swaps: UInt64
    private let seed: UInt64

    init(_ arguments: [String]) throws {
        var options = try Options(
            arguments, named: ["--pools", "--swaps", "--seed"], usage: Self.usage)
        while let path = options.next() {
            let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
            states.append(try PoolSnapshot.parse(bytes))
        }
        pools = try options.number("--pools") ?? 100
        swaps = try options.number("--swaps") ?? 50
        seed = try options.number("--seed") ?? 1
    }

    func run() throws -> Int32 {
        for number in 0..<pools + UInt64(states.count) {
            var random = FuzzRandom(seed: seed, program: number)
            let pool =
                number < UInt64(states.count)
                ? states[Int(number)] : try Self.pool(&random)
            show(Self.line(pool))
            for _ in 0..<swaps { show(Self.swap(pool, &random)) }
        }
        return 0
    }

    /// A pool of any fee tier, at any price, with some positions around it.
    private static func pool(_ random: inout FuzzRandom) throws -> PoolState {
        let fee = random.element([100, 500, 3000, 10_000])
        guard
            let key = PoolKey(
                sorting: Address(word: 1), Address(word: 2), feePips: UInt32(fee)),
            let spacing = TickSpacing.of(feePips: key.feePips)
        else { throw PoolError.unknownFee(feePips: UInt32(fee)) }
        let reach = Tick(random.element([3_000, 200_000, 880_000]))
        let tick = Tick(random.below(2 * Int(reach))) - reach
        let price = TickMath.sqrtPriceX96(atTick: tick) ?? TickMath.minSqrtPriceX96
        var pool = try PoolState(
            key: key, initializedAt: price &+ UInt256(random.next() >> 40))
        let grid = tick / spacing
        let width = random.element([3, 40, 1000])
        for _ in 0..<(1 + random.below(12)) {
            let lower = (grid - Tick(random.below(width))) * spacing
            let upper = (grid + 1 + Tick(random.below(width))) * spacing
            let liquidity = UInt128(random.next()) << UInt128(random.below(30))
            // Beyond the bounds of prices or of a tick's liquidity there is no position.
            _ = try? pool.addLiquidity(
                tickLower: lower, tickUpper: upper,
                liquidity: liquidity >> UInt128(random.below(50)) + 1)
        }
        return pool
    }

    private static func line(_ pool: PoolState) -> String {
        let ticks = pool.ticks.map {
            "\"\($0.tick)\": [\"\($0.liquidityNet)\", \"\($0.liquidityGross)\"]"
        }
        return "{\"fee\": \(pool.key.feePips), \"tickSpacing\": \(pool.tickSpacing), "
            + "\"sqrtPriceX96\": \"\(pool.slot0.sqrtPriceX96)\", \"tick\": \(pool.slot0.tick), "
            + "\"liquidity\": \"\(pool.liquidity)\", \"ticks\": {\(ticks.joined(separator: ", "))}}"
    }

    /// A swap of any size in either direction, exact input or output, half of them with a limit.
    private static func swap(_ pool: PoolState, _ random: inout FuzzRandom) -> String {
        let zeroForOne = random.isOne(of: 2)
        let word =
            UInt256(random.next(), random.next(), 0, 0) >> UInt64(random.below(127)) &+ UInt256.one
        let amount =
            random.isOne(of: 2)
            ? Int256(bitPattern: word) : -Int256(bitPattern: word)
        var limit: SqrtPriceX96?
        if random.isOne(of: 2) {
            let steps = Tick(random.below(random.element([20, 2_000, 100_000])))
            limit = TickMath.sqrtPriceX96(atTick: pool.slot0.tick + (zeroForOne ? -steps : steps))
                .map { zeroForOne ? $0 &- UInt256.one : $0 &+ UInt256.one }
        }
        let start =
            "{\"zeroForOne\": \(zeroForOne), \"amountSpecified\": \"\(amount)\", \"limit\": "
            + "\"\(limit ?? PoolState.outermostPrice(zeroForOne: zeroForOne))\", "
        do throws(PoolError) {
            let result = try pool.swap(
                zeroForOne: zeroForOne, amountSpecified: amount, sqrtPriceLimitX96: limit)
            return start + "\"amount0\": \"\(result.amount0)\", \"amount1\": "
                + "\"\(result.amount1)\", \"sqrtPriceX96\": \"\(result.sqrtPriceX96After)\", "
                + "\"liquidity\": \"\(result.liquidityAfter)\", \"tick\": \(result.tickAfter)}"
        } catch {
            let name = "\(error)".prefix { $0 != "(" }
            return start + "\"error\": \"\(name)\"}"
        }
    }
}
