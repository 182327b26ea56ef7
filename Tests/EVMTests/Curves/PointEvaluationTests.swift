import EVM
import Ethereum
import Testing

@Suite("KZG proofs")
struct PointEvaluationTests {
    /// pointEvaluation1 of go-ethereum's vectors: versioned hash, z, y, commitment, proof.
    private static let valid: [UInt8] =
        Hex.decode(
            "01e798154708fe7789429634053cbf9f99b619f9f084048927333fce637f549b"
                + "564c0a11a0f704f4fc3e8acfe0f8245f0ad1347b378fbf96e206da11a5d36306"
                + "24d25032e67a7e6a4910df5834b8fe70e6bcfeeac0352434196bdf4b2485d5a1"
                + "8f59a8d2a1a625a17f3fea0fe5eb8c896db3764f3185481bc22f91b4aaffcca2"
                + "5f26936857bc3a7c2539ea8ec3a952b7873033e038326e87ed3e1276fd140253"
                + "fa08e9fc25fb2d9a98527fc22a2c9612fbeafdad446cbc7bcdbdcd780af2c16a") ?? []

    private func call(
        _ input: [UInt8], gas: UInt64 = 100_000
    ) -> PrecompiledContract.Outcome {
        PrecompiledContract.call(0x0a, fork: .cancun, input: input, gas: gas)
    }

    /// The input with its hash made right for its commitment.
    private func withHash(_ input: [UInt8]) -> [UInt8] {
        let outcome = PrecompiledContract.call(
            0x02, fork: .cancun, input: Array(input[96..<144]), gas: 1000)
        guard case .success(let hash, _) = outcome else { return input }
        return [1] + hash.dropFirst() + input.dropFirst(32)
    }

    @Test("a proof that holds gives the blob's size and the field's, for 50000 gas")
    func proven() {
        let output = UInt256(4096).bigEndianBytes + BLS12381.order.bigEndianBytes
        #expect(call(Self.valid) == .success(output: output, gasUsed: 50_000))
        #expect(withHash(Self.valid) == Self.valid)
        #expect(call(Self.valid, gas: 49_999) == .outOfGas)
    }

    /// A commitment to a constant has the proof at infinity, whatever z is.
    @Test("the constant 0 has the value 0 everywhere, and no other")
    func constant() {
        let infinity: [UInt8] = [0xc0] + [UInt8](repeating: 0, count: 47)
        func input(z: UInt256, y: UInt256) -> [UInt8] {
            withHash(
                [UInt8](repeating: 0, count: 32) + z.bigEndianBytes + y.bigEndianBytes + infinity
                    + infinity)
        }
        for z in [0, 5, BLS12381.order &- 1] as [UInt256] {
            guard case .success = call(input(z: z, y: 0)) else {
                Issue.record("refused at \(z)")
                return
            }
            #expect(call(input(z: z, y: 1)) == .failure)
        }
        // Not below the order, though congruent to 0.
        #expect(call(input(z: BLS12381.order, y: 0)) == .failure)
        #expect(call(input(z: 0, y: BLS12381.order)) == .failure)
    }

    @Test("any other value, point, commitment, proof or length fails")
    func refused() {
        for place in [0, 1, 31, 63, 95] {
            var bad = Self.valid
            bad[place] ^= 1
            #expect(call(bad) == .failure, "\(place)")
        }
        for place in [96, 97, 143, 144, 145, 191] {
            for bit in [1, 0x20, 0x40, 0x80] as [UInt8] {
                var bad = Self.valid
                bad[place] ^= bit
                #expect(call(withHash(bad)) == .failure, "\(place) \(bit)")
            }
        }
        #expect(call([]) == .failure)
        #expect(call(Self.valid + [0]) == .failure)
        #expect(call(Array(Self.valid.dropLast())) == .failure)
    }

    @Test("a point at infinity has one encoding")
    func infinity() {
        let proper: [UInt8] = [0xc0] + [UInt8](repeating: 0, count: 47)
        let head = [UInt8](repeating: 0, count: 96)
        guard case .success = call(withHash(head + proper + proper)) else {
            Issue.record("infinity is refused")
            return
        }
        for (place, value) in [(0, 0xe0), (0, 0x40), (0, 0x80), (47, 1)] as [(Int, UInt8)] {
            var other = proper
            other[place] = value
            #expect(call(withHash(head + proper + other)) == .failure, "\(place) \(value)")
            #expect(call(withHash(head + other + proper)) == .failure, "\(place) \(value)")
        }
    }
}
