extension UInt256 {
    /// Reads 32 bytes, most significant first, from unaligned memory.
    @inlinable @inline(__always)
    public init(bigEndianAt pointer: UnsafeRawPointer) {
        self.init(
            UInt64(bigEndian: pointer.loadUnaligned(fromByteOffset: 24, as: UInt64.self)),
            UInt64(bigEndian: pointer.loadUnaligned(fromByteOffset: 16, as: UInt64.self)),
            UInt64(bigEndian: pointer.loadUnaligned(fromByteOffset: 8, as: UInt64.self)),
            UInt64(bigEndian: pointer.loadUnaligned(fromByteOffset: 0, as: UInt64.self)))
    }

    /// Writes 32 bytes, most significant first, to unaligned memory.
    @inlinable @inline(__always)
    public func storeBigEndian(to pointer: UnsafeMutableRawPointer) {
        pointer.storeBytes(of: limb3.bigEndian, toByteOffset: 0, as: UInt64.self)
        pointer.storeBytes(of: limb2.bigEndian, toByteOffset: 8, as: UInt64.self)
        pointer.storeBytes(of: limb1.bigEndian, toByteOffset: 16, as: UInt64.self)
        pointer.storeBytes(of: limb0.bigEndian, toByteOffset: 24, as: UInt64.self)
    }

    /// The integer written by at most 32 bytes, most significant first; nil for more than 32.
    @inlinable
    public init?(bigEndian bytes: some Collection<UInt8>) {
        guard bytes.count <= 32 else { return nil }
        var value = UInt256.zero
        for byte in bytes { value = value << 8 | UInt256(UInt64(byte)) }
        self = value
    }

    /// The 32 bytes, most significant first.
    @inlinable public var bigEndianBytes: [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 32) { buffer, count in
            storeBigEndian(to: UnsafeMutableRawPointer(buffer.baseAddress!))
            count = 32
        }
    }

    /// The bytes, most significant first, without leading zeros; none for 0 (RLP's integers).
    @inlinable public var minimalBigEndianBytes: [UInt8] {
        Array(bigEndianBytes.suffix(byteWidth))
    }
}
