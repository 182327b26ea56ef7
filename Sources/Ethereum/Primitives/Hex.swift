/// Hexadecimal text of bytes.
public enum Hex {
    /// The value of one digit's ASCII code, or nil.
    @inlinable
    public static func nibble(_ ascii: UInt8) -> UInt8? {
        switch ascii {
        case 48...57: ascii - 48
        case 97...102: ascii - 87
        case 65...70: ascii - 55
        default: nil
        }
    }

    /// Lower-case digits, two a byte, without `0x`.
    public static func encode(_ bytes: some Sequence<UInt8>) -> String {
        var digits: [UInt8] = []
        digits.reserveCapacity(2 * bytes.underestimatedCount)
        for byte in bytes {
            digits.append(digit(byte >> 4))
            digits.append(digit(byte & 15))
        }
        return String(decoding: digits, as: UTF8.self)
    }

    /// Lower-case digits, two a byte, after `0x`.
    public static func prefixed(_ bytes: some Sequence<UInt8>) -> String { "0x" + encode(bytes) }

    /// The bytes that an even number of digits write, with or without `0x`; nil for anything else.
    public static func decode(_ text: some StringProtocol) -> [UInt8]? {
        var result: [UInt8] = []
        var text = text[...]
        let decoded: Bool? = text.utf8.withContiguousStorageIfAvailable { decode($0, &result) }
        if let decoded { return decoded ? result : nil }
        let copy = Array(text.utf8)
        text = ""
        return copy.withUnsafeBufferPointer { decode($0, &result) } ? result : nil
    }

    private static func decode(_ ascii: UnsafeBufferPointer<UInt8>, _ into: inout [UInt8]) -> Bool {
        var start = 0
        if ascii.count >= 2, ascii[0] == 48, ascii[1] | 32 == 120 { start = 2 }
        guard (ascii.count - start) % 2 == 0 else { return false }
        into.reserveCapacity((ascii.count - start) / 2)
        var index = start
        while index < ascii.count {
            guard let high = nibble(ascii[index]), let low = nibble(ascii[index + 1]) else {
                return false
            }
            into.append(high << 4 | low)
            index += 2
        }
        return true
    }

    private static func digit(_ nibble: UInt8) -> UInt8 { nibble < 10 ? 48 + nibble : 87 + nibble }
}
