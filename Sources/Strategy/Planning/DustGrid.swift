import Contracts
import Ethereum
import UniswapV3

/// A range in which a position of the executor's may keep dust.
public struct KeptRange: Equatable, Hashable, Sendable {
    public var tickLower: Int32
    public var tickUpper: Int32

    public init(tickLower: Int32, tickUpper: Int32) {
        self.tickLower = tickLower
        self.tickUpper = tickUpper
    }
}

/// Neighbouring ranges around a price in which the executor keeps dust, so that a bundle there
/// finds its ticks initialised and its position's words written.
///
/// A bundle opens its liquidity on top of the dust and closes the same liquidity: the dust stays,
/// since a position is keyed by owner and ticks alone. The contract keeps a record of the seeding
/// like of any other opening; `retirement` takes it out.
public struct DustGrid: Equatable, Sendable {
    /// Liquidity of the dust: worth a few raw units of either token.
    public static let liquidity: UInt128 = 1000
    /// Positions that one call may name.
    private static let positionsOfCall = 4

    /// From the lowest.
    public let ranges: [KeptRange]

    /// Ranges of one spacing: the one that the tick stands in and so many to either side, as far as
    /// they lie within the owner's band.
    public init(
        around tick: Int32, tickSpacing: Int32, rangesPerSide: Int, band: ClosedRange<Int32>
    ) {
        let home = TickSpacing.floor(tick, tickSpacing)
        let most = Int32(clamping: max(0, min(rangesPerSide, 100)))
        ranges = (-most...most).map { home + $0 * tickSpacing }
            .filter {
                $0 >= max(band.lowerBound, TickMath.minTick)
                    && $0 + tickSpacing <= min(band.upperBound, TickMath.maxTick)
            }
            .map { KeptRange(tickLower: $0, tickUpper: $0 + tickSpacing) }
    }

    /// The positions of the dust, in calls that the contract takes.
    public var openings: [[JitPosition]] {
        stride(from: 0, to: ranges.count, by: Self.positionsOfCall).map { start in
            ranges[start..<min(start + Self.positionsOfCall, ranges.count)].map {
                JitPosition(
                    tickLower: $0.tickLower, tickUpper: $0.tickUpper,
                    liquidity: Self.liquidity)
            }
        }
    }

    /// Calldata of the calls that seed the grid in one block, on the pool as it is: each may find
    /// the dust of those before it in the pool's liquidity, and nothing else changed.
    public func seeding(
        pool: JitExecutor.PoolArguments, sqrtPriceX96: UInt256, liquidity: UInt128,
        targetBlock: UInt64, parentHash: Hash32, timestamp: UInt64, maxAmount0: UInt256,
        maxAmount1: UInt256
    ) -> [[UInt8]] {
        openings.map {
            JitExecutor.open(
                pool: pool, positions: $0,
                guard: JitExecutor.Guard(
                    targetBlock: targetBlock, parentHash: parentHash, maxTimestamp: timestamp,
                    minSqrtPriceX96: sqrtPriceX96, maxSqrtPriceX96: sqrtPriceX96,
                    minLiquidity: liquidity, maxLiquidity: liquidity + Self.liquidity,
                    maxAmount0: maxAmount0, maxAmount1: maxAmount1, keeps: true))
        }
    }

    /// Calldata of the calls that take the dust out again.
    public func retirement(pool: JitExecutor.PoolArguments) -> [[UInt8]] {
        openings.map { JitExecutor.unwind(pool: pool, positions: $0) }
    }

    /// Whether an opening is of dust alone, and so meant to stay.
    public static func isDust(_ positions: [JitPosition]) -> Bool {
        positions.allSatisfy { $0.liquidity <= liquidity }
    }
}
