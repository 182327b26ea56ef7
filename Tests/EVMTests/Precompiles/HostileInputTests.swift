import EVM
import Ethereum
import Testing

@Suite("Precompiled contracts under hostile input")
struct HostileInputTests {
    private static let contracts: [UInt64] = Array(1...0x11) + [0x100]
    /// Lengths that contracts ask for, and their neighbours.
    private static let lengths = [
        0, 1, 31, 32, 48, 64, 96, 127, 128, 129, 160, 192, 193, 213, 256, 288, 384, 512, 768, 1000,
    ]

    private func word(_ random: inout RandomElements) -> [UInt8] {
        let moduli = [
            BN254.Modulus.modulus, BN254.order, BLS12381.order, P256.CoordinateModulus.modulus,
            P256.ScalarModulus.modulus,
        ]
        let modulus = moduli[Int(random.limb() % UInt64(moduli.count))]
        let word: UInt256 =
            switch random.limb() % 10 {
            case 0, 1, 2: .zero
            case 3: .one
            case 4: 2
            case 5: .max
            case 6: modulus
            case 7: modulus &- 1
            case 8: UInt256(random.limb() % 300)
            default: random.word()
            }
        return word.bigEndianBytes
    }

    /// Whatever comes, a call ends, costs at most what it was given, gives the same again for just
    /// that gas, and nothing for one gas less.
    @Test("random and extreme words give a result that their gas pays for", arguments: contracts)
    func words(number: UInt64) {
        var random = RandomElements(seed: 61 &+ number)
        let gas: UInt64 = 200_000
        for length in Self.lengths {
            for _ in 0..<8 {
                var input: [UInt8] = []
                while input.count < length { input += word(&random) }
                input = Array(input.prefix(length))
                let outcome = PrecompiledContract.call(
                    number, fork: .osaka, input: input, gas: gas)
                #expect(outcome != .notAvailable)
                guard case .success(_, let used) = outcome else { continue }
                #expect(used <= gas, "\(number), seed \(random.seed), \(input)")
                let again = PrecompiledContract.call(
                    number, fork: .osaka, input: input, gas: used)
                #expect(again == outcome, "\(number), seed \(random.seed), \(input)")
                if used == 0 { continue }
                let tooLittle = PrecompiledContract.call(
                    number, fork: .osaka, input: input, gas: used - 1)
                #expect(tooLittle == .outOfGas, "\(number), seed \(random.seed), \(input)")
            }
        }
    }

    /// The price of a long input is taken before it is looked at.
    @Test(
        "a megabyte is refused at once where its gas is not there",
        arguments: [2, 3, 8, 0x0C, 0x0E, 0x0F] as [UInt64])
    func long(number: UInt64) {
        let pairs = 192 * 5 * 384 * 3
        let input = [UInt8](repeating: 0, count: pairs)
        let outcome = PrecompiledContract.call(number, fork: .osaka, input: input, gas: 5000)
        #expect(outcome != .notAvailable)
        if case .success = outcome { Issue.record("\(number) takes a megabyte for 5000 gas") }
    }
}
