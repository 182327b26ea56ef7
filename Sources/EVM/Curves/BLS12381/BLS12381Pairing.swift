/// The optimal ate pairing (Vercauteren, Optimal pairings, 2008): for a BLS curve f_{u,Q}(P), to
/// the power of 3(p¹² − 1)/r.
extension BLS12381: PairingParameters {
    /// The twist multiplies by ξ: (x, y) ↦ (x/w², y/w³), and a slope is divided by w. Multiplied by
    /// w³, the constant is at 1, x at w² = v, y at w³ = v·w.
    package static func multiply(
        _ f: Dodecic, by line: EvaluatedLine<Prime>
    ) -> Dodecic {
        let low = f.c0.timesSparse(line.constant, line.xPart)
        let high = f.c1.scaled(by: line.yPart).timesV
        let cross = (f.c0 + f.c1).timesSparse(line.constant, line.xPart + line.yPart)
        return Dodecic(low + high.timesV, cross - low - high)
    }

    /// The loop runs over −u, so that its value is conjugated in the end.
    package static func millerLoop(_ pairs: [PairingPair<BLS12381>]) -> Dodecic {
        var points = pairs.map { MillerPoint<BLS12381>($0.g2) }
        var f = Dodecic.one
        var bit = 63 &- negatedU.leadingZeroBitCount
        while bit > 0 {
            bit &-= 1
            let isSet = negatedU &>> UInt64(bit) & 1 == 1
            f = f.squared
            for index in pairs.indices {
                let pair = pairs[index]
                f = multiply(f, by: points[index].double(at: pair.g1))
                if isSet { f = multiply(f, by: points[index].add(pair.g2, at: pair.g1)) }
            }
        }
        return f.conjugate
    }

    /// The hard part to 3(p⁴ − p² + 1)/r = (u − 1)²(u + p)(u² + p² − 1) + 3 (Hayashida, Hayasaka,
    /// Teruya, Efficient final exponentiation via cyclotomic structure, 2020).
    package static func finalExponentiation(_ f: Dodecic) -> Dodecic {
        let m = easyExponentiation(f)
        let a = powerMinusOne(powerMinusOne(m))
        let b = powerOfU(a) * a.frobenius
        let c = powerOfU(powerOfU(b)) * b.frobenius.frobenius * b.conjugate
        return c * m.cyclotomicSquared * m
    }

    private static func powerOfU(_ m: Dodecic) -> Dodecic {
        m.cyclotomicPower(negatedU).conjugate
    }

    /// m^(u − 1).
    private static func powerMinusOne(_ m: Dodecic) -> Dodecic { powerOfU(m) * m.conjugate }
}
