/// A field with square roots, and the choice between a root and its negative.
protocol SquareRootField: Field {
    /// A root, or nil where the element is no square.
    var squareRoot: Self? { get }
    /// The sign bit `sgn0` (RFC 9380, section 4.1): the parity of the first coefficient, from the
    /// lowest, that is not 0.
    var isOdd: Bool { get }
}

extension BLS12381.Prime: SquareRootField {
    /// (p + 1) / 4, limbs least significant first.
    private static var rootExponent: [UInt64] {
        [
            0xEE7F_BFFF_FFFF_EAAB, 0x07AA_FFFF_AC54_FFFF, 0xD9CC_34A8_3DAC_3D89,
            0xD91D_D2E1_3CE1_44AF, 0x92C6_E9ED_90D2_EB35, 0x0680_447A_8E5F_F9A6,
        ]
    }

    /// As p ≡ 3 (mod 4), a^((p+1)/4) is a root of a, or of −a where a is no square.
    var squareRoot: Self? {
        let root = power(Self.rootExponent)
        return root.squared == self ? root : nil
    }

    var isOdd: Bool { integer.limb0 & 1 == 1 }
}

extension QuadraticExtension: SquareRootField where Base: SquareRootField {
    /// By roots in the base field: of the norm, n = a² + b², then of (a ± n)/2, one of which is a
    /// square x²; the root is x + b/(2x)·u.
    var squareRoot: Self? {
        if c1.isZero {
            if let root = c0.squareRoot { return Self(root, .zero) }
            // −1 is no square in the base field, so −a is one: (x·u)² = −x².
            return (-c0).squareRoot.map { Self(.zero, $0) }
        }
        guard let n = norm.squareRoot else { return nil }
        let half = Base.one.doubled.inverse
        // Their product is −b²/4, no square, so exactly one of them is.
        guard let x = ((c0 + n) * half).squareRoot ?? ((c0 - n) * half).squareRoot else {
            return nil
        }
        return Self(x, c1 * x.doubled.inverse)
    }

    var isOdd: Bool { c0.isZero ? c1.isOdd : c0.isOdd }
}
