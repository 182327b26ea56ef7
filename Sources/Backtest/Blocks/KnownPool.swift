import Ethereum
import UniswapV3

/// A pool before a recorded block, as far as the block's execution has read it: nothing else of it
/// is in the file.
enum KnownPool {
    /// The pool's state from the words that were read; nil where price, liquidity or the bitmap
    /// around the price were not.
    ///
    /// Ticks reach as far as every bitmap word and every initialised tick in it were read; beyond,
    /// the model has no answer. Fee growths that were not read count as 0, which changes neither
    /// amounts nor the fees of a position that is opened here, because those are differences.
    static func state(_ key: PoolKey, words: [UInt256: UInt256]) -> PoolState? {
        guard let spacing = TickSpacing.of(feePips: key.feePips),
            let slot0 = words[PoolStorage.slot0].map({ Slot0(word: $0) }),
            let liquidity = words[PoolStorage.liquidity]?.asUInt128
        else { return nil }
        let home = TickSpacing.compressed(slot0.tick, spacing) >> 8
        guard words[PoolStorage.tickBitmap(word: Int16(truncatingIfNeeded: home))] != nil else {
            return nil
        }
        let reach = Reach(words: words, spacing: spacing, price: slot0.tick)
        return try? PoolState(
            key: key, tickSpacing: spacing, slot0: slot0, liquidity: liquidity,
            feeGrowthGlobal0X128: words[PoolStorage.feeGrowthGlobal0X128] ?? .zero,
            feeGrowthGlobal1X128: words[PoolStorage.feeGrowthGlobal1X128] ?? .zero,
            ticks: reach.ticks, loadedTicks: reach.lower...reach.upper)
    }

    /// How far the ticks are known on either side of the price.
    private struct Reach {
        private(set) var ticks: [InitializedTick] = []
        private(set) var lower: Tick
        private(set) var upper: Tick

        init(words: [UInt256: UInt256], spacing: Tick, price: Tick) {
            let home = TickSpacing.compressed(price, spacing) >> 8
            (lower, upper) = (price, price)
            // Downwards from the price: of each word its ticks from above.
            var word = home
            walk: while let bits = Self.bits(words, word) {
                for tick in Self.initialized(bits, word, spacing).reversed() where tick <= price {
                    guard let known = Self.tick(words, tick) else {
                        lower = tick + 1
                        break walk
                    }
                    ticks.append(known)
                }
                lower = max((word << 8) * spacing, TickMath.minTick)
                word -= 1
            }
            word = home
            walk: while let bits = Self.bits(words, word) {
                for tick in Self.initialized(bits, word, spacing) where tick > price {
                    guard let known = Self.tick(words, tick) else {
                        upper = tick - 1
                        break walk
                    }
                    ticks.append(known)
                }
                upper = min(((word + 1) << 8) * spacing - 1, TickMath.maxTick)
                word += 1
            }
        }

        private static func bits(_ words: [UInt256: UInt256], _ word: Tick) -> UInt256? {
            guard let index = Int16(exactly: word) else { return nil }
            return words[PoolStorage.tickBitmap(word: index)]
        }

        private static func initialized(_ bits: UInt256, _ word: Tick, _ spacing: Tick) -> [Tick] {
            (0..<256).filter { bits.bit($0) }.map { (word << 8 | Tick($0)) * spacing }
        }

        private static func tick(_ words: [UInt256: UInt256], _ tick: Tick) -> InitializedTick? {
            guard let word = words[PoolStorage.tick(tick)], !word.isZero else { return nil }
            return InitializedTick(tick: tick, liquidityWord: word)
        }
    }
}
