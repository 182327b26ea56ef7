/// The value at P of the tangent or chord of a step of Miller's loop: constant, x and y part.
///
/// With (xT, yT) on the line and slope λ, all on the twist, it is a multiple, by an element of
/// Fp2, of
///   (λ·xT − yT) − λ·xP + yP,
/// each of the three terms at the power of w that the untwisting gives it. The factor disappears in
/// the final exponentiation.
package struct EvaluatedLine<Prime: PrimeField> {
    package typealias Quadratic = QuadraticExtension<Prime>

    /// λ·xT − yT.
    var constant: Quadratic
    /// −λ·xP.
    var xPart: Quadratic
    /// yP.
    var yPart: Quadratic
}

/// The point T that runs through the multiples of Q, with a step and its line.
struct MillerPoint<Parameters: PairingParameters> {
    typealias Quadratic = Parameters.Quadratic
    typealias Line = EvaluatedLine<Parameters.Prime>

    private(set) var point: JacobianPoint<Parameters.G2>

    init(_ q: AffinePoint<Parameters.G2>) { point = JacobianPoint(q) }

    /// T becomes 2T; gives the tangent at T, multiplied by 2y·z³, evaluated at `p`.
    ///
    /// λ = 3x²/(2yz) in Jacobian coordinates, so that the three parts become 3x³ − 2y², −3x²z²·xP
    /// and 2yz³·yP.
    mutating func double(at p: AffinePoint<Parameters.G1>) -> Line {
        let t = point
        let xx = t.x.squared
        let yy = t.y.squared
        let zz = t.z.squared
        let slope = xx.tripled
        let yyyy = yy.squared
        let s = ((t.x + yy).squared - xx - yyyy).doubled
        let newX = slope.squared - s.doubled
        let newY = slope * (s - newX) - yyyy.doubled.doubled.doubled
        let newZ = (t.y + t.z).squared - yy - zz
        point = JacobianPoint(newX, newY, newZ)
        return Line(
            constant: slope * t.x - yy.doubled, xPart: -(slope * zz * p.x),
            yPart: newZ * zz * p.y)
    }

    /// T becomes T + Q; gives the chord through both, multiplied by the new z, evaluated at `p`.
    /// T is neither Q nor −Q nor at infinity, since Q's order is above every multiple in the loop.
    ///
    /// With h = xQ·z² − x and r = yQ·z³ − y it is λ = r/(z·h), and the parts are r·xQ − yQ·zh,
    /// −r·xP and zh·yP.
    mutating func add(_ q: AffinePoint<Parameters.G2>, at p: AffinePoint<Parameters.G1>) -> Line {
        let t = point
        let zz = t.z.squared
        let h = q.x * zz - t.x
        let r = q.y * t.z * zz - t.y
        let hh = h.squared
        let hhh = hh * h
        let v = t.x * hh
        let newX = r.squared - hhh - v.doubled
        let newY = r * (v - newX) - t.y * hhh
        let newZ = t.z * h
        point = JacobianPoint(newX, newY, newZ)
        return Line(constant: r * q.x - q.y * newZ, xPart: -(r * p.x), yPart: newZ * p.y)
    }
}
