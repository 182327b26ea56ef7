import EVM
import Ethereum
import Testing

@Suite("Precompiled contracts")
struct PrecompilesTests {
    /// What contract `number` answers, and its gas.
    private func call(
        _ number: UInt64, _ input: [UInt8], gas: UInt64 = 10_000_000
    ) throws -> TransactionOutcome {
        try Fixture().machine().call(
            from: Fixture.sender, to: Address(word: UInt256(number)), value: 0, data: input,
            gasLimit: gas)
    }

    private func bytes(_ hex: String) throws -> [UInt8] { try #require(Hex.decode(hex)) }

    @Test("the signer of a hash is recovered; a bad signature gives no output")
    func recovery() throws {
        let hash = "18c547e4f7b0f325ad1e56f57e26c745b09a3e503d86e00e5255ff7f715d3d1c"
        let v = "000000000000000000000000000000000000000000000000000000000000001c"
        let r = "73b1693892219d736caba55bdb67216e485557ea6b6af75f37096c9aa6a5a75f"
        let s = "eeb940b1d03b21e36b0e47e79769f095fe2ab855bd91e3a38756b7d75a9c4549"
        let outcome = try call(1, bytes(hash + v + r + s))
        #expect(
            outcome.output
                == (try bytes(
                    "000000000000000000000000a94f5374fce5edbc8e2a8697c15331677e6ebf0b")))
        #expect(outcome.gasUsed == 3000)
        let badV = try call(1, bytes(hash + "01" + v.dropFirst(2) + r + s))
        #expect(badV.status == .success)
        #expect(badV.output.isEmpty)
        #expect(try call(1, []).output.isEmpty)
    }

