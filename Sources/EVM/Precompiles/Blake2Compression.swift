/// 0x09: the compression function F of BLAKE2b (EIP-152, RFC 7693 section 3.2).
enum Blake2Compression {
    /// rounds (4 bytes, big-endian), h (8 words), m (16 words), t (2 words), final flag (1 byte).
    private static let inputSize = 213

    static func run(
        _ input: UnsafeRawBufferPointer, _ gas: inout Int64, _ output: inout PlainBuffer<UInt8>
    ) -> Precompiles.Status {
        guard input.count == inputSize, let base = input.baseAddress, input[212] <= 1 else {
            return .failure
        }
        let rounds = UInt32(bigEndian: base.loadUnaligned(as: UInt32.self))
        guard Precompiles.pay(Int64(rounds), &gas) else { return .outOfGas }
        let target = UnsafeMutableRawPointer(output.extend(by: 64))
        withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 16) { state in
            compress(base, rounds, isFinal: input[212] == 1, state.baseAddress.unsafelyUnwrapped)
            for index in 0..<8 {
                let h = word(base, 4 + 8 * index)
                target.storeBytes(
                    of: (h ^ state[index] ^ state[index + 8]).littleEndian,
                    toByteOffset: 8 * index, as: UInt64.self)
            }
        }
        return .success
    }

    /// The fractions of the square roots of the first 8 primes.
    private static let initialisation: InlineArray<8, UInt64> = [
        0x6A09_E667_F3BC_C908, 0xBB67_AE85_84CA_A73B, 0x3C6E_F372_FE94_F82B,
        0xA54F_F53A_5F1D_36F1, 0x510E_527F_ADE6_82D1, 0x9B05_688C_2B3E_6C1F,
        0x1F83_D9AB_FB41_BD6B, 0x5BE0_CD19_137E_2179,
    ]

    /// The message words' order in each of the ten rounds.
    private static let order: InlineArray<160, UInt8> = [
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
        14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3,
        11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4,
        7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8,
        9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13,
        2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9,
        12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11,
        13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10,
        6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5,
        10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0,
    ]

    private static func word(_ base: UnsafeRawPointer, _ offset: Int) -> UInt64 {
        UInt64(littleEndian: base.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    private static func compress(
        _ input: UnsafeRawPointer, _ rounds: UInt32, isFinal: Bool,
        _ v: UnsafeMutablePointer<UInt64>
    ) {
        for index in 0..<8 {
            v[index] = word(input, 4 + 8 * index)
            v[index + 8] = initialisation[unchecked: index]
        }
        v[12] ^= word(input, 196)
        v[13] ^= word(input, 204)
        if isFinal { v[14] = ~v[14] }
        let message = input + 68
        var row = 0
        var round: UInt32 = 0
        while round < rounds {
            @inline(__always)
            func m(_ index: Int) -> UInt64 {
                word(message, 8 &* Int(order[unchecked: row &+ index]))
            }
            mix(v, 0, 4, 8, 12, m(0), m(1))
            mix(v, 1, 5, 9, 13, m(2), m(3))
            mix(v, 2, 6, 10, 14, m(4), m(5))
            mix(v, 3, 7, 11, 15, m(6), m(7))
            mix(v, 0, 5, 10, 15, m(8), m(9))
            mix(v, 1, 6, 11, 12, m(10), m(11))
            mix(v, 2, 7, 8, 13, m(12), m(13))
            mix(v, 3, 4, 9, 14, m(14), m(15))
            row = row == 144 ? 0 : row &+ 16
            round &+= 1
        }
    }

    /// The function G.
    @inline(__always)
    private static func mix(
        _ v: UnsafeMutablePointer<UInt64>, _ a: Int, _ b: Int, _ c: Int, _ d: Int, _ x: UInt64,
        _ y: UInt64
    ) {
        v[a] = v[a] &+ v[b] &+ x
        v[d] = rotate(v[d] ^ v[a], 32)
        v[c] = v[c] &+ v[d]
        v[b] = rotate(v[b] ^ v[c], 24)
        v[a] = v[a] &+ v[b] &+ y
        v[d] = rotate(v[d] ^ v[a], 16)
        v[c] = v[c] &+ v[d]
        v[b] = rotate(v[b] ^ v[c], 63)
    }

    @inline(__always)
    private static func rotate(_ x: UInt64, _ count: UInt64) -> UInt64 {
        x &>> count | x &<< (64 &- count)
    }
}
