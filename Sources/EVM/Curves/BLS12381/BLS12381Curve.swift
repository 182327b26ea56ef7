import Ethereum

extension BLS12381 {
    /// y² = x³ + 4 over Fp; only a part of its points has the order r.
    package enum G1: CurveParameters {
        package typealias Coordinate = Prime

        @inline(__always) package static var a: Prime { .zero }
        package static let b = Prime.one.doubled.doubled
    }

    /// The twist y² = x³ + 4ξ over Fp2; only a part of its points has the order r.
    package enum G2: CurveParameters {
        package typealias Coordinate = Quadratic

        @inline(__always) package static var a: Quadratic { .zero }
        package static let b = timesNonResidue(.one).doubled.doubled
    }
}

// MARK: Subgroups

/// Both tests compare an endomorphism with the multiple that it is on the subgroup, and only there
/// (M. Scott, A note on group membership tests for G1, G2 and GT, 2021).
extension BLS12381 {
    /// A third root of 1 in Fp, other than 1: 2 is no cube modulo p, so 2^((p − 1)/3) is one.
    private static let thirdRootOfUnity = Prime.one.doubled.squared.power(sixth)

    /// Whether a point has the order r, or is at infinity.
    ///
    /// By [u²]P = −φ(P) with φ(x, y) = (β·x, y): from φ² + φ + 1 = 0 follows [u⁴ − u² + 1]P = 0.
    package static func isInSubgroup(_ point: AffinePoint<G1>) -> Bool {
        if point.isInfinity { return true }
        let multiple = JacobianPoint(point).multiplied(bySparse: negatedU)
            .multiplied(bySparse: negatedU)
        return multiple
            == JacobianPoint(
                AffinePoint(uncheckedX: point.x * thirdRootOfUnity, y: -point.y))
    }

    /// Whether a point of the twist has the order r, or is at infinity.
    ///
    /// By ψ(Q) = [u]Q: ψ² − [t]ψ + [p] = 0 with t = u + 1 makes [p + 1 − t]Q = 0, and p + 1 − t and
    /// the number of points of the twist have no common factor but r.
    package static func isInSubgroup(_ point: AffinePoint<G2>) -> Bool {
        if point.isInfinity { return true }
        let multiple = JacobianPoint(point).multiplied(bySparse: negatedU)
        return multiple == -JacobianPoint(endomorphism(point))
    }

    private static let inverseGamma2 = frobenius.gamma2.inverse
    private static let inverseGamma3 = frobenius.gamma3.inverse

    /// The map ψ of the twist that raises coordinates to p: untwist, Frobenius, twist.
    static func endomorphism(_ point: AffinePoint<G2>) -> AffinePoint<G2> {
        if point.isInfinity { return point }
        return AffinePoint(
            uncheckedX: point.x.conjugate * inverseGamma2,
            y: point.y.conjugate * inverseGamma3)
    }

    /// ψ of a point in Jacobian coordinates, which raising to p takes to such again.
    static func endomorphism(_ point: JacobianPoint<G2>) -> JacobianPoint<G2> {
        JacobianPoint(
            point.x.conjugate * inverseGamma2, point.y.conjugate * inverseGamma3,
            point.z.conjugate)
    }
}
