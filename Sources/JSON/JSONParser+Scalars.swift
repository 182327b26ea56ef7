extension JSONParser {
    /// RFC 8259 section 6: no leading zero, no bare point, no bare exponent.
    mutating func number() throws(JSONParsingError) -> String {
        let start = offset
        if peek() == UInt8(ascii: "-") { offset += 1 }
        if peek() == UInt8(ascii: "0") {
            offset += 1
            if isDigit(peek()) { throw error(.malformedNumber) }
        } else {
            try digits()
        }
        if peek() == UInt8(ascii: ".") {
            offset += 1
            try digits()
        }
        if let exponent = peek(), exponent | 0x20 == UInt8(ascii: "e") {
            offset += 1
            if let sign = peek(), sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
                offset += 1
            }
            try digits()
        }
        return text(start..<offset)
    }

    private mutating func digits() throws(JSONParsingError) {
        guard isDigit(peek()) else { throw error(.malformedNumber) }
        while isDigit(peek()) { offset += 1 }
    }

    /// The text between the quotes; the offset is at the first quote, and after the second when
    /// done.
    mutating func string() throws(JSONParsingError) -> String {
        offset += 1
        let start = offset
        while true {
            skipPlainASCII()
            let next = try byte()
            switch next {
            case UInt8(ascii: "\""):
                offset += 1
                return text(start..<(offset - 1))
            case UInt8(ascii: "\\"): return try escapedString(from: start)
            case ..<0x20: throw error(.controlCharacter(next))
            case 0x80...: try skipScalar()
            default: offset += 1
            }
        }
    }

    /// Goes on with a string in which there is an escape, by copying.
    private mutating func escapedString(from start: Int) throws(JSONParsingError) -> String {
        var bytes = Array(UnsafeRawBufferPointer(start: base + start, count: offset - start))
        while true {
            let run = offset
            skipPlainASCII()
            bytes.append(
                contentsOf: UnsafeRawBufferPointer(start: base + run, count: offset - run))
            let next = try byte()
            switch next {
            case UInt8(ascii: "\""):
                offset += 1
                return String(decoding: bytes, as: UTF8.self)
            case UInt8(ascii: "\\"):
                try escape().withUTF8Bytes { bytes.append($0) }
            case ..<0x20: throw error(.controlCharacter(next))
            case 0x80...:
                let scalar = offset
                try skipScalar()
                bytes.append(
                    contentsOf: UnsafeRawBufferPointer(start: base + scalar, count: offset - scalar)
                )
            default:
                bytes.append(next)
                offset += 1
            }
        }
    }

    /// RFC 8259 section 7; the offset is at the backslash.
    private mutating func escape() throws(JSONParsingError) -> Unicode.Scalar {
        let start = offset
        offset += 1
        let kind = try byte()
        offset += 1
        switch kind {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"):
            return Unicode.Scalar(kind)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{c}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): break
        default: throw JSONParsingError(offset: start, cause: .malformedEscape)
        }
        let first = try escapedUnit(start)
        if let scalar = Unicode.Scalar(UInt32(first)) { return scalar }
        guard first < 0xdc00, peek() == UInt8(ascii: "\\"), peek(1) == UInt8(ascii: "u") else {
            throw JSONParsingError(offset: start, cause: .loneSurrogate)
        }
        offset += 2
        let second = try escapedUnit(start)
        guard second >= 0xdc00, second <= 0xdfff,
            let scalar = Unicode.Scalar(
                0x10000 + (UInt32(first) - 0xd800) << 10 + (UInt32(second) - 0xdc00))
        else { throw JSONParsingError(offset: start, cause: .loneSurrogate) }
        return scalar
    }

    /// Four hexadecimal digits.
    private mutating func escapedUnit(_ start: Int) throws(JSONParsingError) -> UInt16 {
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard let nibble = hexValue(try byte()) else {
                throw JSONParsingError(offset: start, cause: .malformedEscape)
            }
            unit = unit << 4 | UInt16(nibble)
            offset += 1
        }
        return unit
    }

    /// Steps over one scalar of two to four bytes (RFC 3629 section 4).
    private mutating func skipScalar() throws(JSONParsingError) {
        let lead = try byte()
        let (length, second): (Int, ClosedRange<UInt8>)
        switch lead {
        case 0xc2...0xdf: (length, second) = (2, 0x80...0xbf)
        case 0xe0: (length, second) = (3, 0xa0...0xbf)
        case 0xed: (length, second) = (3, 0x80...0x9f)
        case 0xe1...0xef: (length, second) = (3, 0x80...0xbf)
        case 0xf0: (length, second) = (4, 0x90...0xbf)
        case 0xf1...0xf3: (length, second) = (4, 0x80...0xbf)
        case 0xf4: (length, second) = (4, 0x80...0x8f)
        default: throw error(.malformedUTF8)
        }
        guard let next = peek(1), second.contains(next) else { throw error(.malformedUTF8) }
        for index in 2..<max(2, length) {
            guard let next = peek(index), next & 0xc0 == 0x80 else { throw error(.malformedUTF8) }
        }
        offset += length
    }

    /// Steps over the bytes that stand for themselves, eight at a time: neither quote, backslash,
    /// control nor beyond ASCII. May stop early.
    private mutating func skipPlainASCII() {
        while count - offset >= 8 {
            let word = base.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            guard plainASCII(word) else { break }
            offset += 8
        }
        while offset < count {
            let byte = base.load(fromByteOffset: offset, as: UInt8.self)
            guard byte >= 0x20, byte < 0x80, byte != UInt8(ascii: "\""),
                byte != UInt8(ascii: "\\")
            else { return }
            offset += 1
        }
    }

    private func text(_ range: Range<Int>) -> String {
        String(
            decoding: UnsafeRawBufferPointer(start: base + range.lowerBound, count: range.count),
            as: UTF8.self)
    }

    private func peek(_ ahead: Int = 0) -> UInt8? {
        offset + ahead < count ? base.load(fromByteOffset: offset + ahead, as: UInt8.self) : nil
    }

    private func isDigit(_ byte: UInt8?) -> Bool {
        byte.map { $0 >= 48 && $0 <= 57 } ?? false
    }
}

/// Whether all eight bytes are at least 0x20, below 0x80, and neither quote nor backslash. May say
/// no wrongly, never yes.
@inline(__always)
func plainASCII(_ word: UInt64) -> Bool {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let highs: UInt64 = 0x8080_8080_8080_8080
    let quotes = word ^ (ones &* 0x22)
    let slashes = word ^ (ones &* 0x5c)
    let found =
        (word &- ones &* 0x20) | (quotes &- ones) | (slashes &- ones) | word
    return found & highs == 0
}

/// The value of a hexadecimal digit's ASCII code, or nil.
private func hexValue(_ ascii: UInt8) -> UInt8? {
    switch ascii {
    case 48...57: ascii - 48
    case 97...102: ascii - 87
    case 65...70: ascii - 55
    default: nil
    }
}

extension Unicode.Scalar {
    fileprivate func withUTF8Bytes(_ body: (UInt8) -> Void) {
        for byte in UTF8.encode(self) ?? UTF8.EncodedScalar() { body(byte) }
    }
}
