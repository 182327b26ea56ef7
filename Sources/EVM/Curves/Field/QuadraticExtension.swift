/// Fp2 = Fp[u] / (u² + 1), for a prime p ≡ 3 (mod 4): a + b·u.
package struct QuadraticExtension<Base: Field>: Field {
    /// The coefficient of 1.
    package var c0: Base
    /// The coefficient of u.
    package var c1: Base

    @inline(__always)
    package init(_ c0: Base, _ c1: Base) {
        self.c0 = c0
        self.c1 = c1
    }

    @inline(__always) package static var zero: Self { Self(.zero, .zero) }
    @inline(__always) package static var one: Self { Self(.one, .zero) }

    @inline(__always) package var isZero: Bool { c0.isZero && c1.isZero }

    @inline(__always)
    package static func + (a: Self, b: Self) -> Self { Self(a.c0 + b.c0, a.c1 + b.c1) }

    @inline(__always)
    package static func - (a: Self, b: Self) -> Self { Self(a.c0 - b.c0, a.c1 - b.c1) }

    @inline(__always)
    package static prefix func - (a: Self) -> Self { Self(-a.c0, -a.c1) }

    /// Karatsuba's three products instead of four.
    package static func * (a: Self, b: Self) -> Self {
        let low = a.c0 * b.c0
        let high = a.c1 * b.c1
        let cross = (a.c0 + a.c1) * (b.c0 + b.c1)
        return Self(low - high, cross - low - high)
    }

    /// The product with an element of the base field.
    @inline(__always)
    package static func * (a: Self, b: Base) -> Self { Self(a.c0 * b, a.c1 * b) }

    /// (a + b·u)² = (a + b)(a − b) + 2ab·u.
    package var squared: Self { Self((c0 + c1) * (c0 - c1), (c0 * c1).doubled) }

    @inline(__always) package var doubled: Self { Self(c0.doubled, c1.doubled) }

    /// (a − b·u) / (a² + b²).
    package var inverse: Self { conjugate * norm.inverse }

    /// a − b·u, which is also the element's p-th power.
    @inline(__always) package var conjugate: Self { Self(c0, -c1) }

    /// a² + b²: the product with the conjugate.
    var norm: Base { c0.squared + c1.squared }
}
