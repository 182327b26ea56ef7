import BigInt
import Ethereum
import UniswapV3

/// Integers without bounds, to compute the same things by another road.
func big(_ value: UInt256) -> BigInt {
    let limbs = [value.limb0, value.limb1, value.limb2, value.limb3]
    return BigInt(BigUInt(words: limbs.map { UInt($0) }))
}
func big(_ value: UInt128) -> BigInt { big(UInt256(value)) }
func big(_ value: Int256) -> BigInt {
    value.isNegative ? -big(value.magnitude) : big(value.magnitude)
}

func word(_ value: BigInt) -> UInt256 { UInt256(decimal: value.description)! }

let q96 = BigInt(1) << 96

func floorDivide(_ a: BigInt, _ b: BigInt) -> BigInt { a / b }
func ceilDivide(_ a: BigInt, _ b: BigInt) -> BigInt { (a + b - 1) / b }
func divide(_ a: BigInt, _ b: BigInt, _ rounding: Rounding) -> BigInt {
    rounding == .up ? ceilDivide(a, b) : floorDivide(a, b)
}

/// A seeded stream of operands (SplitMix64): the seed in a failing test reproduces it.
struct Randomness: RandomNumberGenerator {
    var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// An integer above 0 whose number of bits is uniform over 1...bits.
    mutating func integer(bits: Int) -> UInt256 {
        let width = UInt64.random(in: 1...UInt64(bits), using: &self)
        let value = UInt256(next(), next(), next(), next() | 1 << 63)
        return value >> (256 - width)
    }

    mutating func liquidity(bits: Int = 128) -> UInt128 { integer(bits: bits).low128 }

    /// A price at a random distance from a random tick.
    mutating func sqrtPriceX96() -> UInt256 {
        let tick = Tick.random(in: TickMath.minTick..<TickMath.maxTick, using: &self)
        let price = TickMath.sqrtPriceX96(atTick: tick)!
        let next = TickMath.sqrtPriceX96(atTick: tick + 1)!
        return price &+ integer(bits: 160).remainderOrZero(dividingBy: next &- price)
    }
}
