import EVM

/// Points of a whole curve, found by their x; almost never are they in the subgroup.
struct RandomPoints<Curve: SampledPairing> {
    var random: RandomElements

    init(seed: UInt64) { random = RandomElements(seed: seed) }

    mutating func g1() -> AffinePoint<Curve.G1> {
        while true {
            let x = random.element(of: Curve.Prime.self)
            let y = (x.squared * x + Curve.G1.b).power(Self.rootExponent)
            if let point = AffinePoint<Curve.G1>(x: x, y: y) { return point }
        }
    }

    mutating func g2() -> AffinePoint<Curve.G2> {
        while true {
            let x = random.quadratic(Curve.Quadratic.self)
            if let y = Self.squareRoot(x.squared * x + Curve.G2.b),
                let point = AffinePoint<Curve.G2>(x: x, y: y)
            {
                return point
            }
        }
    }

    /// (p + 1) / 4; to this power squares are their roots, as p ≡ 3 (mod 4).
    private static var rootExponent: [UInt64] {
        let limbs = Curve.modulusLimbs
        return limbs.indices.map { index in
            let above = index + 1 < limbs.count ? limbs[index + 1] : 0
            // ⌊p / 4⌋ + 1 is (p + 1) / 4; its lowest limb is not full.
            return (limbs[index] >> 2 | above << 62) + (index == 0 ? 1 : 0)
        }
    }

    /// By roots of the norm and of half the trace, where there are any.
    private static func squareRoot(_ a: Curve.Quadratic) -> Curve.Quadratic? {
        let norm = (a.c0.squared + a.c1.squared).power(rootExponent)
        let half = Curve.Prime.one.doubled.inverse
        for root in [norm, -norm] {
            let c0 = ((a.c0 + root) * half).power(rootExponent)
            let candidate = Curve.Quadratic(c0, a.c1 * half * c0.inverse)
            if candidate.squared == a { return candidate }
        }
        return nil
    }
}
