import Ethereum

/// 0x03: RIPEMD-160 (Dobbertin, Bosselaers, Preneel 1996), its 20 bytes at the end of a word.
enum RIPEMD160 {
    static func run(
        _ input: UnsafeRawBufferPointer, _ gas: inout Int64, _ output: inout PlainBuffer<UInt8>
    ) -> Precompiles.Status {
        guard Precompiles.pay(Precompiles.price(600, 120, bytes: input.count), &gas) else {
            return .outOfGas
        }
        let target = UnsafeMutableRawPointer(output.extend(by: 32))
        target.initializeMemory(as: UInt8.self, repeating: 0, count: 32)
        hash(input, into: target + 12)
        return .success
    }

    /// Which message word each step of the left and of the right line takes.
    private static let leftWord: InlineArray<80, UInt8> = [
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
        7, 4, 13, 1, 10, 6, 15, 3, 12, 0, 9, 5, 2, 14, 11, 8,
        3, 10, 14, 4, 9, 15, 8, 1, 2, 7, 0, 6, 13, 11, 5, 12,
        1, 9, 11, 10, 0, 8, 12, 4, 13, 3, 7, 15, 14, 5, 6, 2,
        4, 0, 5, 9, 7, 12, 2, 10, 14, 1, 3, 8, 11, 6, 15, 13,
    ]
    private static let rightWord: InlineArray<80, UInt8> = [
        5, 14, 7, 0, 9, 2, 11, 4, 13, 6, 15, 8, 1, 10, 3, 12,
        6, 11, 3, 7, 0, 13, 5, 10, 14, 15, 8, 12, 4, 9, 1, 2,
        15, 5, 1, 3, 7, 14, 6, 9, 11, 8, 12, 2, 10, 0, 4, 13,
        8, 6, 4, 1, 3, 11, 15, 0, 5, 12, 2, 13, 9, 7, 10, 14,
        12, 15, 10, 4, 1, 5, 8, 7, 6, 2, 13, 14, 0, 3, 9, 11,
    ]
    /// By how many bits each step rotates.
    private static let leftShift: InlineArray<80, UInt8> = [
        11, 14, 15, 12, 5, 8, 7, 9, 11, 13, 14, 15, 6, 7, 9, 8,
        7, 6, 8, 13, 11, 9, 7, 15, 7, 12, 15, 9, 11, 7, 13, 12,
        11, 13, 6, 7, 14, 9, 13, 15, 14, 8, 13, 6, 5, 12, 7, 5,
        11, 12, 14, 15, 14, 15, 9, 8, 9, 14, 5, 6, 8, 6, 5, 12,
        9, 15, 5, 11, 6, 8, 13, 12, 5, 12, 13, 14, 11, 8, 5, 6,
    ]
    private static let rightShift: InlineArray<80, UInt8> = [
        8, 9, 9, 11, 13, 15, 15, 5, 7, 7, 8, 11, 14, 14, 12, 6,
        9, 13, 15, 7, 12, 8, 9, 11, 7, 7, 12, 7, 6, 15, 13, 11,
        9, 7, 15, 11, 8, 6, 6, 14, 12, 13, 5, 14, 13, 13, 7, 5,
        15, 5, 8, 11, 14, 14, 6, 14, 6, 9, 12, 9, 12, 5, 15, 8,
        8, 5, 12, 9, 12, 5, 14, 6, 8, 13, 6, 5, 15, 13, 11, 11,
    ]
    /// Added in each of the five rounds of 16 steps.
    private static let leftConstant: InlineArray<5, UInt32> = [
        0, 0x5A82_7999, 0x6ED9_EBA1, 0x8F1B_BCDC, 0xA953_FD4E,
    ]
    private static let rightConstant: InlineArray<5, UInt32> = [
        0x50A2_8BE6, 0x5C4D_D124, 0x6D70_3EF3, 0x7A6D_76E9, 0,
    ]

    /// The chaining words.
    private struct State {
        var a: UInt32 = 0x6745_2301, b: UInt32 = 0xEFCD_AB89, c: UInt32 = 0x98BA_DCFE
        var d: UInt32 = 0x1032_5476, e: UInt32 = 0xC3D2_E1F0

        /// One step of a line.
        mutating func step(_ function: UInt32, _ word: UInt32, _ constant: UInt32, _ shift: UInt8) {
            let sum = a &+ function &+ word &+ constant
            let t = RIPEMD160.rotate(sum, UInt32(shift)) &+ e
            self = State(a: e, b: t, c: b, d: RIPEMD160.rotate(c, 10), e: d)
        }
    }

    static func hash(_ input: UnsafeRawBufferPointer, into target: UnsafeMutableRawPointer) {
        var state = State()
        MerkleDamgard.forEachBlock(input, bigEndianLength: false) { compress(&state, $0) }
        target.storeBytes(of: state.a.littleEndian, toByteOffset: 0, as: UInt32.self)
        target.storeBytes(of: state.b.littleEndian, toByteOffset: 4, as: UInt32.self)
        target.storeBytes(of: state.c.littleEndian, toByteOffset: 8, as: UInt32.self)
        target.storeBytes(of: state.d.littleEndian, toByteOffset: 12, as: UInt32.self)
        target.storeBytes(of: state.e.littleEndian, toByteOffset: 16, as: UInt32.self)
    }

    private static func rotate(_ x: UInt32, _ count: UInt32) -> UInt32 {
        x &<< count | x &>> (32 &- count)
    }

    /// The five bit functions, by round.
    private static func mix(_ round: Int, _ x: UInt32, _ y: UInt32, _ z: UInt32) -> UInt32 {
        switch round {
        case 0: x ^ y ^ z
        case 1: (x & y) | (~x & z)
        case 2: (x | ~y) ^ z
        case 3: (x & z) | (y & ~z)
        default: x ^ (y | ~z)
        }
    }

    private static func compress(_ state: inout State, _ block: UnsafeRawPointer) {
        func word(_ index: UInt8) -> UInt32 {
            UInt32(
                littleEndian: block.loadUnaligned(
                    fromByteOffset: 4 &* Int(index), as: UInt32.self))
        }
        var left = state
        var right = state
        var index = 0
        while index < 80 {
            let round = index &>> 4
            left.step(
                mix(round, left.b, left.c, left.d), word(leftWord[unchecked: index]),
                leftConstant[unchecked: round], leftShift[unchecked: index])
            right.step(
                mix(4 &- round, right.b, right.c, right.d), word(rightWord[unchecked: index]),
                rightConstant[unchecked: round], rightShift[unchecked: index])
            index &+= 1
        }
        state = State(
            a: state.b &+ left.c &+ right.d, b: state.c &+ left.d &+ right.e,
            c: state.d &+ left.e &+ right.a, d: state.e &+ left.a &+ right.b,
            e: state.a &+ left.b &+ right.c)
    }
}
