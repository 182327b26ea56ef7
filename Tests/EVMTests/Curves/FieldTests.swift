import EVM
import Ethereum
import Testing

@Suite("Prime fields of 256 bits")
struct FieldTests {
    /// Everything against division with remainder.
    private func check<Modulus>(
        _: Montgomery256<Modulus>.Type, seed: UInt64
    ) throws {
        typealias Prime = Montgomery256<Modulus>
        let p = Modulus.modulus
        var random = RandomElements(seed: seed)
        let edges: [UInt256] = [0, 1, 2, p &- 1, p &- 2, p >> 1, (p >> 1) &+ 1]
        var values = edges
        for _ in 0..<40 { values.append(UInt256.mulMod(random.word(), 1, p)) }
        for a in values {
            let x = try #require(Prime(a))
            #expect(x.integer == a)
            #expect(-(-x) == x)
            #expect(x + -x == .zero)
            #expect(x.squared.integer == UInt256.mulMod(a, a, p), "seed \(seed)")
            #expect(a.isZero ? x.inverse == .zero : x * x.inverse == .one, "seed \(seed)")
            for b in values {
                let y = try #require(Prime(b))
                #expect((x * y).integer == UInt256.mulMod(a, b, p), "seed \(seed)")
                #expect((x + y).integer == UInt256.addMod(a, b, p), "seed \(seed)")
                #expect(x - y + y == x, "seed \(seed)")
            }
        }
        #expect(Prime(p) == nil)
        #expect(Prime(.max) == nil)
        #expect(Prime(reducing: p) == .zero)
        #expect(Prime(reducing: .max).integer == UInt256.mulMod(.max, 1, p))
    }

    @Test("alt_bn128's field agrees with division")
    func bn254() throws { try check(BN254.Prime.self, seed: 1) }

    @Test("a power is that many factors; p − 1 of them give 1")
    func powers() {
        var random = RandomElements(seed: 2)
        let x = random.element(BN254.Prime.self)
        #expect(x.power([]) == .one)
        #expect(x.power([0, 0]) == .one)
        #expect(x.power([5]) == x * x * x * x * x)
        var exponent = BN254.modulusLimbs
        #expect(x.power(exponent) == x)
        exponent[0] -= 1
        #expect(x.power(exponent) == .one)
    }
}
