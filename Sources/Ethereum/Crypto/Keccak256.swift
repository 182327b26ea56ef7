/// Keccak-256 with the original padding 0x01, Ethereum's hash (Yellow Paper, appendix on notation;
/// not NIST's SHA3-256, whose padding differs).
public enum Keccak256 {
    /// keccak256 of no bytes: the code hash of an account without code.
    public static let ofEmpty = Keccak256.hash([])

    /// The hash of the bytes.
    public static func hash(_ bytes: [UInt8]) -> Hash32 {
        bytes.withUnsafeBytes { hash($0) }
    }

    /// The hash of the bytes.
    public static func hash(_ bytes: ArraySlice<UInt8>) -> Hash32 {
        bytes.withUnsafeBytes { hash($0) }
    }

    /// The hash of a word's 32 bytes: a key of a secure trie, or of a Solidity array's first slot.
    public static func hash(word: UInt256) -> Hash32 {
        withUnsafeTemporaryAllocation(byteCount: 32, alignment: 8) { buffer in
            word.storeBigEndian(to: buffer.baseAddress.unsafelyUnwrapped)
            return hash(UnsafeRawBufferPointer(buffer))
        }
    }

    /// The hash of two words' 64 bytes: the slot of a Solidity mapping's value.
    public static func hash(_ first: UInt256, _ second: UInt256) -> Hash32 {
        withUnsafeTemporaryAllocation(byteCount: 64, alignment: 8) { buffer in
            let base = buffer.baseAddress.unsafelyUnwrapped
            first.storeBigEndian(to: base)
            second.storeBigEndian(to: base + 32)
            return hash(UnsafeRawBufferPointer(buffer))
        }
    }

    /// The hash of the bytes.
    public static func hash(_ bytes: UnsafeRawBufferPointer) -> Hash32 {
        var state = KeccakState()
        var remaining = bytes.count
        if var pointer = bytes.baseAddress {
            while remaining >= rate {
                state.absorbBlock(pointer)
                state.permute()
                pointer += rate
                remaining -= rate
            }
            absorbTail(&state, pointer, remaining)
        } else {
            absorbTail(&state, nil, 0)
        }
        state.permute()
        return Hash32(
            word: UInt256(
                state.a03.byteSwapped, state.a02.byteSwapped, state.a01.byteSwapped,
                state.a00.byteSwapped))
    }

    /// Bytes absorbed between two permutations: 1600 bits less twice the output's 256.
    private static let rate = 136

    @inline(__always)
    private static func absorbTail(
        _ state: inout KeccakState, _ pointer: UnsafeRawPointer?, _ count: Int
    ) {
        withUnsafeTemporaryAllocation(byteCount: rate, alignment: 8) { block in
            let base = block.baseAddress.unsafelyUnwrapped
            base.initializeMemory(as: UInt8.self, repeating: 0, count: rate)
            if let pointer, count > 0 { base.copyMemory(from: pointer, byteCount: count) }
            block[count] = 0x01
            block[rate - 1] |= 0x80
            state.absorbBlock(UnsafeRawPointer(base))
        }
    }
}
