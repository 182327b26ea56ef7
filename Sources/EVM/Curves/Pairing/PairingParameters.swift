/// What a curve with pairing is made of: two groups of one prime order r, G1 on a curve over Fp and
/// G2 on its sextic twist over Fp2, and the map from both to the r-th roots of unity in Fp12.
package protocol PairingParameters: TowerParameters {
    associatedtype G1: CurveParameters where G1.Coordinate == Prime
    associatedtype G2: CurveParameters where G2.Coordinate == Quadratic

    /// f times the line, put at the places that the twist gives its three coefficients.
    static func multiply(
        _ f: DodecicExtension<Self>, by line: EvaluatedLine<Prime>
    ) -> DodecicExtension<Self>

    /// f_Q(P): the Miller loops of all pairs, multiplied into one value. No point is at infinity.
    static func millerLoop(_ pairs: [PairingPair<Self>]) -> DodecicExtension<Self>

    /// The (p¹² − 1)/r-th power, up to a fixed further power prime to r.
    static func finalExponentiation(_ f: DodecicExtension<Self>) -> DodecicExtension<Self>
}

/// A point of each group.
package struct PairingPair<Parameters: PairingParameters>: Sendable {
    package var g1: AffinePoint<Parameters.G1>
    package var g2: AffinePoint<Parameters.G2>

    package init(_ g1: AffinePoint<Parameters.G1>, _ g2: AffinePoint<Parameters.G2>) {
        self.g1 = g1
        self.g2 = g2
    }
}

extension PairingParameters {
    /// The product of the pairings of all pairs, with one shared final exponentiation. A pair with
    /// a point at infinity counts as 1.
    package static func pairing(_ pairs: [PairingPair<Self>]) -> DodecicExtension<Self> {
        let proper = pairs.filter { !$0.g1.isInfinity && !$0.g2.isInfinity }
        if proper.isEmpty { return .one }
        return finalExponentiation(millerLoop(proper))
    }

    /// Whether that product is 1.
    package static func pairingIsOne(_ pairs: [PairingPair<Self>]) -> Bool {
        pairing(pairs) == .one
    }

    /// f^((p⁶ − 1)(p² + 1)), which lies in the cyclotomic subgroup.
    static func easyExponentiation(_ f: DodecicExtension<Self>) -> DodecicExtension<Self> {
        let unitary = f.conjugate * f.inverse
        return unitary.frobenius.frobenius * unitary
    }
}
