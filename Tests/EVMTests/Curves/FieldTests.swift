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

    @Test("both fields of P-256, whose primes fill all 256 bits, agree with division")
    func p256() throws {
        try check(P256.Coordinate.self, seed: 3)
        try check(P256.Scalar.self, seed: 4)
    }

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

    @Test("the field of six limbs: integers, inverses, and powers of p and p − 1")
    func bls12381() throws {
        var random = RandomElements(seed: 5)
        let p = BLS12381.Modulus.modulus
        let one = UInt384(1, 0, 0, 0, 0, 0)
        var largest = p
        largest.limb0 -= 1
        #expect(BLS12381.Prime(p) == nil)
        #expect(BLS12381.Prime(UInt384(.max, .max, .max, .max, .max, .max)) == nil)
        #expect(try #require(BLS12381.Prime(one)) == .one)
        #expect(try #require(BLS12381.Prime(largest)) == -.one)
        #expect((-BLS12381.Prime.one).integer == largest)
        #expect(BLS12381.Prime.zero.inverse == .zero)
        for _ in 0..<40 {
            let x = random.element(of: BLS12381.Prime.self)
            #expect(BLS12381.Prime(x.integer) == x, "seed \(random.seed)")
            #expect(x * x.inverse == .one, "seed \(random.seed)")
            #expect(x.inverse.inverse == x, "seed \(random.seed)")
            #expect(x.doubled - x == x && x + -x == .zero, "seed \(random.seed)")
        }
        let x = random.element(of: BLS12381.Prime.self)
        var exponent = BLS12381.modulusLimbs
        #expect(x.power(exponent) == x)
        exponent[0] -= 1
        #expect(x.power(exponent) == .one)
    }
}
