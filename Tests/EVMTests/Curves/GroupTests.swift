import EVM
import Ethereum
import Testing

@Suite("Groups of points")
struct GroupTests {
    private func checkLaws<Curve: CurveParameters>(
        _ generator: AffinePoint<Curve>, order: UInt256, seed: UInt64
    ) {
        typealias Point = JacobianPoint<Curve>
        var random = RandomElements(seed: seed)
        let g = Point(generator)
        #expect(!g.isInfinity)
        #expect(g.multiplied(by: order).isInfinity)
        #expect(g.multiplied(by: 0).isInfinity)
        #expect(Point.infinity.multiplied(by: 5).isInfinity)
        #expect(g.multiplied(by: order &- 1) == -g)
        for _ in 0..<3 {
            let (j, k) = (random.word() >> 2, random.word() >> 2)
            let (p, q) = (g.multiplied(by: j), g.multiplied(by: k))
            #expect(p + q == q + p, "seed \(seed)")
            #expect((p + q) + g == p + (q + g), "seed \(seed)")
            #expect(p + q == g.multiplied(by: j &+ k), "seed \(seed)")
            #expect(p + p == p.doubled, "seed \(seed)")
            #expect(p + p.affine == p.doubled, "seed \(seed)")
            #expect(p + q.affine == p + q, "seed \(seed)")
            #expect((p + -p).isInfinity && (p + -p.affine).isInfinity, "seed \(seed)")
            #expect(p + Point.infinity == p && Point.infinity + p == p)
            #expect(p + AffinePoint<Curve>.infinity == p && Point.infinity + p.affine == p)
            #expect(
                Point.sum(j, p.affine, k, q.affine)
                    == p.multiplied(by: j) + q.multiplied(by: k), "seed \(seed)")
            // What comes out is on the curve.
            let affine = (p + q).affine
            #expect(AffinePoint<Curve>(x: affine.x, y: affine.y) == affine, "seed \(seed)")
            #expect(
                AffinePoint<Curve>(x: affine.x, y: affine.y + .one) == nil, "seed \(seed)")
        }
        #expect(Point.infinity.doubled.isInfinity)
        #expect(Point.infinity.affine.isInfinity)
    }

    @Test("alt_bn128: both groups obey the laws and have the order r")
    func bn254() {
        checkLaws(BN254.generator1, order: BN254.order, seed: 21)
        checkLaws(BN254.generator2, order: BN254.order, seed: 22)
    }

    @Test("BLS12-381: both groups obey the laws and have the order r")
    func bls12381() {
        checkLaws(BLS12381.generator1, order: BLS12381.order, seed: 24)
        checkLaws(BLS12381.generator2, order: BLS12381.order, seed: 25)
    }

    @Test("P-256 obeys the laws and has the order n")
    func p256() { checkLaws(P256.generator, order: P256.ScalarModulus.modulus, seed: 26) }

    /// The bucket method against one multiple after the other, also with equal and opposite points
    /// and with those at infinity.
    @Test("sums of many multiples are the sums of the multiples", arguments: [0, 1, 3, 4, 20, 70])
    func manyMultiples(count: Int) {
        typealias Point = JacobianPoint<BLS12381.G1>
        var random = RandomElements(seed: UInt64(count) + 27)
        var points: [AffinePoint<BLS12381.G1>] = []
        var scalars: [UInt256] = []
        var expected = Point.infinity
        for index in 0..<count {
            let known = points.isEmpty ? BLS12381.generator1 : points[index / 2]
            let point =
                switch index % 5 {
                case 1: known
                case 2: -known
                case 3: AffinePoint<BLS12381.G1>.infinity
                default:
                    Point(BLS12381.generator1).multiplied(by: UInt256(random.limb())).affine
                }
            let scalar: UInt256 =
                switch index % 7 {
                case 1: .max
                case 5: .zero
                default: random.word() >> (random.limb() % 256)
                }
            points.append(point)
            scalars.append(scalar)
            expected = expected + Point(point).multiplied(by: scalar)
        }
        #expect(Point.sum(points, times: scalars) == expected, "seed \(random.seed)")
    }

    @Test("alt_bn128: 12345678901234567890123456789 times (1, 2) by affine formulas in Python")
    func knownMultiple() throws {
        let scalar = try #require(UInt256(decimal: "12345678901234567890123456789"))
        let point = JacobianPoint(BN254.generator1).multiplied(by: scalar).affine
        let x = "0x24d32fb1d3c3de6b72d5304e7ba8424e45bb77240d184e7a7d8a7f70d228d06d"
        let y = "0x1e35b3c285b25a788b38460f82451545253e6520fd5e68b7084b6543b71349cb"
        #expect(point.x.integer == UInt256(hex: x))
        #expect(point.y.integer == UInt256(hex: y))
    }

    /// Points of the twist that are found by their x are of the right order almost never.
    @Test("alt_bn128: points of the twist outside the subgroup are told from those inside")
    func bn254Subgroup() {
        #expect(BN254.isInSubgroup(BN254.generator2))
        #expect(BN254.isInSubgroup(.infinity))
        var random = RandomElements(seed: 23)
        var found = 0
        while found < 3 {
            let x = random.quadratic(BN254.Quadratic.self)
            guard let y = squareRoot(x.squared * x + BN254.G2.b),
                let point = AffinePoint<BN254.G2>(x: x, y: y)
            else { continue }
            found += 1
            let inside = JacobianPoint(point).multiplied(by: BN254.order).isInfinity
            #expect(BN254.isInSubgroup(point) == inside)
            #expect(!inside)
        }
    }

    /// A root in Fp2 where there is one: by roots of the norm in Fp.
    private func squareRoot(_ a: BN254.Quadratic) -> BN254.Quadratic? {
        // (p + 1) / 4.
        let p = BN254.Modulus.modulus &+ 1
        let quarter = p >> 2
        let exponent = [quarter.limb0, quarter.limb1, quarter.limb2, quarter.limb3]
        let norm = (a.c0.squared + a.c1.squared).power(exponent)
        let half = BN254.Prime.one.doubled.inverse
        for root in [norm, -norm] {
            let c0 = ((a.c0 + root) * half).power(exponent)
            let c1 = a.c1 * half * c0.inverse
            let candidate = BN254.Quadratic(c0, c1)
            if candidate.squared == a { return candidate }
        }
        return nil
    }
}
