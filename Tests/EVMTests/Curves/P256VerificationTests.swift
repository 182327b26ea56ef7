import EVM
import Ethereum
import Testing

@Suite("Signatures on P-256")
struct P256VerificationTests {
    private static let n = P256.ScalarModulus.modulus

    /// A signature by a known key, made by the definition (FIPS 186-5, section 6.4.1).
    private struct Signed {
        var digest: UInt256
        var r: UInt256
        var s: UInt256
        var key: AffinePoint<P256>

        init?(random: inout RandomElements) {
            let generator = JacobianPoint(P256.generator)
            let secret = random.element(P256.Scalar.self)
            let nonce = random.element(P256.Scalar.self)
            digest = random.word()
            key = generator.multiplied(by: secret.integer).affine
            let commitment = generator.multiplied(by: nonce.integer).affine
            let r = P256.Scalar(reducing: commitment.x.integer)
            self.r = r.integer
            s = (nonce.inverse * (P256.Scalar(reducing: digest) + r * secret)).integer
        }

        var words: [UInt256] { [digest, r, s, key.x.integer, key.y.integer] }
    }

    private func verify(
        _ words: [UInt256], gas: UInt64 = 6900
    ) -> PrecompiledContract.Outcome {
        PrecompiledContract.call(
            0x100, fork: .osaka, input: words.flatMap(\.bigEndianBytes), gas: gas)
    }

    private let accepted = PrecompiledContract.Outcome.success(
        output: UInt256.one.bigEndianBytes, gasUsed: 6900)
    private let rejected = PrecompiledContract.Outcome.success(output: [], gasUsed: 6900)

    @Test("a signature holds with s and with n − s, and with nothing else altered")
    func signatures() throws {
        var random = RandomElements(seed: 51)
        for _ in 0..<4 {
            let signed = try #require(Signed(random: &random))
            #expect(verify(signed.words) == accepted, "seed \(random.seed)")
            var mirrored = signed.words
            mirrored[2] = Self.n &- mirrored[2]
            #expect(verify(mirrored) == accepted, "seed \(random.seed)")
            for place in 0..<5 {
                var bad = signed.words
                bad[place] = bad[place] ^ 1
                #expect(verify(bad) == rejected, "\(place), seed \(random.seed)")
            }
            var negatedKey = signed.words
            negatedKey[4] = (-signed.key).y.integer
            #expect(verify(negatedKey) == rejected, "seed \(random.seed)")
        }
    }

    @Test("r and s from 1 to n − 1 only, coordinates below p only")
    func ranges() throws {
        var random = RandomElements(seed: 52)
        let signed = try #require(Signed(random: &random))
        let p = P256.CoordinateModulus.modulus
        for place in [1, 2] {
            for value in [0, Self.n, Self.n &+ 1, .max] as [UInt256] {
                var bad = signed.words
                bad[place] = value
                #expect(verify(bad) == rejected, "\(place) \(value)")
            }
        }
        for (x, y) in [(0, 0), (p, signed.words[4]), (signed.words[3], p), (.max, .max)]
            as [(UInt256, UInt256)]
        {
            #expect(verify([signed.digest, signed.r, signed.s, x, y]) == rejected)
        }
    }

    /// With u1·G = −u2·Q the sum is at infinity: digest = −r·d for the key d·G.
    @Test("a sum at infinity is no signature")
    func infinity() {
        let secret = P256.Scalar(reducing: 7)
        let key = JacobianPoint(P256.generator).multiplied(by: 7).affine
        let r = P256.Scalar(reducing: 5)
        let digest = -(r * secret)
        #expect(
            verify([digest.integer, 5, 9, key.x.integer, key.y.integer]) == rejected)
    }

    @Test("another length gives no output; less gas than 6900 is out of gas")
    func shape() throws {
        var random = RandomElements(seed: 53)
        let signed = try #require(Signed(random: &random))
        #expect(verify([]) == rejected)
        #expect(verify(Array(signed.words.dropLast())) == rejected)
        #expect(verify(signed.words + [0]) == rejected)
        #expect(verify(signed.words, gas: 6899) == .outOfGas)
    }
}
