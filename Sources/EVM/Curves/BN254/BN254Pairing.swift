/// The optimal ate pairing (Vercauteren, Optimal pairings, 2008): for a BN curve
/// f_{6u+2,Q}(P) · l_{[6u+2]Q,ψ(Q)}(P) · l_{[6u+2]Q+ψ(Q),−ψ²(Q)}(P), to the power of (p¹² − 1)/r.
extension BN254: PairingParameters {
    /// 6u + 2, which has 65 bits.
    private static let loopCount = UInt128(u) &* 6 &+ 2

    /// The twist divides by ξ: (x, y) ↦ (x·w², y·w³), and a slope is multiplied by w. So y is at 1,
    /// x at w, the constant at w³ = v·w.
    package static func multiply(
        _ f: Dodecic, by line: EvaluatedLine<Prime>
    ) -> Dodecic {
        let low = f.c0.scaled(by: line.yPart)
        let high = f.c1.timesSparse(line.xPart, line.constant)
        let cross = (f.c0 + f.c1).timesSparse(line.yPart + line.xPart, line.constant)
        return Dodecic(low + high.timesV, cross - low - high)
    }

    package static func millerLoop(_ pairs: [PairingPair<BN254>]) -> Dodecic {
        var points = pairs.map { MillerPoint<BN254>($0.g2) }
        var f = Dodecic.one
        // The non-adjacent form of n has +1 where 3n, and −1 where n, alone has the bit above.
        let tripled = loopCount &* 3
        var bit = UInt128.bitWidth &- tripled.leadingZeroBitCount &- 2
        while bit > 0 {
            f = f.squared
            let plus = tripled &>> UInt128(bit) & 1 == 1
            let minus = loopCount &>> UInt128(bit) & 1 == 1
            for index in pairs.indices {
                let pair = pairs[index]
                f = multiply(f, by: points[index].double(at: pair.g1))
                if plus != minus {
                    let q = plus ? pair.g2 : -pair.g2
                    f = multiply(f, by: points[index].add(q, at: pair.g1))
                }
            }
            bit &-= 1
        }
        for index in pairs.indices {
            let pair = pairs[index]
            let image = endomorphism(pair.g2)
            f = multiply(f, by: points[index].add(image, at: pair.g1))
            f = multiply(f, by: points[index].add(-endomorphism(image), at: pair.g1))
        }
        return f
    }

    /// The hard part to λ0 + λ1·p + λ2·p² + λ3·p³ = 2u(6u² + 3u + 1) · (p⁴ − p² + 1)/r, where
    /// λ0 = 1 + 6u + 12u² + 12u³, λ1 = 4u + 6u² + 12u³, λ2 = 6u + 6u² + 12u³ and λ3 = λ1 − 1
    /// (Fuentes-Castañeda, Knapp, Rodríguez-Henríquez, Faster hashing to G2, 2011, section 5).
    package static func finalExponentiation(_ f: Dodecic) -> Dodecic {
        let m = easyExponentiation(f)
        let m2u = m.cyclotomicPower(u).cyclotomicSquared
        let m6u = m2u.cyclotomicSquared * m2u
        let m6uu = m6u.cyclotomicPower(u)
        let m12uuu = m6uu.cyclotomicSquared.cyclotomicPower(u)
        // 6u + 6u² + 12u³, of which the others differ by little.
        let m2 = m6u * m6uu * m12uuu
        let m1 = m2 * m2u.conjugate
        let m0 = m2 * m6uu * m
        let m3 = m1 * m.conjugate
        return m0 * m1.frobenius * m2.frobenius.frobenius
            * m3.frobenius.frobenius.frobenius
    }
}
