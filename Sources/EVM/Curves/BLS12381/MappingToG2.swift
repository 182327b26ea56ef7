/// The mapping to G2: an isogeny of degree 3 (RFC 9380, section 8.8.2 and appendix E.3).
extension BLS12381.G2: MappedCurve {
    /// −(2 + u).
    static let z = -BLS12381.Quadratic(BLS12381.Prime.one.doubled, .one)
    /// 240·u.
    static let isogenousA = BLS12381.Quadratic(.zero, integer(240))
    /// 1012·(1 + u).
    static let isogenousB = BLS12381.Quadratic(integer(1012), integer(1012))

    /// By [u² − u − 1]P + [u − 1]ψ(P) + ψ²(2P), the multiple by h_eff (Budroni and Pintore,
    /// Efficient hash maps to G2 on BLS curves, 2017; RFC 9380, appendix G.3).
    static func clearCofactor(_ point: AffinePoint<Self>) -> JacobianPoint<Self> {
        let p = JacobianPoint(point)
        // u is negative: these are [u]P and [u²]P.
        let up = -p.multiplied(bySparse: BLS12381.negatedU)
        let uup = -up.multiplied(bySparse: BLS12381.negatedU)
        let image = BLS12381.endomorphism(up + -p)
        return uup + -up + -p + image
            + BLS12381.endomorphism(BLS12381.endomorphism(p.doubled))
    }

    private static func integer(_ value: UInt64) -> BLS12381.Prime {
        BLS12381.Prime(knownBelow: UInt384(value, 0, 0, 0, 0, 0))
    }

    static let isogeny = Isogeny(
        xNumerator: xNumerator, xDenominator: xDenominator, yNumerator: yNumerator,
        yDenominator: yDenominator)

    /// k_(1,0) to k_(1,3).
    private static let xNumerator = BLS12381.quadratics(
        """
        05c759507e8e333ebb5b7a9a47d7ed8532c52d39fd3a042a
        88b58423c50ae15d5c2638e343d9c71c6238aaaaaaaa97d6
        05c759507e8e333ebb5b7a9a47d7ed8532c52d39fd3a042a
        88b58423c50ae15d5c2638e343d9c71c6238aaaaaaaa97d6
        000000000000000000000000000000000000000000000000
        000000000000000000000000000000000000000000000000
        11560bf17baa99bc32126fced787c88f984f87adf7ae0c7f
        9a208c6b4f20a4181472aaa9cb8d555526a9ffffffffc71a
        11560bf17baa99bc32126fced787c88f984f87adf7ae0c7f
        9a208c6b4f20a4181472aaa9cb8d555526a9ffffffffc71e
        08ab05f8bdd54cde190937e76bc3e447cc27c3d6fbd7063f
        cd104635a790520c0a395554e5c6aaaa9354ffffffffe38d
        171d6541fa38ccfaed6dea691f5fb614cb14b4e7f4e810aa
        22d6108f142b85757098e38d0f671c7188e2aaaaaaaa5ed1
        000000000000000000000000000000000000000000000000
        000000000000000000000000000000000000000000000000
        """)

    /// k_(2,0), k_(2,1), and 1.
    private static let xDenominator = BLS12381.quadratics(
        """
        000000000000000000000000000000000000000000000000
        000000000000000000000000000000000000000000000000
        1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf
        6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaa63
        000000000000000000000000000000000000000000000000
        00000000000000000000000000000000000000000000000c
        1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf
        6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaa9f
        000000000000000000000000000000000000000000000000
        000000000000000000000000000000000000000000000001
        000000000000000000000000000000000000000000000000
        000000000000000000000000000000000000000000000000
        """)

    /// k_(3,0) to k_(3,3).
    private static let yNumerator = BLS12381.quadratics(
        """
        1530477c7ab4113b59a4c18b076d11930f7da5d4a07f649b
        f54439d87d27e500fc8c25ebf8c92f6812cfc71c71c6d706
        1530477c7ab4113b59a4c18b076d11930f7da5d4a07f649b
        f54439d87d27e500fc8c25ebf8c92f6812cfc71c71c6d706
        000000000000000000000000000000000000000000000000
        000000000000000000000000000000000000000000000000
        05c759507e8e333ebb5b7a9a47d7ed8532c52d39fd3a042a
        88b58423c50ae15d5c2638e343d9c71c6238aaaaaaaa97be
        11560bf17baa99bc32126fced787c88f984f87adf7ae0c7f
        9a208c6b4f20a4181472aaa9cb8d555526a9ffffffffc71c
        08ab05f8bdd54cde190937e76bc3e447cc27c3d6fbd7063f
        cd104635a790520c0a395554e5c6aaaa9354ffffffffe38f
        124c9ad43b6cf79bfbf7043de3811ad0761b0f37a1e26286
        b0e977c69aa274524e79097a56dc4bd9e1b371c71c718b10
        000000000000000000000000000000000000000000000000
        000000000000000000000000000000000000000000000000
        """)

    /// k_(4,0) to k_(4,2), and 1.
    private static let yDenominator = BLS12381.quadratics(
        """
        1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf
        6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffa8fb
        1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf
        6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffa8fb
        000000000000000000000000000000000000000000000000
        000000000000000000000000000000000000000000000000
        1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf
        6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffa9d3
        000000000000000000000000000000000000000000000000
        000000000000000000000000000000000000000000000012
        1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf
        6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaa99
        000000000000000000000000000000000000000000000000
        000000000000000000000000000000000000000000000001
        000000000000000000000000000000000000000000000000
        000000000000000000000000000000000000000000000000
        """)
}
