/// SHA2-256 (FIPS 180-4, section 6.2).
package enum SHA256 {
    /// The first 32 bits of the fractional parts of the cube roots of the first 64 primes.
    private static let roundConstants: InlineArray<64, UInt32> = [
        0x428A_2F98, 0x7137_4491, 0xB5C0_FBCF, 0xE9B5_DBA5, 0x3956_C25B, 0x59F1_11F1,
        0x923F_82A4, 0xAB1C_5ED5, 0xD807_AA98, 0x1283_5B01, 0x2431_85BE, 0x550C_7DC3,
        0x72BE_5D74, 0x80DE_B1FE, 0x9BDC_06A7, 0xC19B_F174, 0xE49B_69C1, 0xEFBE_4786,
        0x0FC1_9DC6, 0x240C_A1CC, 0x2DE9_2C6F, 0x4A74_84AA, 0x5CB0_A9DC, 0x76F9_88DA,
        0x983E_5152, 0xA831_C66D, 0xB003_27C8, 0xBF59_7FC7, 0xC6E0_0BF3, 0xD5A7_9147,
        0x06CA_6351, 0x1429_2967, 0x27B7_0A85, 0x2E1B_2138, 0x4D2C_6DFC, 0x5338_0D13,
        0x650A_7354, 0x766A_0ABB, 0x81C2_C92E, 0x9272_2C85, 0xA2BF_E8A1, 0xA81A_664B,
        0xC24B_8B70, 0xC76C_51A3, 0xD192_E819, 0xD699_0624, 0xF40E_3585, 0x106A_A070,
        0x19A4_C116, 0x1E37_6C08, 0x2748_774C, 0x34B0_BCB5, 0x391C_0CB3, 0x4ED8_AA4A,
        0x5B9C_CA4F, 0x682E_6FF3, 0x748F_82EE, 0x78A5_636F, 0x84C8_7814, 0x8CC7_0208,
        0x90BE_FFFA, 0xA450_6CEB, 0xBEF9_A3F7, 0xC671_78F2,
    ]

    /// The eight chaining words, at first the fractions of the square roots of the first 8 primes.
    struct State: BitwiseCopyable {
        var a: UInt32 = 0x6A09_E667, b: UInt32 = 0xBB67_AE85
        var c: UInt32 = 0x3C6E_F372, d: UInt32 = 0xA54F_F53A
        var e: UInt32 = 0x510E_527F, f: UInt32 = 0x9B05_688C
        var g: UInt32 = 0x1F83_D9AB, h: UInt32 = 0x5BE0_CD19
    }

    /// Writes the hash of the bytes.
    ///
    /// - Parameter target: 32 bytes.
    package static func hash(
        _ input: UnsafeRawBufferPointer, into target: UnsafeMutableRawPointer
    ) {
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 64) { schedule in
            let w = schedule.baseAddress.unsafelyUnwrapped
            var state = State()
            MerkleDamgard.forEachBlock(input, bigEndianLength: true) { block in
                compress(&state, block, w)
            }
            store(state, to: target)
        }
    }

    /// Writes the chaining words in the order of the hash.
    static func store(_ state: State, to target: UnsafeMutableRawPointer) {
        let words = (state.a, state.b, state.c, state.d, state.e, state.f, state.g, state.h)
        target.storeBytes(of: words.0.bigEndian, toByteOffset: 0, as: UInt32.self)
        target.storeBytes(of: words.1.bigEndian, toByteOffset: 4, as: UInt32.self)
        target.storeBytes(of: words.2.bigEndian, toByteOffset: 8, as: UInt32.self)
        target.storeBytes(of: words.3.bigEndian, toByteOffset: 12, as: UInt32.self)
        target.storeBytes(of: words.4.bigEndian, toByteOffset: 16, as: UInt32.self)
        target.storeBytes(of: words.5.bigEndian, toByteOffset: 20, as: UInt32.self)
        target.storeBytes(of: words.6.bigEndian, toByteOffset: 24, as: UInt32.self)
        target.storeBytes(of: words.7.bigEndian, toByteOffset: 28, as: UInt32.self)
    }

    private static func rotate(_ x: UInt32, _ count: UInt32) -> UInt32 {
        x &>> count | x &<< (32 &- count)
    }

    /// Takes up a block of 64 bytes.
    ///
    /// - Parameter w: Room for the schedule's 64 words.
    static func compress(
        _ state: inout State, _ block: UnsafeRawPointer, _ w: UnsafeMutablePointer<UInt32>
    ) {
        var index = 0
        while index < 16 {
            w[index] = UInt32(
                bigEndian: block.loadUnaligned(fromByteOffset: 4 &* index, as: UInt32.self))
            index &+= 1
        }
        while index < 64 {
            let w15 = w[index - 15]
            let w2 = w[index - 2]
            let s0 = rotate(w15, 7) ^ rotate(w15, 18) ^ (w15 &>> 3)
            let s1 = rotate(w2, 17) ^ rotate(w2, 19) ^ (w2 &>> 10)
            w[index] = w[index - 16] &+ s0 &+ w[index - 7] &+ s1
            index &+= 1
        }
        var s = state
        index = 0
        while index < 64 {
            let sum1 = rotate(s.e, 6) ^ rotate(s.e, 11) ^ rotate(s.e, 25)
            let choice = (s.e & s.f) ^ (~s.e & s.g)
            let t1 = s.h &+ sum1 &+ choice &+ roundConstants[unchecked: index] &+ w[index]
            let sum0 = rotate(s.a, 2) ^ rotate(s.a, 13) ^ rotate(s.a, 22)
            let majority = (s.a & s.b) ^ (s.a & s.c) ^ (s.b & s.c)
            let t2 = sum0 &+ majority
            s = State(
                a: t1 &+ t2, b: s.a, c: s.b, d: s.c, e: s.d &+ t1, f: s.e, g: s.f, h: s.g)
            index &+= 1
        }
        state = State(
            a: state.a &+ s.a, b: state.b &+ s.b, c: state.c &+ s.c, d: state.d &+ s.d,
            e: state.e &+ s.e, f: state.f &+ s.f, g: state.g &+ s.g, h: state.h &+ s.h)
    }
}
