import EVM
import Ethereum
import Testing

@Suite("Contracts of alt_bn128")
struct BN254ContractsTests {
    private static let prime = BN254.Modulus.modulus

    private func call(
        _ number: UInt64, _ words: [UInt256], cut: Int = 0, gas: UInt64 = 1_000_000
    ) throws -> TransactionOutcome {
        let input = words.flatMap(\.bigEndianBytes).dropLast(cut)
        return try Fixture().machine().call(
            from: Fixture.sender, to: Address(word: UInt256(number)), value: 0,
            data: Array(input), gasLimit: gas)
    }

    private func words(_ point: AffinePoint<BN254.G1>) -> [UInt256] {
        [point.x.integer, point.y.integer]
    }

    private func words(_ point: AffinePoint<BN254.G2>) -> [UInt256] {
        [point.x.c1.integer, point.x.c0.integer, point.y.c1.integer, point.y.c0.integer]
    }

    private func bytes(_ words: [UInt256]) -> [UInt8] { words.flatMap(\.bigEndianBytes) }

    @Test("a sum of points, with zeros where the input ends, for 150 gas")
    func addition() throws {
        let g = JacobianPoint(BN254.generator1)
        let double = words(g.doubled.affine)
        let outcome = try call(6, [1, 2, 1, 2])
        #expect(outcome.output == bytes(double))
        #expect(outcome.gasUsed == 150)
        #expect(try call(6, [1, 2, 1, Self.prime &- 2]).output == bytes([0, 0]))
        #expect(try call(6, []).output == bytes([0, 0]))
        #expect(try call(6, [1, 2]).output == bytes([1, 2]))
        #expect(try call(6, [1, 2, 0, 0, 99]).output == bytes([1, 2]))
        #expect(try call(6, [1, 2, 0, 0], cut: 40).output == bytes([1, 2]))
        #expect(try call(6, [1, 2, 1, 2], cut: 1).status == .halt(.precompileFailure))
        #expect(try call(6, [1, 2, 1, 2], gas: 149).status == .halt(.outOfGas))
    }

    @Test("a multiple by any word, for 6000 gas")
    func multiplication() throws {
        let g = JacobianPoint(BN254.generator1)
        let outcome = try call(7, [1, 2, .max])
        #expect(outcome.output == bytes(words(g.multiplied(by: .max).affine)))
        #expect(outcome.gasUsed == 6000)
        #expect(try call(7, [1, 2, BN254.order]).output == bytes([0, 0]))
        #expect(try call(7, [1, 2]).output == bytes([0, 0]))
        // What is cut off counts as zeros.
        #expect(try call(7, [1, 2, 0x1_00], cut: 1).output == call(7, [1, 2, 0x1_00]).output)
        #expect(try call(7, [1, 2, 0x1_01], cut: 1).output == call(7, [1, 2, 0x1_00]).output)
        #expect(try call(7, [1, 2, 1], gas: 5999).status == .halt(.outOfGas))
    }

    @Test("coordinates not below p, and points off the curve, spend all gas")
    func badPoints() throws {
        let bad: [[UInt256]] = [
            [1, 1], [0, 1], [1, 0], [Self.prime, 0], [0, Self.prime],
            [Self.prime &+ 1, 2], [1, Self.prime &+ 2], [.max, .max],
        ]
        for point in bad {
            for (number, input) in [
                (6, point), (6, [1, 2] + point), (7, point + [1]),
                (8, point + words(BN254.generator2)),
            ] as [(UInt64, [UInt256])] {
                let outcome = try call(number, input)
                #expect(outcome.status == .halt(.precompileFailure), "\(number) \(input)")
                #expect(outcome.gasUsed == 1_000_000)
            }
        }
    }

    @Test("pairs are judged by their product, for 45000 gas and 34000 each")
    func pairing() throws {
        let (g1, g2) = (words(BN254.generator1), words(BN254.generator2))
        let negated = words(-BN254.generator1)
        let none = try call(8, [])
        #expect(none.output == bytes([1]))
        #expect(none.gasUsed == 45_000)
        let one = try call(8, g1 + g2)
        #expect(one.output == bytes([0]))
        #expect(one.gasUsed == 79_000)
        let two = try call(8, g1 + g2 + negated + g2)
        #expect(two.output == bytes([1]))
        #expect(two.gasUsed == 113_000)
        #expect(try call(8, g1 + g2 + g1 + g2).output == bytes([0]))
        #expect(try call(8, [0, 0] + g2).output == bytes([1]))
        #expect(try call(8, g1 + [0, 0, 0, 0]).output == bytes([1]))
        #expect(try call(8, g1 + g2, gas: 78_999).status == .halt(.outOfGas))
    }

    @Test("a pairing's length and its points of G2 are checked, also beside infinity")
    func badPairs() throws {
        let (g1, g2) = (words(BN254.generator1), words(BN254.generator2))
        for cut in [1, 32, 191] {
            let outcome = try call(8, g1 + g2, cut: cut)
            #expect(outcome.status == .halt(.precompileFailure))
        }
        var offCurve = g2
        offCurve[3] = offCurve[3] &+ 1
        var tooLarge = g2
        tooLarge[0] = tooLarge[0] &+ Self.prime
        var swapped = g2
        swapped.swapAt(0, 1)
        for bad in [offCurve, tooLarge, swapped, [0, 0, 0, 1]] {
            #expect(try call(8, g1 + bad).status == .halt(.precompileFailure))
            #expect(try call(8, [0, 0] + bad).status == .halt(.precompileFailure))
        }
    }
}
