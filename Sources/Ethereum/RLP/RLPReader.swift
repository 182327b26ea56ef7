/// Reads the items of one RLP list, or of the input, one after the other, without copying.
///
/// Strict: every value has one accepted encoding, so that what is read and written again is the
/// same bytes. No input makes it trap; errors name the offset from the start of the whole input.
public struct RLPReader: Sendable {
    /// The whole input, of which this reader sees a part.
    public let input: [UInt8]
    /// Where the next item starts.
    public private(set) var position: Int
    /// Where this reader's part ends.
    public let end: Int

    /// Reads the input from its start.
    public init(_ input: [UInt8]) {
        self.init(input, from: 0, to: input.count)
    }

    init(_ input: [UInt8], from position: Int, to end: Int) {
        self.input = input
        self.position = position
        self.end = end
    }

    /// The header of an item, and where its payload lies in the input.
    public struct Item: Equatable, Sendable {
        public var isList: Bool
        public var payload: Range<Int>
    }

    /// Whether nothing is left.
    public var isAtEnd: Bool { position == end }

    /// Whether the next item is a list; false at the end.
    public var nextIsList: Bool { position < end && input[position] >= 0xc0 }

    /// Steps over the next item and says where its payload is. The payload of a list is not looked
    /// at.
    public mutating func next() throws(RLPDecodingError) -> Item {
        guard position < end else { throw failure(.missingField) }
        let first = input[position]
        if first < 0x80 {
            position += 1
            return Item(isList: false, payload: position - 1..<position)
        }
        let isList = first >= 0xc0
        let length = Int(first) - (isList ? 0xc0 : 0x80)
        if length <= 55 {
            let payload = try payload(at: position + 1, length: UInt64(length))
            if !isList, length == 1, input[payload.lowerBound] < 0x80 {
                throw failure(.headerOnSingleByte)
            }
            position = payload.upperBound
            return Item(isList: isList, payload: payload)
        }
        let lengthBytes = try payload(at: position + 1, length: UInt64(length - 55))
        guard input[lengthBytes.lowerBound] != 0 else { throw failure(.leadingZeroInLength) }
        var longLength: UInt64 = 0
        for index in lengthBytes { longLength = longLength << 8 | UInt64(input[index]) }
        guard longLength > 55 else { throw failure(.longFormForShortLength) }
        let payload = try payload(at: lengthBytes.upperBound, length: longLength)
        position = payload.upperBound
        return Item(isList: isList, payload: payload)
    }

    /// The payload of the next item, which must be a byte string.
    public mutating func bytes() throws(RLPDecodingError) -> ArraySlice<UInt8> {
        input[try byteRange()]
    }

    /// A reader of the next item's fields, which must be a list.
    public mutating func list() throws(RLPDecodingError) -> RLPReader {
        let start = position
        let item = try next()
        guard item.isList else { throw RLPDecodingError(offset: start, cause: .expectedList) }
        return RLPReader(input, from: item.payload.lowerBound, to: item.payload.upperBound)
    }

    /// An integer of at most 64 bits, in its shortest form.
    public mutating func uint64() throws(RLPDecodingError) -> UInt64 {
        var value: UInt64 = 0
        for index in try integerRange(maximumBytes: 8) { value = value << 8 | UInt64(input[index]) }
        return value
    }

    /// An integer of at most 256 bits, in its shortest form.
    public mutating func uint256() throws(RLPDecodingError) -> UInt256 {
        let range = try integerRange(maximumBytes: 32)
        return input.withUnsafeBytes { UInt256(bigEndian: $0[range]) } ?? .zero
    }

    /// Exactly 20 bytes.
    public mutating func address() throws(RLPDecodingError) -> Address {
        Address(word: try word(byteCount: 20))
    }

    /// Exactly 20 bytes, or none for nil (the recipient of a contract's creation).
    public mutating func optionalAddress() throws(RLPDecodingError) -> Address? {
        if position < end, input[position] == 0x80 {
            position += 1
            return nil
        }
        return try address()
    }

    /// Exactly 32 bytes.
    public mutating func hash() throws(RLPDecodingError) -> Hash32 {
        Hash32(word: try word(byteCount: 32))
    }

    /// Fails unless everything was read.
    public func finish() throws(RLPDecodingError) {
        guard position == end else { throw failure(.trailingBytes(end - position)) }
    }

    /// The payload of exactly `byteCount` bytes, at most 32, as a big-endian integer.
    private mutating func word(byteCount: Int) throws(RLPDecodingError) -> UInt256 {
        let start = position
        let range = try byteRange()
        guard range.count == byteCount else {
            throw RLPDecodingError(
                offset: start, cause: .wrongSize(bytes: range.count, expected: byteCount))
        }
        return input.withUnsafeBytes { UInt256(bigEndian: $0[range]) } ?? .zero
    }

    private mutating func byteRange() throws(RLPDecodingError) -> Range<Int> {
        let start = position
        let item = try next()
        guard !item.isList else { throw RLPDecodingError(offset: start, cause: .expectedBytes) }
        return item.payload
    }

    private mutating func integerRange(maximumBytes: Int) throws(RLPDecodingError) -> Range<Int> {
        let start = position
        let range = try byteRange()
        guard range.count <= maximumBytes else {
            throw RLPDecodingError(
                offset: start, cause: .integerTooLarge(bytes: range.count, maximum: maximumBytes))
        }
        if let first = range.first, input[first] == 0 {
            throw RLPDecodingError(offset: start, cause: .leadingZeroInInteger)
        }
        return range
    }

    private func payload(at start: Int, length: UInt64) throws(RLPDecodingError) -> Range<Int> {
        guard length <= UInt64(end - start) else {
            throw failure(.endOfInput(needed: length, available: end - start))
        }
        return start..<start + Int(length)
    }

    private func failure(_ cause: RLPDecodingError.Cause) -> RLPDecodingError {
        RLPDecodingError(offset: position, cause: cause)
    }
}
