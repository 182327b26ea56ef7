import EVM
import Ethereum
import Testing

@Suite("Contracts of BLS12-381")
struct BLS12381ContractsTests {
    private typealias Outcome = PrecompiledContract.Outcome

    private func call(_ number: UInt64, _ input: [UInt8], gas: UInt64 = 1_000_000) -> Outcome {
        PrecompiledContract.call(number, fork: .prague, input: input, gas: gas)
    }

    private func bytes(_ element: BLS12381.Prime) -> [UInt8] {
        let integer = element.integer
        let limbs = [
            0, 0, integer.limb5, integer.limb4, integer.limb3, integer.limb2, integer.limb1,
            integer.limb0,
        ]
        return limbs.flatMap { limb in
            stride(from: 56, through: 0, by: -8).map { UInt8(limb >> UInt64($0) & 0xFF) }
        }
    }

    private func bytes(_ point: AffinePoint<BLS12381.G1>) -> [UInt8] {
        bytes(point.x) + bytes(point.y)
    }

    private func bytes(_ point: AffinePoint<BLS12381.G2>) -> [UInt8] {
        [point.x.c0, point.x.c1, point.y.c0, point.y.c1].flatMap { bytes($0) }
    }

    private var g1: [UInt8] { bytes(BLS12381.generator1) }
    private var g2: [UInt8] { bytes(BLS12381.generator2) }

    private func scalar(_ value: UInt256) -> [UInt8] { value.bigEndianBytes }

    /// What every contract refuses: no input, another length, a coordinate that is too large or has
    /// bits above 48 bytes, a point that is off the curve.
    private func checkRefusals(_ number: UInt64, _ valid: [UInt8]) {
        guard case .success = call(number, valid) else {
            Issue.record("\(number) refuses a valid input")
            return
        }
        #expect(call(number, []) == .failure)
        #expect(call(number, valid + [0]) == .failure)
        #expect(call(number, Array(valid.dropLast())) == .failure)
        for (place, value) in [(0, 1), (15, 1), (16, 0xFF), (63, valid[63] ^ 1)] as [(Int, UInt8)] {
            var bad = valid
            bad[place] = value
            #expect(call(number, bad) == .failure, "\(number) \(place)")
        }
    }

