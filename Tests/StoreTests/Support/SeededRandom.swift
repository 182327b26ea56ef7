import Ethereum

/// SplitMix64: the same numbers on every run for the same seed.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &self) }

    mutating func hash() -> Hash32 { Hash32(word: UInt256(next(), next(), next(), next())) }

    /// An amount of up to 240 bits, half of them below zero.
    mutating func delta() -> Int256 {
        let magnitude = UInt256(next(), next(), next(), next()) >> UInt64(16 + below(240))
        let amount = Int256(bitPattern: magnitude)
        return below(2) == 0 ? amount : -amount
    }
}
