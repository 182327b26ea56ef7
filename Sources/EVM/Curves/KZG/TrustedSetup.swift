/// What checking a proof needs of the setup that Ethereum's KZG ceremony of 2023 made: τ times the
/// generator of G2, where nobody knows τ.
///
/// `g2_monomial[1]` of the consensus specifications' trusted_setup_4096, whose compressed form is
/// b5bfd7dd8cdeb128843bc287230af38926187075cbfbefa81009a2ce615ac53d
/// 2914e5870cb452d2afaaab24f3499f72185cbfee53492714734429b7b38608e2
/// 3926c911cceceac9a36851477ba4c60b087041de621000edc98edada20c1def2.
/// A wrong point would fail every official proof.
enum TrustedSetup {
    static let tauG2 = AffinePoint<BLS12381.G2>(
        uncheckedX: coordinates[0], y: coordinates[1])

    /// Each coordinate as the coefficients of 1 and of u.
    private static let coordinates = BLS12381.quadratics(
        """
        185cbfee53492714734429b7b38608e23926c911cceceac9
        a36851477ba4c60b087041de621000edc98edada20c1def2
        15bfd7dd8cdeb128843bc287230af38926187075cbfbefa8
        1009a2ce615ac53d2914e5870cb452d2afaaab24f3499f72
        014353bdb96b626dd7d5ee8599d1fca2131569490e28de18
        e82451a496a9c9794ce26d105941f383ee689bfbbb832a99
        1666c54b0a32529503432fcae0181b4bef79de09fc63671f
        da5ed1ba9bfa07899495346f3d7ac9cd23048ef30d0a154f
        """)
}
