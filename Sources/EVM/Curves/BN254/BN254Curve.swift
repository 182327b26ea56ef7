import Ethereum

extension BN254 {
    /// y² = x³ + 3 over Fp; all its points have the order r (EIP-196).
    package enum G1: CurveParameters {
        package typealias Coordinate = Prime

        @inline(__always) package static var a: Prime { .zero }
        package static let b = Prime.one.tripled
    }

    /// The twist y² = x³ + 3/ξ over Fp2; only a part of its points has the order r (EIP-197).
    package enum G2: CurveParameters {
        package typealias Coordinate = Quadratic

        @inline(__always) package static var a: Quadratic { .zero }
        package static let b = timesNonResidue(.one).inverse * Prime.one.tripled
    }

    /// The map of the twist that raises coordinates to p: untwist, Frobenius, twist.
    static func endomorphism(_ point: AffinePoint<G2>) -> AffinePoint<G2> {
        if point.isInfinity { return point }
        return AffinePoint(
            uncheckedX: point.x.conjugate * frobenius.gamma2,
            y: point.y.conjugate * frobenius.gamma3)
    }

    /// Whether a point of the twist has the order r, or is at infinity.
    ///
    /// By ψ(Q) = [6u²]Q: ψ² − [t]ψ + [p] = 0 on the whole twist, and with ψ = [t − 1], where
    /// t − 1 = 6u², that reads [p + 1 − t]Q = [r]Q = 0 (M. Scott, A note on group membership tests,
    /// 2021).
    package static func isInSubgroup(_ point: AffinePoint<G2>) -> Bool {
        let multiple = JacobianPoint(point).multiplied(
            by: UInt256(UInt128(u) &* UInt128(u) &* 6))
        return multiple == JacobianPoint(endomorphism(point))
    }
}
