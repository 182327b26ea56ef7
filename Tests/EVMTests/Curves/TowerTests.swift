import EVM
import Ethereum
import Testing

@Suite("Towers of fields")
struct TowerTests {
    private func checkLaws<F: Field>(_ a: F, _ b: F, _ c: F, seed: UInt64) {
        #expect((a * b) * c == a * (b * c), "seed \(seed)")
        #expect(a * (b + c) == a * b + a * c, "seed \(seed)")
        #expect(a * b == b * a, "seed \(seed)")
        #expect(a.squared == a * a, "seed \(seed)")
        #expect(a.doubled == a + a, "seed \(seed)")
        #expect(a - b == a + -b, "seed \(seed)")
        #expect(a * .one == a)
        #expect(a * a.inverse == .one, "seed \(seed)")
        #expect(F.zero.inverse == .zero)
        #expect(F.zero.isZero && !F.one.isZero)
    }

    private func check<Tower: SampledPairing>(_: Tower.Type, seed: UInt64) {
        var random = RandomElements(seed: seed)
        for _ in 0..<4 {
            let quadratics = (0..<3).map { _ in random.quadratic(Tower.Quadratic.self) }
            checkLaws(quadratics[0], quadratics[1], quadratics[2], seed: seed)
            let cubics = (0..<3).map { _ in random.cubic(CubicExtension<Tower>.self) }
            checkLaws(cubics[0], cubics[1], cubics[2], seed: seed)
            let dodecics = (0..<3).map { _ in random.dodecic(Tower.self) }
            checkLaws(dodecics[0], dodecics[1], dodecics[2], seed: seed)
        }
    }

    private func checkFrobenius<Tower: SampledPairing>(_: Tower.Type, seed: UInt64) {
        var random = RandomElements(seed: seed)
        let a = random.dodecic(Tower.self)
        #expect(a.frobenius == a.power(Tower.modulusLimbs), "seed \(seed)")
        var image = a
        for _ in 0..<6 { image = image.frobenius }
        #expect(image == a.conjugate, "seed \(seed)")
        let b = random.quadratic(Tower.Quadratic.self)
        #expect(b.conjugate == b.power(Tower.modulusLimbs), "seed \(seed)")
        // ξ is neither a square nor a cube, or Fp12 would not be a field.
        let one = Tower.Quadratic.one
        #expect(Tower.frobenius.gamma2 != one && Tower.frobenius.gamma3 != one)
    }

    private func checkCyclotomic<Tower: SampledPairing>(_: Tower.Type, seed: UInt64) {
        var random = RandomElements(seed: seed)
        let a = random.dodecic(Tower.self)
        let unitary = a.conjugate * a.inverse
        let inSubgroup = unitary.frobenius.frobenius * unitary
        #expect(inSubgroup.cyclotomicSquared == inSubgroup.squared, "seed \(seed)")
        #expect(inSubgroup.conjugate == inSubgroup.inverse, "seed \(seed)")
        // The short formula holds in the subgroup only.
        #expect(a.cyclotomicSquared != a.squared, "seed \(seed)")
    }

    @Test("alt_bn128: every level is a field")
    func bn254() { check(BN254.self, seed: 11) }

    @Test("alt_bn128: Frobenius is the p-th power, six times it the conjugate")
    func bn254Frobenius() { checkFrobenius(BN254.self, seed: 12) }

    @Test("alt_bn128: cyclotomic squares are squares, in the subgroup and not outside")
    func bn254Cyclotomic() { checkCyclotomic(BN254.self, seed: 13) }

    @Test("BLS12-381: every level is a field")
    func bls12381() { check(BLS12381.self, seed: 14) }

    @Test("BLS12-381: Frobenius is the p-th power, six times it the conjugate")
    func bls12381Frobenius() { checkFrobenius(BLS12381.self, seed: 15) }

    @Test("BLS12-381: cyclotomic squares are squares, in the subgroup and not outside")
    func bls12381Cyclotomic() { checkCyclotomic(BLS12381.self, seed: 16) }
}
