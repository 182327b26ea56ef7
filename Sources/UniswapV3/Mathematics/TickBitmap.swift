import Ethereum

/// The bitmap of initialised ticks: one bit per tick of the grid, 256 to a word.
///
/// A swap looks for its next tick inside one word only. Without an initialised tick there it stops
/// at the word's edge and begins a new step, and each step rounds: the edges are part of the
/// result.
public enum TickBitmap {
    /// The word and the bit of a compressed tick (the tick divided by the spacing).
    @inline(__always)
    public static func position(compressed: Tick) -> (word: Int16, bit: UInt8) {
        (Int16(truncatingIfNeeded: compressed >> 8), UInt8(truncatingIfNeeded: compressed))
    }

    /// The lowest tick of the word that holds `tick`: where a falling price stops at the latest.
    @inline(__always)
    public static func lowEdge(from tick: Tick, tickSpacing: Tick) -> Tick {
        (TickSpacing.compressed(tick, tickSpacing) & ~255) * tickSpacing
    }

    /// The highest tick of the word that holds the grid's next tick above `tick`: where a rising
    /// price stops at the latest.
    @inline(__always)
    public static func highEdge(from tick: Tick, tickSpacing: Tick) -> Tick {
        ((TickSpacing.compressed(tick, tickSpacing) + 1) | 255) * tickSpacing
    }

    /// The lowest set bit of a word of the bitmap; nil where none is set.
    @inline(__always)
    public static func lowestBit(_ word: UInt256) -> Int? {
        if word.limb0 != 0 { return word.limb0.trailingZeroBitCount }
        if word.limb1 != 0 { return 64 + word.limb1.trailingZeroBitCount }
        if word.limb2 != 0 { return 128 + word.limb2.trailingZeroBitCount }
        if word.limb3 != 0 { return 192 + word.limb3.trailingZeroBitCount }
        return nil
    }
}
