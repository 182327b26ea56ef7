import EVM
import Ethereum
import Testing

@Suite("Pairings")
struct PairingTests {
    private func check<Curve: SampledPairing>(_: Curve.Type, seed: UInt64) {
        typealias Pair = PairingPair<Curve>
        var random = RandomElements(seed: seed)
        let (g1, g2) = (Curve.generator1, Curve.generator2)
        let value = Curve.pairing([Pair(g1, g2)])
        let r = Curve.groupOrder
        #expect(value != .one)
        #expect(value.power([r.limb0, r.limb1, r.limb2, r.limb3]) == .one)

        // e(j·P, k·Q) = e(P, Q)^(j·k).
        let (j, k) = (random.limb(), random.limb())
        let p = JacobianPoint(g1).multiplied(by: UInt256(j)).affine
        let q = JacobianPoint(g2).multiplied(by: UInt256(k)).affine
        #expect(Curve.hasOrder(q))
        let both = Curve.pairing([Pair(p, q)])
        #expect(both == value.power([j]).power([k]), "seed \(seed)")
        #expect(Curve.pairing([Pair(-p, q)]) == both.inverse, "seed \(seed)")
        #expect(Curve.pairing([Pair(p, -q)]) == both.inverse, "seed \(seed)")

        // A product of pairs is the product of their pairings.
        #expect(Curve.pairing([Pair(p, q), Pair(g1, g2)]) == both * value, "seed \(seed)")
        #expect(Curve.pairingIsOne([Pair(p, q), Pair(-p, q)]), "seed \(seed)")
        #expect(!Curve.pairingIsOne([Pair(p, q), Pair(p, q)]), "seed \(seed)")
        #expect(!Curve.pairingIsOne([Pair(p, q)]), "seed \(seed)")

        // Infinity counts as 1.
        #expect(Curve.pairingIsOne([]))
        #expect(Curve.pairingIsOne([Pair(.infinity, q), Pair(p, .infinity)]))
        #expect(Curve.pairing([Pair(.infinity, q), Pair(p, q)]) == both, "seed \(seed)")
    }

    @Test("alt_bn128: bilinear, of order r, and not constant")
    func bn254() { check(BN254.self, seed: 31) }

    @Test("BLS12-381: bilinear, of order r, and not constant")
    func bls12381() { check(BLS12381.self, seed: 32) }
}
