import EVM
import Ethereum

/// Random integers and elements; the same for the same seed (xorshift64*, Vigna 2014).
struct RandomElements {
    let seed: UInt64
    private var state: UInt64

    init(seed: UInt64) {
        self.seed = seed
        state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    }

    mutating func limb() -> UInt64 {
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return state &* 0x2545_F491_4F6C_DD1D
    }

    mutating func word() -> UInt256 { UInt256(limb(), limb(), limb(), limb()) }

    mutating func element<Modulus>(_: Montgomery256<Modulus>.Type) -> Montgomery256<Modulus> {
        Montgomery256(reducing: word())
    }

    /// The sum of bits times growing powers of two: any element, whatever its field.
    mutating func element<Prime: PrimeField>(of _: Prime.Type) -> Prime {
        var result = Prime.zero
        for _ in 0..<7 {
            let limb = limb()
            for bit in 0..<64 {
                result = result.doubled
                if limb >> UInt64(bit) & 1 == 1 { result = result + .one }
            }
        }
        return result
    }

    mutating func quadratic<Prime: PrimeField>(
        _: QuadraticExtension<Prime>.Type
    ) -> QuadraticExtension<Prime> {
        QuadraticExtension(element(of: Prime.self), element(of: Prime.self))
    }

    mutating func cubic<Tower: TowerParameters>(
        _: CubicExtension<Tower>.Type
    ) -> CubicExtension<Tower> {
        CubicExtension(
            quadratic(Tower.Quadratic.self), quadratic(Tower.Quadratic.self),
            quadratic(Tower.Quadratic.self))
    }

    mutating func dodecic<Tower: TowerParameters>(_: Tower.Type) -> DodecicExtension<Tower> {
        DodecicExtension(
            cubic(CubicExtension<Tower>.self), cubic(CubicExtension<Tower>.self))
    }
}
