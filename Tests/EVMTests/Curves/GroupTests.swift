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

    @Test("the short tests of membership agree with r times the point, in and outside the subgroup")
    func subgroups() {
        func check<Curve: CurveParameters>(
            _ point: AffinePoint<Curve>, order: UInt256, isInSubgroup: Bool,
            cofactorMultiple: Bool = false
        ) {
            let hasOrder = JacobianPoint(point).multiplied(by: order).isInfinity
            #expect(isInSubgroup == hasOrder, "seed 28")
            #expect(isInSubgroup == cofactorMultiple, "seed 28")
        }
        var bn254 = RandomPoints<BN254>(seed: 28)
        var bls12381 = RandomPoints<BLS12381>(seed: 28)
        #expect(BN254.isInSubgroup(.infinity))
        for _ in 0..<3 {
            let twist = bn254.g2()
            check(twist, order: BN254.order, isInSubgroup: BN254.isInSubgroup(twist))
            let g1 = bls12381.g1()
            check(g1, order: BLS12381.order, isInSubgroup: BLS12381.isInSubgroup(g1))
            let g2 = bls12381.g2()
            check(g2, order: BLS12381.order, isInSubgroup: BLS12381.isInSubgroup(g2))
            // 1 − u takes any point of the curve into G1 (RFC 9380, section 8.8.1).
            let inside = JacobianPoint(g1).multiplied(by: 0xD201_0000_0001_0001).affine
            check(
                inside, order: BLS12381.order, isInSubgroup: BLS12381.isInSubgroup(inside),
                cofactorMultiple: true)
        }
    }
}