    @Test("SHA-256 of nothing, of abc, and over the padding's edges")
    func sha256() throws {
        #expect(
            try call(2, []).output
                == bytes("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"))
        #expect(
            try call(2, Array("abc".utf8)).output
                == bytes("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"))
        let twoBlocks = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"
        let outcome = try call(2, Array(twoBlocks.utf8))
        #expect(
            outcome.output
                == (try bytes("248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")))
        #expect(outcome.gasUsed == 60 + 2 * 12)
    }

    @Test("RIPEMD-160 of nothing, of abc, and of more than a block")
    func ripemd160() throws {
        let padding = "000000000000000000000000"
        #expect(
            try call(3, []).output == bytes(padding + "9c1185a5c5e9fc54612808977ee8f548b2258d31"))
        #expect(
            try call(3, Array("abc".utf8)).output
                == bytes(padding + "8eb208f7e05d987a9b044a8e98c6b087f15a0bfc"))
        let eightTimes = String(repeating: "1234567890", count: 8)
        let outcome = try call(3, Array(eightTimes.utf8))
        #expect(
            outcome.output == (try bytes(padding + "9b752e45573d4b39f4dbd3323cab82bf63326bfb")))
        #expect(outcome.gasUsed == 600 + 3 * 120)
    }

    @Test("identity gives back its input, and costs by the word")
    func identity() throws {
        let outcome = try call(4, [1, 2, 3])
        #expect(outcome.output == [1, 2, 3])
        #expect(outcome.gasUsed == 18)
        #expect(try call(4, [1, 2, 3], gas: 17).status == .halt(.outOfGas))
    }

    private func modexpInput(_ base: [UInt8], _ exponent: [UInt8], _ modulus: [UInt8]) -> [UInt8] {
        [base, exponent, modulus].flatMap { UInt256(UInt64($0.count)).bigEndianBytes }
            + base + exponent + modulus
    }

    @Test("powers modulo odd, even and small numbers")
    func modexp() throws {
        #expect(try call(5, modexpInput([3], [5], [100])).output == [43])
        #expect(try call(5, modexpInput([2], [10], [0x04, 0x00])).output == [0, 0])
        #expect(try call(5, modexpInput([7], [], [5])).output == [1])
        #expect(try call(5, modexpInput([7], [3], [1])).output == [0])
        #expect(try call(5, modexpInput([7], [3], [0])).output == [0])
        #expect(try call(5, modexpInput([], [], [])).output.isEmpty)
        // The example of EIP-198: 3^(p − 1) mod p = 1 for secp256k1's prime.
        let prime = try bytes("fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f")
        let oneLess = try bytes("fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2e")
        let outcome = try call(5, modexpInput([3], oneLess, prime))
        #expect(outcome.output == UInt256.one.bigEndianBytes)
        #expect(outcome.gasUsed == 1360)
    }

    @Test("powers of random words agree with multiplication modulo a word")
    func modexpAgainstMulmod() throws {
        var state: UInt64 = 88_172_645_463_325_252
        func word(_ limbs: Int) -> UInt256 {
            var limb: [UInt64] = [0, 0, 0, 0]
            for index in 0..<limbs {
                state ^= state << 13
                state ^= state >> 7
                state ^= state << 17
                limb[index] = state
            }
            return UInt256(limb[0], limb[1], limb[2], limb[3])
        }
        for round in 0..<40 {
            let base = word(4)
            let exponent = word(1 + round % 2)
            let modulus = word(1 + round % 4)
            var expected = UInt256.mulMod(.one, .one, modulus)
            for bit in stride(from: 255, through: 0, by: -1) {
                expected = UInt256.mulMod(expected, expected, modulus)
                if exponent.bit(bit) { expected = UInt256.mulMod(expected, base, modulus) }
            }
            let input = modexpInput(
                base.bigEndianBytes, exponent.bigEndianBytes, modulus.bigEndianBytes)
            #expect(try call(5, input).output == expected.bigEndianBytes)
        }
    }

    @Test("huge lengths run out of gas before anything is read")
    func modexpBombs() throws {
        let lengths: [UInt256] = [.max, UInt256(UInt64.max), UInt256(1 << 32), UInt256(1 << 20)]
        for length in lengths {
            for place in 0..<3 {
                var header: [UInt256] = [1, 33, 1]
                header[place] = length
                let input = header.flatMap(\.bigEndianBytes)
                let outcome = try call(5, input, gas: 100_000)
                #expect(outcome.status == .halt(.outOfGas))
            }
            // Without base and modulus the exponent does not matter.
            let free = [0, length, 0].flatMap(\.bigEndianBytes)
            #expect(try call(5, free).gasUsed == 200)
        }
    }

    @Test("the compression function of BLAKE2b gives EIP-152's vectors")
    func blake2() throws {
        let state =
            "48c9bdf267e6096a3ba7ca8485ae67bb2bf894fe72f36e3cf1361d5f3af54fa5"
            + "d182e6ad7f520e511f6c3e2b8c68059b6bbd41fbabd9831f79217e1319cde05b"
        let message = "616263" + String(repeating: "00", count: 125)
        let offsets = "03" + String(repeating: "00", count: 15)
        let outcome = try call(9, bytes("0000000c" + state + message + offsets + "01"))
        #expect(
            outcome.output
                == (try bytes(
                    "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1"
                        + "7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923")))
        #expect(outcome.gasUsed == 12)
        let badFlag = try call(9, bytes("0000000c" + state + message + offsets + "02"))
        #expect(badFlag.status == .halt(.precompileFailure))
        #expect(try call(9, [0]).status == .halt(.precompileFailure))
        let tooMany = try call(9, bytes("ffffffff" + state + message + offsets + "01"))
        #expect(tooMany.status == .halt(.outOfGas))
    }

    /// So that a fork with a further contract does not run before the contract is there.
    @Test("a number without a contract is said to be missing, and gives no result")
    func missing() {
        for number in [0, 0x12, 0xFF, 0x101, .max] as [UInt64] {
            let outcome = PrecompiledContract.call(
                number, fork: .osaka, input: [1, 2, 3], gas: 1_000_000)
            #expect(outcome == .notAvailable)
        }
        let identity = PrecompiledContract.call(4, fork: .osaka, input: [1, 2, 3], gas: 18)
        #expect(identity == .success(output: [1, 2, 3], gasUsed: 18))
    }
}
