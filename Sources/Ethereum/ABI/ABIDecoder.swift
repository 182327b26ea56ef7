/// Reads values of known types; every offset and length is checked before it is followed.
struct ABIDecoder {
    private let bytes: [UInt8]
    /// Values may overlap in hostile data, so that a short input would unfold without end. An
    /// honest encoding takes at least a word a value.
    private var remainingValues: Int
    private let valueLimit: Int

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        valueLimit = bytes.count / 32
        remainingValues = valueLimit
    }

    /// A tuple's values; offsets in it count from `base`.
    mutating func sequence(
        _ types: [ABIType], at base: Int
    ) throws(ABIDecodingError) -> [ABIValue] {
        var values: [ABIValue] = []
        var head = base
        for type in types {
            if type.isDynamic {
                let position = base + (try boundedInteger(at: head, limit: bytes.count - base))
                values.append(try value(type, at: position))
            } else {
                values.append(try value(type, at: head))
            }
            head += 32 * type.headWords
        }
        return values
    }

    /// The value whose encoding starts at `position`.
    private mutating func value(
        _ type: ABIType, at position: Int
    ) throws(ABIDecodingError) -> ABIValue {
        switch type {
        case .uint, .int, .address, .bool, .fixedBytes: return try word(type, at: position)
        case .bytes: return .bytes(Array(try payload(type, at: position)))
        case .string:
            guard let text = String(validating: try payload(type, at: position), as: UTF8.self)
            else { throw .notUTF8(offset: position + 32) }
            return .string(text)
        case .array(let element):
            let start = position + 32
            let count = try boundedInteger(at: position, limit: max(bytes.count - start, 0) / 32)
            try take(1)
            try requireBytes(32 * element.headWords * count, at: start)
            return .array(try sequence(Array(repeating: element, count: count), at: start))
        case .fixedArray(let element, let count):
            try requireBytes(32 * element.headWords * count, at: position)
            return .array(try sequence(Array(repeating: element, count: count), at: position))
        case .tuple(let fields): return .tuple(try sequence(fields, at: position))
        }
    }

    private mutating func word(
        _ type: ABIType, at position: Int
    ) throws(ABIDecodingError) -> ABIValue {
        try take(1)
        let word = try word(at: position)
        switch type {
        case .uint(let bits) where word.bitWidth <= bits: return .uint(word)
        case .int(let bits) where Int256(bitPattern: word).fits(bits: bits):
            return .int(Int256(bitPattern: word))
        case .address where word.bitWidth <= 160: return .address(Address(word: word))
        case .bool where word <= .one: return .bool(!word.isZero)
        case .fixedBytes(let count) where (word << UInt64(8 * count)).isZero:
            return .fixedBytes(Array(bytes[position..<position + count]))
        default: throw .dirtyPadding(offset: position, type)
        }
    }

    /// The bytes after a length, padded with zeros to whole words.
    private mutating func payload(
        _ type: ABIType, at position: Int
    ) throws(ABIDecodingError) -> ArraySlice<UInt8> {
        let start = position + 32
        let count = try boundedInteger(at: position, limit: max(bytes.count - start, 0))
        let padded = (count + 31) / 32 * 32
        try take(1 + padded / 32)
        try requireBytes(padded, at: start)
        guard bytes[start + count..<start + padded].allSatisfy({ $0 == 0 }) else {
            throw .dirtyPadding(offset: start + count, type)
        }
        return bytes[start..<start + count]
    }

    private mutating func take(_ count: Int) throws(ABIDecodingError) {
        remainingValues -= count
        guard remainingValues >= 0 else { throw .tooManyValues(limit: valueLimit) }
    }

    private func boundedInteger(at offset: Int, limit: Int) throws(ABIDecodingError) -> Int {
        let value = try word(at: offset)
        guard let small = value.asUInt64, small <= UInt64(limit) else {
            throw .outOfBounds(offset: offset, value: value)
        }
        return Int(small)
    }

    private func word(at offset: Int) throws(ABIDecodingError) -> UInt256 {
        try requireBytes(32, at: offset)
        return bytes.withUnsafeBytes { UInt256(bigEndianAt: $0.baseAddress! + offset) }
    }

    private func requireBytes(_ count: Int, at offset: Int) throws(ABIDecodingError) {
        guard offset <= bytes.count, count <= bytes.count - offset else {
            throw .endOfData(
                offset: offset, needed: count, available: max(bytes.count - offset, 0))
        }
    }
}
