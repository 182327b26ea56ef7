/// What makes the tower Fp2, Fp6, Fp12 above a prime field: Fp6 = Fp2[v] / (v³ − ξ) and
/// Fp12 = Fp6[w] / (w² − v), so that w⁶ = ξ.
package protocol TowerParameters: Sendable {
    associatedtype Prime: PrimeField
    typealias Quadratic = QuadraticExtension<Prime>

    /// The product with ξ, which is neither a square nor a cube in Fp2.
    static func timesNonResidue(_ element: Quadratic) -> Quadratic

    /// ξ^(i·(p−1)/6) for i from 0 to 5: what w^i is multiplied by when raised to p.
    static var frobenius: FrobeniusCoefficients<Prime> { get }
}

/// γ_i = ξ^(i·(p−1)/6).
package struct FrobeniusCoefficients<Prime: PrimeField>: Sendable {
    package let gamma1: QuadraticExtension<Prime>
    package let gamma2: QuadraticExtension<Prime>
    package let gamma3: QuadraticExtension<Prime>
    package let gamma4: QuadraticExtension<Prime>
    package let gamma5: QuadraticExtension<Prime>

    /// - Parameter sixth: (p − 1) / 6, limbs least significant first.
    init(nonResidue: QuadraticExtension<Prime>, sixth: [UInt64]) {
        gamma1 = nonResidue.power(sixth)
        gamma2 = gamma1 * gamma1
        gamma3 = gamma2 * gamma1
        gamma4 = gamma3 * gamma1
        gamma5 = gamma4 * gamma1
    }
}
