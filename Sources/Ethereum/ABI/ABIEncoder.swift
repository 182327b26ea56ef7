/// Heads in order, with what is dynamic behind them.
enum ABIEncoder {
    /// Appends a tuple's encoding. Offsets count from its own start.
    static func append(
        _ values: [ABIValue], as types: [ABIType], to bytes: inout [UInt8]
    ) throws(ABIEncodingError) {
        guard values.count == types.count else {
            throw .valueCount(given: values.count, expected: types.count)
        }
        let headBytes = 32 * types.reduce(0) { $0 + $1.headWords }
        var tail: [UInt8] = []
        for (value, type) in zip(values, types) {
            if type.isDynamic {
                append(word: UInt256(headBytes + tail.count), to: &bytes)
                try append(value, as: type, to: &tail)
            } else {
                try append(value, as: type, to: &bytes)
            }
        }
        bytes += tail
    }

    private static func append(
        _ value: ABIValue, as type: ABIType, to bytes: inout [UInt8]
    ) throws(ABIEncodingError) {
        switch (type, value) {
        case (.uint(let bits), .uint(let word)):
            guard word.bitWidth <= bits else { throw .outOfRange(type) }
            append(word: word, to: &bytes)
        case (.int(let bits), .int(let integer)):
            guard integer.fits(bits: bits) else { throw .outOfRange(type) }
            append(word: integer.bitPattern, to: &bytes)
        case (.address, .address(let address)): append(word: address.word, to: &bytes)
        case (.bool, .bool(let flag)): append(word: flag ? .one : .zero, to: &bytes)
        case (.fixedBytes(let count), .fixedBytes(let payload)):
            guard payload.count == count else { throw .outOfRange(type) }
            appendPadded(payload, to: &bytes)
        case (.bytes, .bytes(let payload)):
            append(word: UInt256(payload.count), to: &bytes)
            appendPadded(payload, to: &bytes)
        case (.string, .string(let text)):
            append(word: UInt256(text.utf8.count), to: &bytes)
            appendPadded(Array(text.utf8), to: &bytes)
        case (.array(let element), .array(let items)):
            append(word: UInt256(items.count), to: &bytes)
            try append(items, as: Array(repeating: element, count: items.count), to: &bytes)
        case (.fixedArray(let element, let count), .array(let items)):
            try append(items, as: Array(repeating: element, count: count), to: &bytes)
        case (.tuple(let fields), .tuple(let items)): try append(items, as: fields, to: &bytes)
        default: throw .typeMismatch(type)
        }
    }

    private static func append(word: UInt256, to bytes: inout [UInt8]) {
        withUnsafeTemporaryAllocation(byteCount: 32, alignment: 8) { buffer in
            word.storeBigEndian(to: buffer.baseAddress.unsafelyUnwrapped)
            bytes.append(contentsOf: buffer)
        }
    }

    /// Appends the bytes and zeros up to a whole number of words.
    private static func appendPadded(_ payload: [UInt8], to bytes: inout [UInt8]) {
        bytes += payload
        bytes += repeatElement(0, count: (32 - payload.count % 32) % 32)
    }
}

extension Int256 {
    /// Whether two's complement of this many bits, 1 to 256, holds the value.
    func fits(bits: Int) -> Bool {
        let top = bitPattern >> UInt64(bits - 1)
        return isNegative ? top == .max >> UInt64(bits - 1) : top.isZero
    }
}