    @Test("sums of points of both groups, for 375 and 600 gas")
    func additions() {
        let double1 = JacobianPoint(BLS12381.generator1).doubled.affine
        #expect(call(0x0b, g1 + g1) == .success(output: bytes(double1), gasUsed: 375))
        #expect(call(0x0b, g1 + g1, gas: 374) == .outOfGas)
        let double2 = JacobianPoint(BLS12381.generator2).doubled.affine
        #expect(call(0x0d, g2 + g2) == .success(output: bytes(double2), gasUsed: 600))
        #expect(call(0x0d, g2 + g2, gas: 599) == .outOfGas)
        let infinity = [UInt8](repeating: 0, count: 128)
        #expect(call(0x0b, g1 + infinity) == .success(output: g1, gasUsed: 375))
        #expect(
            call(0x0b, g1 + bytes(-BLS12381.generator1))
                == .success(output: infinity, gasUsed: 375))
        checkRefusals(0x0b, g1 + g1)
        checkRefusals(0x0d, g2 + g2)
    }

    @Test("sums of multiples, cheaper for many")
    func multiples() {
        let order = BLS12381.order
        let six = JacobianPoint(BLS12381.generator1).multiplied(by: 6).affine
        let pairs = g1 + scalar(2) + g1 + scalar(order &+ 4)
        // 2 · 12000 · 0.949.
        #expect(call(0x0c, pairs) == .success(output: bytes(six), gasUsed: 22_776))
        #expect(call(0x0c, pairs, gas: 22_775) == .outOfGas)
        let six2 = JacobianPoint(BLS12381.generator2).multiplied(by: 6).affine
        #expect(
            call(0x0e, g2 + scalar(6)) == .success(output: bytes(six2), gasUsed: 22_500))
        let many = [[UInt8]](repeating: g1 + scalar(0), count: 200).flatMap { $0 }
        // 200 · 12000 · 0.519: the last discount holds for all further pairs.
        guard case .success(_, let gasUsed) = call(0x0c, many, gas: 10_000_000) else {
            Issue.record("200 pairs are refused")
            return
        }
        #expect(gasUsed == 1_245_600)
        checkRefusals(0x0c, pairs)
        checkRefusals(0x0e, g2 + scalar(6))
    }

    @Test("pairs are judged by their product, for 37700 gas and 32600 each")
    func pairing() {
        let negated = bytes(-BLS12381.generator1)
        #expect(call(0x0f, g1 + g2) == .success(output: scalar(0), gasUsed: 70_300))
        #expect(
            call(0x0f, g1 + g2 + negated + g2) == .success(output: scalar(1), gasUsed: 102_900))
        #expect(call(0x0f, g1 + g2, gas: 70_299) == .outOfGas)
        let infinity = [UInt8](repeating: 0, count: 128)
        #expect(call(0x0f, infinity + g2) == .success(output: scalar(1), gasUsed: 70_300))
        checkRefusals(0x0f, g1 + g2)
    }

    /// Most points of the whole curve are of another order.
    @Test("points outside the subgroup are added, and neither multiplied nor paired")
    func subgroup() {
        var random = RandomPoints<BLS12381>(seed: 42)
        let (one, two) = (random.g1(), random.g2())
        #expect(!BLS12381.isInSubgroup(one) && !BLS12381.isInSubgroup(two))
        let double1 = bytes(JacobianPoint(one).doubled.affine)
        let double2 = bytes(JacobianPoint(two).doubled.affine)
        #expect(
            call(0x0b, bytes(one) + bytes(one)) == .success(output: double1, gasUsed: 375))
        #expect(
            call(0x0d, bytes(two) + bytes(two)) == .success(output: double2, gasUsed: 600))
        #expect(call(0x0c, bytes(one) + scalar(1)) == .failure)
        #expect(call(0x0e, bytes(two) + scalar(1)) == .failure)
        #expect(call(0x0f, bytes(one) + g2) == .failure)
        #expect(call(0x0f, g1 + bytes(two)) == .failure)
        // Also beside infinity, where the pairing would not look at it.
        let infinity = [UInt8](repeating: 0, count: 128)
        #expect(call(0x0f, infinity + bytes(two)) == .failure)
    }

    @Test("field elements are mapped into the subgroups, for 5500 and 23800 gas")
    func mapping() throws {
        var random = RandomElements(seed: 41)
        for round in 0..<4 {
            let element = round == 0 ? .zero : random.element(of: BLS12381.Prime.self)
            guard case .success(let output, 5500) = call(0x10, bytes(element)) else {
                Issue.record("an element is not mapped, seed 41")
                return
            }
            // A multiplication takes points of the subgroup only.
            guard case .success(let again, _) = call(0x0c, output + scalar(1)) else {
                Issue.record("the point is not in the subgroup, seed 41")
                return
            }
            #expect(again == output)
            guard case .success(let twist, 23_800) = call(0x11, bytes(element) + bytes(element))
            else {
                Issue.record("an element of Fp2 is not mapped, seed 41")
                return
            }
            guard case .success = call(0x0e, twist + scalar(1)) else {
                Issue.record("the twist's point is not in the subgroup, seed 41")
                return
            }
        }
        #expect(call(0x10, bytes(.one), gas: 5499) == .outOfGas)
        #expect(call(0x10, bytes(.one) + [0]) == .failure)
        #expect(call(0x10, []) == .failure)
        #expect(call(0x11, bytes(.one)) == .failure)
        #expect(call(0x10, [UInt8](repeating: 0xFF, count: 64)) == .failure)
    }
}
