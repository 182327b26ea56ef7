/// A curve that elements of its field are mapped to by way of an isogenous curve y² = x³ + A·x + B
/// (RFC 9380, sections 6.6.2 and 6.6.3).
protocol MappedCurve: CurveParameters where Coordinate: SquareRootField {
    static var isogenousA: Coordinate { get }
    static var isogenousB: Coordinate { get }
    /// A non-square, as section 8.8 chooses it.
    static var z: Coordinate { get }
    static var isogeny: Isogeny<Coordinate> { get }

    /// The multiple of a point of the curve that lies in the subgroup: `clear_cofactor`.
    static func clearCofactor(_ point: AffinePoint<Self>) -> JacobianPoint<Self>
}

extension MappedCurve {
    /// The point of the subgroup for a field element.
    static func map(_ u: Coordinate) -> JacobianPoint<Self> {
        let (x, y) = simplifiedMap(u)
        return clearCofactor(isogeny.image(x: x, y: y))
    }

    /// The simplified Shallue-van de Woestijne-Ulas method: one of two values of x has a y.
    private static func simplifiedMap(_ u: Coordinate) -> (x: Coordinate, y: Coordinate) {
        let zuu = z * u.squared
        let t = (zuu.squared + zuu).inverse
        let x1 =
            t.isZero
            ? isogenousB * (z * isogenousA).inverse
            : -isogenousB * isogenousA.inverse * (.one + t)
        var x = x1
        var y = rightSide(x1).squareRoot
        if y == nil {
            x = zuu * x1
            y = rightSide(x).squareRoot
        }
        // For every u one of the two is a square: their quotient is (Z·u²)³ with the non-square Z.
        let root = y ?? .zero
        return (x, root.isOdd == u.isOdd ? root : -root)
    }

    private static func rightSide(_ x: Coordinate) -> Coordinate {
        (x.squared + isogenousA) * x + isogenousB
    }
}

/// A rational map between curves: x' = xn(x)/xd(x), y' = y·yn(x)/yd(x).
struct Isogeny<Coordinate: Field>: Sendable {
    /// Coefficients, that of x⁰ first.
    var xNumerator: [Coordinate]
    var xDenominator: [Coordinate]
    var yNumerator: [Coordinate]
    var yDenominator: [Coordinate]

    /// The image of a point; infinity where a denominator is 0.
    func image<Curve: CurveParameters>(
        x: Coordinate, y: Coordinate
    ) -> AffinePoint<Curve> where Curve.Coordinate == Coordinate {
        let xd = Self.value(xDenominator, at: x)
        let yd = Self.value(yDenominator, at: x)
        let scale = (xd * yd).inverse
        if scale.isZero { return .infinity }
        return AffinePoint(
            uncheckedX: Self.value(xNumerator, at: x) * yd * scale,
            y: y * Self.value(yNumerator, at: x) * xd * scale)
    }

    /// By Horner's rule.
    private static func value(_ coefficients: [Coordinate], at x: Coordinate) -> Coordinate {
        coefficients.reversed().reduce(.zero) { $0 * x + $1 }
    }
}
