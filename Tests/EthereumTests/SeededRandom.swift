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

    mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
    }

    /// A word of any width from 0 to 256 bits.
    mutating func word() -> UInt256 {
        UInt256(next(), next(), next(), next()) >> UInt64(below(257))
    }

    mutating func address() -> Address { Address(word: UInt256(next(), next(), next(), 0)) }

    mutating func hash() -> Hash32 { Hash32(word: UInt256(next(), next(), next(), next())) }

    /// The bytes with one to four changes: a byte altered, removed, inserted, or the end cut off.
    mutating func mutated(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for _ in 0...below(4) where !bytes.isEmpty {
            let index = below(bytes.count)
            switch below(5) {
            case 0: bytes[index] = UInt8(truncatingIfNeeded: next())
            case 1: bytes.remove(at: index)
            case 2: bytes.insert(UInt8(truncatingIfNeeded: next()), at: index)
            case 3:
                bytes[index] =
                    [0x00, 0x7f, 0x80, 0x81, 0xb8, 0xbf, 0xc0, 0xf7, 0xf8, 0xff][below(10)]
            default: bytes.removeLast(below(min(bytes.count, 8)))
            }
        }
        return bytes
    }
}
