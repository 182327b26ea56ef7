/// A point as (x/z², y/z³), which adds without divisions; z is 0 at infinity.
///
/// Formulas from the Explicit-Formulas Database, short Weierstrass curves in Jacobian coordinates:
/// dbl-2009-l with the term a·z⁴ of dbl-1998-cmo-2, add-2007-bl, madd-2007-bl.
package struct JacobianPoint<Curve: CurveParameters>: Sendable, BitwiseCopyable {
    package typealias Coordinate = Curve.Coordinate

    var x: Coordinate
    var y: Coordinate
    var z: Coordinate

    @inline(__always)
    init(_ x: Coordinate, _ y: Coordinate, _ z: Coordinate) {
        self.x = x
        self.y = y
        self.z = z
    }

    package init(_ point: AffinePoint<Curve>) {
        if point.isInfinity {
            self = .infinity
        } else {
            self.init(point.x, point.y, .one)
        }
    }

    package static var infinity: Self { Self(.one, .one, .zero) }

    @inline(__always) package var isInfinity: Bool { z.isZero }

    /// The same point by its two coordinates: one inversion.
    package var affine: AffinePoint<Curve> {
        if isInfinity { return .infinity }
        let inverse = z.inverse
        let square = inverse.squared
        return AffinePoint(uncheckedX: x * square, y: y * square * inverse)
    }

    package static prefix func - (point: Self) -> Self { Self(point.x, -point.y, point.z) }

    package var doubled: Self {
        let xx = x.squared
        let yy = y.squared
        let yyyy = yy.squared
        let s = ((x + yy).squared - xx - yyyy).doubled
        var m = xx.tripled
        if !Curve.a.isZero { m = m + Curve.a * z.squared.squared }
        let newX = m.squared - s.doubled
        let newY = m * (s - newX) - yyyy.doubled.doubled.doubled
        return Self(newX, newY, (y * z).doubled)
    }

    package static func + (p: Self, q: Self) -> Self {
        if p.isInfinity { return q }
        if q.isInfinity { return p }
        let z1z1 = p.z.squared
        let z2z2 = q.z.squared
        let u1 = p.x * z2z2
        let u2 = q.x * z1z1
        let s1 = p.y * q.z * z2z2
        let s2 = q.y * p.z * z1z1
        let h = u2 - u1
        let r = (s2 - s1).doubled
        if h.isZero { return r.isZero ? p.doubled : .infinity }
        let i = h.doubled.squared
        let j = h * i
        let v = u1 * i
        let newX = r.squared - j - v.doubled
        let newY = r * (v - newX) - (s1 * j).doubled
        let newZ = ((p.z + q.z).squared - z1z1 - z2z2) * h
        return Self(newX, newY, newZ)
    }

    package static func + (p: Self, q: AffinePoint<Curve>) -> Self {
        if q.isInfinity { return p }
        if p.isInfinity { return Self(q) }
        let z1z1 = p.z.squared
        let u2 = q.x * z1z1
        let s2 = q.y * p.z * z1z1
        let h = u2 - p.x
        let r = (s2 - p.y).doubled
        if h.isZero { return r.isZero ? p.doubled : .infinity }
        let hh = h.squared
        let i = hh.doubled.doubled
        let j = h * i
        let v = p.x * i
        let newX = r.squared - j - v.doubled
        let newY = r * (v - newX) - (p.y * j).doubled
        let newZ = (p.z + h).squared - z1z1 - hh
        return Self(newX, newY, newZ)
    }

    /// Whether both are the same point, whatever their z.
    package static func == (p: Self, q: Self) -> Bool {
        if p.isInfinity || q.isInfinity { return p.isInfinity && q.isInfinity }
        let z1z1 = p.z.squared
        let z2z2 = q.z.squared
        return p.x * z2z2 == q.x * z1z1 && p.y * q.z * z2z2 == q.y * p.z * z1z1
    }
}
