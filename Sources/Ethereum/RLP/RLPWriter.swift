/// Writes RLP in one pass: a list's header is put in front once its payload is known.
public struct RLPWriter: Sendable {
    /// What has been written.
    public private(set) var bytes: [UInt8]

    /// A writer with room for `capacity` bytes, after a prefix (a transaction's type byte).
    public init(capacity: Int = 128, prefix: [UInt8] = []) {
        bytes = []
        bytes.reserveCapacity(capacity)
        bytes += prefix
    }

    /// Appends a byte string.
    public mutating func append(_ string: some Collection<UInt8>) {
        if string.count == 1, let byte = string.first, byte < 0x80 {
            bytes.append(byte)
            return
        }
        appendHeader(base: 0x80, length: string.count)
        bytes.append(contentsOf: string)
    }

    /// Appends a byte string without bytes.
    public mutating func appendEmptyString() { bytes.append(0x80) }

    /// Appends an integer in its shortest form.
    public mutating func append(_ value: UInt64) {
        if value < 0x80 {
            bytes.append(value == 0 ? 0x80 : UInt8(truncatingIfNeeded: value))
            return
        }
        let count = (71 - value.leadingZeroBitCount) / 8
        bytes.append(0x80 + UInt8(truncatingIfNeeded: count))
        appendBigEndian(value, byteCount: count)
    }

    /// Appends an integer in its shortest form.
    public mutating func append(_ value: UInt256) {
        if let small = value.asUInt64 { return append(small) }
        let count = value.byteWidth
        bytes.append(0x80 + UInt8(truncatingIfNeeded: count))
        appendLowBytes(of: value, count: count)
    }

    /// Appends 20 bytes.
    public mutating func append(_ address: Address) {
        bytes.append(0x80 + 20)
        appendLowBytes(of: address.word, count: 20)
    }

    /// Appends 20 bytes, or an empty string for nil.
    public mutating func append(_ address: Address?) {
        if let address { append(address) } else { bytes.append(0x80) }
    }

    /// Appends 32 bytes.
    public mutating func append(_ hash: Hash32) {
        bytes.append(0x80 + 32)
        appendLowBytes(of: hash.word, count: 32)
    }

    /// Appends what is RLP already.
    public mutating func appendEncoded(_ item: some Collection<UInt8>) {
        bytes.append(contentsOf: item)
    }

    /// Appends a list of what the body writes.
    public mutating func list<Failure: Error>(
        _ body: (inout RLPWriter) throws(Failure) -> Void
    ) throws(Failure) {
        let start = bytes.count
        bytes.append(0xc0)
        try body(&self)
        let length = bytes.count - start - 1
        if length <= 55 {
            bytes[start] = 0xc0 + UInt8(truncatingIfNeeded: length)
            return
        }
        let width = (71 - UInt64(length).leadingZeroBitCount) / 8
        bytes[start] = 0xf7 + UInt8(truncatingIfNeeded: width)
        let lengthBytes = (0..<width).map {
            UInt8(truncatingIfNeeded: length >> (8 * (width - 1 - $0)))
        }
        bytes.insert(contentsOf: lengthBytes, at: start + 1)
    }

    /// Puts the hash of what was written since `start` in its place, where that is 32 bytes or
    /// more: how a trie's node refers to another (Yellow Paper, appendix D, the function n).
    mutating func hashTail(from start: Int) {
        guard bytes.count - start >= 32 else { return }
        let hash = bytes.withUnsafeBytes {
            Keccak256.hash(UnsafeRawBufferPointer(rebasing: $0[start...]))
        }
        bytes.removeSubrange(start...)
        append(hash)
    }

    private mutating func appendHeader(base: UInt8, length: Int) {
        if length <= 55 {
            bytes.append(base + UInt8(truncatingIfNeeded: length))
            return
        }
        let width = (71 - UInt64(length).leadingZeroBitCount) / 8
        bytes.append(base + 55 + UInt8(truncatingIfNeeded: width))
        appendBigEndian(UInt64(length), byteCount: width)
    }

    private mutating func appendBigEndian(_ value: UInt64, byteCount: Int) {
        for index in (0..<byteCount).reversed() {
            bytes.append(UInt8(truncatingIfNeeded: value >> (8 * UInt64(index))))
        }
    }

    private mutating func appendLowBytes(of word: UInt256, count: Int) {
        withUnsafeTemporaryAllocation(byteCount: 32, alignment: 8) { buffer in
            word.storeBigEndian(to: buffer.baseAddress.unsafelyUnwrapped)
            bytes.append(contentsOf: buffer[(32 - count)...])
        }
    }
}
