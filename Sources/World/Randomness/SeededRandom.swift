import Foundation

/// All chance of a world, from one seed: the same seed gives the same numbers on every machine
/// (SplitMix64 of Steele, Lea and Flood, OOPSLA 2014).
public struct SeededRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// The numbers of a seed, for one purpose: streams of different purposes are independent, so
    /// that drawing more of one does not change another.
    public init(seed: UInt64, purpose: String) {
        state = seed
        for byte in purpose.utf8 {
            state = (state ^ UInt64(byte)) &* 0x100_0000_01B3
            _ = next()
        }
    }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    /// A number in 0..<1, in steps of 2^-53.
    public mutating func unit() -> Double {
        Double(next() >> 11) * 0x1p-53
    }

    /// Whether an event of this probability happens.
    public mutating func happens(_ probability: Double) -> Bool { unit() < probability }

    /// A number of the normal distribution with mean 0 and deviation 1: the sum of twelve uniform
    /// ones less six, which needs no function that differs between mathematics libraries.
    public mutating func gaussian() -> Double {
        var sum = -6.0
        for _ in 0..<12 { sum += unit() }
        return sum
    }

    /// A number of events with this mean: a Poisson distribution by Knuth's product.
    public mutating func count(mean: Double) -> Int {
        let limit = exp(-mean)
        var product = unit()
        var count = 0
        while product > limit, count < 64 {
            product *= unit()
            count += 1
        }
        return count
    }
}
