/// The padding that SHA-256 and RIPEMD-160 share: a 1 bit, zeros, the length in bits as 64 bits.
package enum MerkleDamgard {
    package static let blockSize = 64

    /// Calls `body` with each block of the padded bytes.
    ///
    /// - Parameter precedingBytes: Bytes in whole blocks that were hashed before; they count in the
    ///   length.
    package static func forEachBlock(
        _ input: UnsafeRawBufferPointer, bigEndianLength: Bool, precedingBytes: Int = 0,
        _ body: (UnsafeRawPointer) -> Void
    ) {
        var offset = 0
        if let base = input.baseAddress {
            while offset &+ blockSize <= input.count {
                body(base + offset)
                offset &+= blockSize
            }
        }
        let rest = input.count &- offset
        let tailSize = rest < 56 ? blockSize : 2 &* blockSize
        withUnsafeTemporaryAllocation(byteCount: 2 * blockSize, alignment: 8) { tail in
            let base = tail.baseAddress.unsafelyUnwrapped
            base.initializeMemory(as: UInt8.self, repeating: 0, count: 2 * blockSize)
            if let source = input.baseAddress, rest > 0 {
                base.copyMemory(from: source + offset, byteCount: rest)
            }
            tail[rest] = 0x80
            let bits = UInt64(truncatingIfNeeded: precedingBytes &+ input.count) &* 8
            base.storeBytes(
                of: bigEndianLength ? bits.bigEndian : bits.littleEndian,
                toByteOffset: tailSize &- 8, as: UInt64.self)
            body(UnsafeRawPointer(base))
            if tailSize > blockSize { body(UnsafeRawPointer(base + blockSize)) }
        }
    }
}
