/// Fp6 = Fp2[v] / (v³ − ξ): c0 + c1·v + c2·v².
package struct CubicExtension<Parameters: TowerParameters>: Field {
    package typealias Quadratic = Parameters.Quadratic

    package var c0: Quadratic
    package var c1: Quadratic
    package var c2: Quadratic

    @inline(__always)
    package init(_ c0: Quadratic, _ c1: Quadratic, _ c2: Quadratic) {
        self.c0 = c0
        self.c1 = c1
        self.c2 = c2
    }

    package static var zero: Self { Self(.zero, .zero, .zero) }
    package static var one: Self { Self(.one, .zero, .zero) }

    package var isZero: Bool { c0.isZero && c1.isZero && c2.isZero }

    package static func + (a: Self, b: Self) -> Self {
        Self(a.c0 + b.c0, a.c1 + b.c1, a.c2 + b.c2)
    }

    package static func - (a: Self, b: Self) -> Self {
        Self(a.c0 - b.c0, a.c1 - b.c1, a.c2 - b.c2)
    }

    package static prefix func - (a: Self) -> Self { Self(-a.c0, -a.c1, -a.c2) }

    package var doubled: Self { Self(c0.doubled, c1.doubled, c2.doubled) }

    /// Karatsuba's six products (Devegili et al., Multiplication and squaring on pairing-friendly
    /// fields, 2006, section 4).
    package static func * (a: Self, b: Self) -> Self {
        let t0 = a.c0 * b.c0
        let t1 = a.c1 * b.c1
        let t2 = a.c2 * b.c2
        let t12 = (a.c1 + a.c2) * (b.c1 + b.c2) - t1 - t2
        let t01 = (a.c0 + a.c1) * (b.c0 + b.c1) - t0 - t1
        let t02 = (a.c0 + a.c2) * (b.c0 + b.c2) - t0 - t2
        return Self(
            t0 + Parameters.timesNonResidue(t12), t01 + Parameters.timesNonResidue(t2), t02 + t1)
    }

    package var squared: Self {
        let t0 = c0.squared
        let t1 = c1.squared
        let t2 = c2.squared
        let t01 = (c0 * c1).doubled
        let t12 = (c1 * c2).doubled
        let t02 = (c0 * c2).doubled
        return Self(
            t0 + Parameters.timesNonResidue(t12), t01 + Parameters.timesNonResidue(t2), t02 + t1)
    }

    /// The product with v.
    @inline(__always)
    var timesV: Self { Self(Parameters.timesNonResidue(c2), c0, c1) }

    @inline(__always)
    func scaled(by factor: Quadratic) -> Self { Self(c0 * factor, c1 * factor, c2 * factor) }

    /// The product with b0 + b1·v, in five products.
    func timesSparse(_ b0: Quadratic, _ b1: Quadratic) -> Self {
        let t0 = c0 * b0
        let t1 = c1 * b1
        let t01 = (c0 + c1) * (b0 + b1) - t0 - t1
        return Self(
            t0 + Parameters.timesNonResidue(c2 * b1), t01, c2 * b0 + t1)
    }

    /// By the norm to Fp2: the cofactors of the matrix of a multiplication by the element.
    package var inverse: Self {
        let d0 = c0.squared - Parameters.timesNonResidue(c1 * c2)
        let d1 = Parameters.timesNonResidue(c2.squared) - c0 * c1
        let d2 = c1.squared - c0 * c2
        let norm = c0 * d0 + Parameters.timesNonResidue(c2 * d1 + c1 * d2)
        return Self(d0, d1, d2).scaled(by: norm.inverse)
    }
}
