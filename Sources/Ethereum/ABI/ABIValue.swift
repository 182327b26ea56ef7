/// A value of one of the ABI's types.
public indirect enum ABIValue: Equatable, Hashable, Sendable {
    case uint(UInt256)
    case int(Int256)
    case address(Address)
    case bool(Bool)
    /// bytes1 to bytes32, with its exact number of bytes.
    case fixedBytes([UInt8])
    case bytes([UInt8])
    case string(String)
    /// T[] and T[n].
    case array([ABIValue])
    case tuple([ABIValue])
}

/// Why values cannot be encoded as the types.
public enum ABIEncodingError: Error, Equatable, Sendable {
    case signature(ABISignatureError)
    case valueCount(given: Int, expected: Int)
    /// A value of another kind than the type.
    case typeMismatch(ABIType)
    /// An integer that the type's bits do not hold.
    case outOfRange(ABIType)
}

/// Why bytes do not hold values of the types; offsets count from the start of the bytes.
public enum ABIDecodingError: Error, Equatable, Sendable {
    case signature(ABISignatureError)
    /// The call is of another function.
    case wrongSelector(expected: [UInt8], found: [UInt8])
    /// The bytes end before the word or the payload.
    case endOfData(offset: Int, needed: Int, available: Int)
    /// An offset or a length that no data of this size can have.
    case outOfBounds(offset: Int, value: UInt256)
    /// Bits outside the type's width are set.
    case dirtyPadding(offset: Int, ABIType)
    case notUTF8(offset: Int)
    /// Values overlap so much that there are more of them than words: a decompression bomb.
    case tooManyValues(limit: Int)
}
