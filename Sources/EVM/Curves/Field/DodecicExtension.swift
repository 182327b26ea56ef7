/// Fp12 = Fp6[w] / (w² − v): c0 + c1·w. Pairings take their values here.
package struct DodecicExtension<Parameters: TowerParameters>: Field {
    package typealias Quadratic = Parameters.Quadratic
    package typealias Cubic = CubicExtension<Parameters>

    package var c0: Cubic
    package var c1: Cubic

    @inline(__always)
    package init(_ c0: Cubic, _ c1: Cubic) {
        self.c0 = c0
        self.c1 = c1
    }

    package static var zero: Self { Self(.zero, .zero) }
    package static var one: Self { Self(.one, .zero) }

    package var isZero: Bool { c0.isZero && c1.isZero }

    package static func + (a: Self, b: Self) -> Self { Self(a.c0 + b.c0, a.c1 + b.c1) }

    package static func - (a: Self, b: Self) -> Self { Self(a.c0 - b.c0, a.c1 - b.c1) }

    package static prefix func - (a: Self) -> Self { Self(-a.c0, -a.c1) }

    package var doubled: Self { Self(c0.doubled, c1.doubled) }

    package static func * (a: Self, b: Self) -> Self {
        let low = a.c0 * b.c0
        let high = a.c1 * b.c1
        let cross = (a.c0 + a.c1) * (b.c0 + b.c1)
        return Self(low + high.timesV, cross - low - high)
    }

    /// (a + b·w)² = (a + b)(a + b·v) − ab − ab·v + 2ab·w.
    package var squared: Self {
        let product = c0 * c1
        let square = (c0 + c1) * (c0 + c1.timesV)
        return Self(square - product - product.timesV, product.doubled)
    }

    package var inverse: Self {
        let scale = (c0.squared - c1.squared.timesV).inverse
        return Self(c0 * scale, -(c1 * scale))
    }

    /// c0 − c1·w: the p⁶-th power, and the inverse of a pairing's value.
    package var conjugate: Self { Self(c0, -c1) }

    /// The p-th power: each coefficient of w^i is conjugated and multiplied by ξ^(i·(p−1)/6).
    package var frobenius: Self {
        let gamma = Parameters.frobenius
        return Self(
            Cubic(
                c0.c0.conjugate, c0.c1.conjugate * gamma.gamma2, c0.c2.conjugate * gamma.gamma4),
            Cubic(
                c1.c0.conjugate * gamma.gamma1, c1.c1.conjugate * gamma.gamma3,
                c1.c2.conjugate * gamma.gamma5))
    }
}

// MARK: The cyclotomic subgroup

/// For elements of order dividing p⁴ − p² + 1, among them everything that comes out of the easy
/// part of the final exponentiation.
extension DodecicExtension {
    /// The square (Granger and Scott, Faster squaring in the cyclotomic subgroup of sixth degree
    /// extensions, 2010, section 3.2).
    ///
    /// Written as A + B·w + C·w² over Fp4 = Fp2[s] / (s² − ξ) with s = w³, it is
    /// (3A² − 2Ā) + (3s·C² + 2B̄)·w + (3B² − 2C̄)·w².
    package var cyclotomicSquared: Self {
        let (a0, a1) = Self.squaredOverQuadratic(c0.c0, c1.c1)
        let (b0, b1) = Self.squaredOverQuadratic(c1.c0, c0.c2)
        let (d0, d1) = Self.squaredOverQuadratic(c0.c1, c1.c2)
        let twisted = Parameters.timesNonResidue(d1)
        return Self(
            Cubic(
                a0.tripled - c0.c0.doubled, b0.tripled - c0.c1.doubled,
                d0.tripled - c0.c2.doubled),
            Cubic(
                twisted.tripled + c1.c0.doubled, a1.tripled + c1.c1.doubled,
                b1.tripled + c1.c2.doubled))
    }

    /// (x + y·s)² in Fp4.
    @inline(__always)
    private static func squaredOverQuadratic(
        _ x: Quadratic, _ y: Quadratic
    ) -> (Quadratic, Quadratic) {
        let xx = x.squared
        let yy = y.squared
        return (xx + Parameters.timesNonResidue(yy), (x + y).squared - xx - yy)
    }

    /// The element to a power.
    func cyclotomicPower(_ exponent: UInt64) -> Self {
        var result = Self.one
        var bit = 64 &- exponent.leadingZeroBitCount
        while bit > 0 {
            bit &-= 1
            result = result.cyclotomicSquared
            if exponent &>> UInt64(bit) & 1 == 1 { result = result * self }
        }
        return result
    }
}
