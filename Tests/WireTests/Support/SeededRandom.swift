/// SplitMix64: the same seed gives the same tests.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
        return z ^ z >> 31
    }
}

extension SeededRandom {
    /// Changes, cuts, repeats or exchanges a few bytes.
    mutating func mutated(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...4, using: &self) where !bytes.isEmpty {
            let at = Int.random(in: 0..<bytes.count, using: &self)
            switch Int.random(in: 0..<7, using: &self) {
            case 0: bytes[at] = UInt8.random(in: 0...255, using: &self)
            case 1: bytes[at] = SeededRandom.telling.randomElement(using: &self) ?? 0
            case 2: bytes.remove(at: at)
            case 3: bytes.insert(SeededRandom.telling.randomElement(using: &self) ?? 0, at: at)
            case 4: bytes.removeSubrange(at...)
            case 5:
                let end = min(bytes.count, at + Int.random(in: 1...32, using: &self))
                bytes.insert(contentsOf: Array(bytes[at..<end]), at: at)
            default: bytes.swapAt(at, Int.random(in: 0..<bytes.count, using: &self))
            }
        }
        return bytes
    }

    /// Bytes that mean something to a parser.
    private static let telling = Array("{}[]\":,\\u0x/ntf-+.eE19afAF \n\u{0}\u{1f}é".utf8)
}
