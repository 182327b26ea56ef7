import EVM
import Ethereum

/// The chance of one program: the same seed and number give the same program (SplitMix64 of Steele,
/// Lea and Flood, OOPSLA 2014).
struct FuzzRandom {
    private var state: UInt64

    init(seed: UInt64, program: UInt64) {
        state = seed &* 0xD134_2543_DE82_EF95 ^ program &* 0x9E37_79B9_7F4A_7C15
        _ = next()
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    /// A number in 0..<limit.
    mutating func below(_ limit: Int) -> Int { Int(next() >> 1) % limit }

    /// Whether one of `parts` equal chances came.
    mutating func isOne(of parts: Int) -> Bool { below(parts) == 0 }

    mutating func element<T>(_ elements: [T]) -> T { elements[below(elements.count)] }

    mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
    }

    /// Small numbers, powers of two and their neighbours, field orders, random words of all widths.
    mutating func word() -> UInt256 {
        switch below(12) {
        case 0: return .zero
        case 1: return .one
        case 2: return .max
        case 3: return UInt256(UInt64(below(300)))
        case 4: return .one << UInt64(below(256))
        case 5: return (.one << UInt64(below(256))) &- .one
        case 6: return .zero &- UInt256(UInt64(below(300)))
        case 7: return element(Self.famous)
        case 8: return UInt256(next())
        default: return UInt256(next(), next(), next(), next()) >> UInt64(below(256))
        }
    }

    /// 2^255, the orders of bn254's two fields and of secp256k1's.
    private static let famous: [UInt256] = [
        UInt256(0, 0, 0, 1 << 63),
        UInt256(
            0x3C20_8C16_D87C_FD47, 0x9781_6A91_6871_CA8D, 0xB850_45B6_8181_585D,
            0x3064_4E72_E131_A029),
        UInt256(
            0x43E1_F593_F000_0001, 0x2833_E848_79B9_7091, 0xB850_45B6_8181_585D,
            0x3064_4E72_E131_A029),
        UInt256(0xFFFF_FFFE_FFFF_FC2F, .max, .max, .max),
        UInt256(0xBFD2_5E8C_D036_4141, 0xBAAE_DCE6_AF48_A03B, 0xFFFF_FFFF_FFFF_FFFE, .max),
    ]
}
