/// The 1600 bits of Keccak-f as 25 lanes in local storage; lane x + 5y is named by its index.
///
/// One round is written out, so that every lane lives in a register or a stack slot and no index is
/// checked (FIPS 202, section 3.2).
struct KeccakState {
    var a00 = UInt64(0), a01 = UInt64(0), a02 = UInt64(0), a03 = UInt64(0), a04 = UInt64(0)
    var a05 = UInt64(0), a06 = UInt64(0), a07 = UInt64(0), a08 = UInt64(0), a09 = UInt64(0)
    var a10 = UInt64(0), a11 = UInt64(0), a12 = UInt64(0), a13 = UInt64(0), a14 = UInt64(0)
    var a15 = UInt64(0), a16 = UInt64(0), a17 = UInt64(0), a18 = UInt64(0), a19 = UInt64(0)
    var a20 = UInt64(0), a21 = UInt64(0), a22 = UInt64(0), a23 = UInt64(0), a24 = UInt64(0)

    /// The round constants of the step iota (FIPS 202, section 3.2.5).
    private static let roundConstants: InlineArray<24, UInt64> = [
        0x0000000000000001, 0x0000000000008082, 0x800000000000808A,
        0x8000000080008000, 0x000000000000808B, 0x0000000080000001,
        0x8000000080008081, 0x8000000000008009, 0x000000000000008A,
        0x0000000000000088, 0x0000000080008009, 0x000000008000000A,
        0x000000008000808B, 0x800000000000008B, 0x8000000000008089,
        0x8000000000008003, 0x8000000000008002, 0x8000000000000080,
        0x000000000000800A, 0x800000008000000A, 0x8000000080008081,
        0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
    ]

    /// Adds (XOR) 136 bytes to the first 17 lanes.
    @inline(__always)
    mutating func absorbBlock(_ block: UnsafeRawPointer) {
        @inline(__always)
        func lane(_ index: Int) -> UInt64 {
            UInt64(littleEndian: block.loadUnaligned(fromByteOffset: 8 &* index, as: UInt64.self))
        }
        a00 ^= lane(0)
        a01 ^= lane(1)
        a02 ^= lane(2)
        a03 ^= lane(3)
        a04 ^= lane(4)
        a05 ^= lane(5)
        a06 ^= lane(6)
        a07 ^= lane(7)
        a08 ^= lane(8)
        a09 ^= lane(9)
        a10 ^= lane(10)
        a11 ^= lane(11)
        a12 ^= lane(12)
        a13 ^= lane(13)
        a14 ^= lane(14)
        a15 ^= lane(15)
        a16 ^= lane(16)
    }

    /// The 24 rounds.
    mutating func permute() {
        var index = 0
        while index < 24 {
            round(KeccakState.roundConstants[unchecked: index])
            round(KeccakState.roundConstants[unchecked: index &+ 1])
            index &+= 2
        }
    }

    @inline(__always)
    private static func rotate(_ lane: UInt64, _ count: UInt64) -> UInt64 {
        lane &<< count | lane &>> (64 &- count)
    }

    /// Theta, rho, pi, chi and iota.
    @inline(__always)
    private mutating func round(_ constant: UInt64) {
        let c0 = a00 ^ a05 ^ a10 ^ a15 ^ a20
        let c1 = a01 ^ a06 ^ a11 ^ a16 ^ a21
        let c2 = a02 ^ a07 ^ a12 ^ a17 ^ a22
        let c3 = a03 ^ a08 ^ a13 ^ a18 ^ a23
        let c4 = a04 ^ a09 ^ a14 ^ a19 ^ a24
        let d0 = c4 ^ KeccakState.rotate(c1, 1)
        let d1 = c0 ^ KeccakState.rotate(c2, 1)
        let d2 = c1 ^ KeccakState.rotate(c3, 1)
        let d3 = c2 ^ KeccakState.rotate(c4, 1)
        let d4 = c3 ^ KeccakState.rotate(c0, 1)
        let b00 = a00 ^ d0
        let b10 = KeccakState.rotate(a01 ^ d1, 1)
        let b20 = KeccakState.rotate(a02 ^ d2, 62)
        let b05 = KeccakState.rotate(a03 ^ d3, 28)
        let b15 = KeccakState.rotate(a04 ^ d4, 27)
        let b16 = KeccakState.rotate(a05 ^ d0, 36)
        let b01 = KeccakState.rotate(a06 ^ d1, 44)
        let b11 = KeccakState.rotate(a07 ^ d2, 6)
        let b21 = KeccakState.rotate(a08 ^ d3, 55)
        let b06 = KeccakState.rotate(a09 ^ d4, 20)
        let b07 = KeccakState.rotate(a10 ^ d0, 3)
        let b17 = KeccakState.rotate(a11 ^ d1, 10)
        let b02 = KeccakState.rotate(a12 ^ d2, 43)
        let b12 = KeccakState.rotate(a13 ^ d3, 25)
        let b22 = KeccakState.rotate(a14 ^ d4, 39)
        let b23 = KeccakState.rotate(a15 ^ d0, 41)
        let b08 = KeccakState.rotate(a16 ^ d1, 45)
        let b18 = KeccakState.rotate(a17 ^ d2, 15)
        let b03 = KeccakState.rotate(a18 ^ d3, 21)
        let b13 = KeccakState.rotate(a19 ^ d4, 8)
        let b14 = KeccakState.rotate(a20 ^ d0, 18)
        let b24 = KeccakState.rotate(a21 ^ d1, 2)
        let b09 = KeccakState.rotate(a22 ^ d2, 61)
        let b19 = KeccakState.rotate(a23 ^ d3, 56)
        let b04 = KeccakState.rotate(a24 ^ d4, 14)
        a00 = b00 ^ (~b01 & b02) ^ constant
        a01 = b01 ^ (~b02 & b03)
        a02 = b02 ^ (~b03 & b04)
        a03 = b03 ^ (~b04 & b00)
        a04 = b04 ^ (~b00 & b01)
        a05 = b05 ^ (~b06 & b07)
        a06 = b06 ^ (~b07 & b08)
        a07 = b07 ^ (~b08 & b09)
        a08 = b08 ^ (~b09 & b05)
        a09 = b09 ^ (~b05 & b06)
        a10 = b10 ^ (~b11 & b12)
        a11 = b11 ^ (~b12 & b13)
        a12 = b12 ^ (~b13 & b14)
        a13 = b13 ^ (~b14 & b10)
        a14 = b14 ^ (~b10 & b11)
        a15 = b15 ^ (~b16 & b17)
        a16 = b16 ^ (~b17 & b18)
        a17 = b17 ^ (~b18 & b19)
        a18 = b18 ^ (~b19 & b15)
        a19 = b19 ^ (~b15 & b16)
        a20 = b20 ^ (~b21 & b22)
        a21 = b21 ^ (~b22 & b23)
        a22 = b22 ^ (~b23 & b24)
        a23 = b23 ^ (~b24 & b20)
        a24 = b24 ^ (~b20 & b21)
    }
}
