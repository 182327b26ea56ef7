/// A curve y² = x³ + a·x + b over a field.
package protocol CurveParameters: Sendable {
    associatedtype Coordinate: Field

    static var a: Coordinate { get }
    static var b: Coordinate { get }
}

/// A point as contracts write it: its two coordinates, or the point at infinity.
package struct AffinePoint<Curve: CurveParameters>: Equatable, Sendable, BitwiseCopyable {
    package let x: Curve.Coordinate
    package let y: Curve.Coordinate
    package let isInfinity: Bool

    private init(x: Curve.Coordinate, y: Curve.Coordinate, isInfinity: Bool) {
        self.x = x
        self.y = y
        self.isInfinity = isInfinity
    }

    /// The point with coordinates that are known to be on the curve.
    init(uncheckedX x: Curve.Coordinate, y: Curve.Coordinate) {
        self.init(x: x, y: y, isInfinity: false)
    }

    /// The point with these coordinates; nil where they are not on the curve.
    package init?(x: Curve.Coordinate, y: Curve.Coordinate) {
        self.init(uncheckedX: x, y: y)
        guard y.squared == (x.squared + Curve.a) * x + Curve.b else { return nil }
    }

    /// The point at infinity, the group's zero.
    package static var infinity: Self { Self(x: .zero, y: .zero, isInfinity: true) }

    package static prefix func - (point: Self) -> Self {
        Self(x: point.x, y: -point.y, isInfinity: point.isInfinity)
    }
}
