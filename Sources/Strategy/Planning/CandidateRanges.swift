import Ethereum
import UniswapV3

/// The ranges that a swap's way passes: every pair of usable ticks of which the first lies behind
/// the price or on the way, and the last at most one spacing beyond its end.
struct CandidateRanges {
    /// A range with its roots, input token per output token.
    struct Range {
        var tickLower: Tick
        var tickUpper: Tick
        /// Where the swap comes in, and where it would leave.
        var near: Double
        var far: Double
        var nearTick: Tick
        var farTick: Tick
        /// Whether some position already uses the bound.
        var nearIsInitialized: Bool
        var farIsInitialized: Bool

        /// Whether a swap on this way crosses nothing anew where it comes in.
        func nearIsHarmless(_ path: PassivePath) -> Bool {
            nearIsInitialized || near <= path.start
        }
    }

    /// A usable tick on the way with its root.
    private struct Bound {
        var tick: Tick
        var root: Double
        var isInitialized: Bool
    }

    /// Spacings of a way up to which every pair is looked at.
    static let wholeWay = 32
    /// Widths in spacings that are looked at on a longer way.
    private static let widths = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128]
    /// Usable ticks that are looked at, of a very long way evenly spread.
    private static let boundLimit = 256

    private(set) var ranges: [Range] = []
    /// From the one behind the price on.
    private var bounds: [Bound] = []

    /// The ranges between these ticks before and after the swap, within the owner's band.
    init(state: PoolState, tickAfter: Tick, zeroForOne: Bool, band: ClosedRange<Tick>) {
        let spacing = state.tickSpacing
        let home = TickSpacing.compressed(state.tick, spacing) * spacing
        let end = TickSpacing.compressed(tickAfter, spacing) * spacing
        // Downwards the first bound is the one above the price.
        let first = zeroForOne ? home + spacing : home
        let last = zeroForOne ? end : end + spacing
        let count = Int((zeroForOne ? first - last : last - first) / spacing)
        guard count > 0 else { return }
        let step = max(1, (count + Self.boundLimit - 1) / Self.boundLimit)
        let direction = zeroForOne ? -spacing : spacing
        let allowed =
            max(
                band.lowerBound, TickMath.minTick)...min(
                band.upperBound, TickMath.maxTick)
        for index in stride(from: 0, through: count, by: step) {
            let tick = first + Tick(index) * direction
            guard allowed.contains(tick), let root = TickMath.sqrtPriceX96(atTick: tick) else {
                continue
            }
            bounds.append(
                Bound(
                    tick: tick, root: PassivePath.directed(root, zeroForOne: zeroForOne),
                    isInitialized: state.index(of: tick) != nil))
        }
        let widths = count <= Self.wholeWay ? Array(1...Self.wholeWay + 1) : Self.widths
        for near in bounds.indices {
            for width in widths {
                let far = near + width
                guard far < bounds.count else { break }
                ranges.append(range(near, far))
            }
        }
    }

    private func range(_ near: Int, _ far: Int) -> Range {
        let (first, last) = (bounds[near], bounds[far])
        return Range(
            tickLower: min(first.tick, last.tick), tickUpper: max(first.tick, last.tick),
            near: first.root, far: last.root, nearTick: first.tick, farTick: last.tick,
            nearIsInitialized: first.isInitialized, farIsInitialized: last.isInitialized)
    }

    /// Pairs of ranges, one behind the other: each two neighbours of one spacing, and those of
    /// which the swap crosses no bound anew, between ticks that are in use.
    var ladders: [(near: Range, far: Range)] {
        var pairs: [(near: Range, far: Range)] = []
        for middle in bounds.indices.dropFirst().dropLast() {
            pairs.append((range(middle - 1, middle), range(middle, middle + 1)))
        }
        // The first bound lies behind the price: no swap crosses it.
        var start = 0
        for middle in bounds.indices.dropFirst().dropLast() where bounds[middle].isInitialized {
            let next =
                bounds.indices.dropFirst(middle + 1).first { bounds[$0].isInitialized }
                ?? bounds.count - 1
            for far in middle + 1...next where middle - start > 1 || far - middle > 1 {
                pairs.append((range(start, middle), range(middle, far)))
            }
            start = middle
        }
        return pairs
    }
}
