import Ethereum

/// Hexadecimal values, eight digits at a time.
extension HotScanner {
    /// Steps over `"0x…"` and returns where the digits are. An escape is no digit: it is met later.
    @inline(__always)
    private mutating func digits() throws(Failure) -> (start: Int, count: Int) {
        let before = offset
        let (start, end, _) = try string()
        guard end - start >= 2,
            base.load(fromByteOffset: start, as: UInt8.self) == UInt8(ascii: "0"),
            base.load(fromByteOffset: start + 1, as: UInt8.self) == UInt8(ascii: "x")
        else { throw Failure(offset: before, cause: .malformedHex) }
        return (start + 2, end - start - 2)
    }

    /// A quantity of 1 to 64 digits.
    mutating func quantity() throws(Failure) -> UInt256 {
        let (start, count) = try digits()
        guard count <= 64 else {
            throw Failure(offset: start, cause: .tooLarge(maximumBits: 256))
        }
        guard count > 0 else { throw Failure(offset: start, cause: .malformedHex) }
        if count <= 16 { return UInt256(try word(start, count)) }
        let low = try word(start + count - 16, 16)
        let count1 = min(16, count - 16)
        let limb1 = try word(start + count - 16 - count1, count1)
        guard count > 32 else { return UInt256(low, limb1, 0, 0) }
        let count2 = min(16, count - 32)
        let limb2 = try word(start + count - 32 - count2, count2)
        guard count > 48 else { return UInt256(low, limb1, limb2, 0) }
        return UInt256(low, limb1, limb2, try word(start, count - 48))
    }

    /// A quantity below 2^64; leading zeros are accepted.
    mutating func quantity64() throws(Failure) -> UInt64 {
        let before = offset
        guard let value = try quantity().asUInt64 else {
            throw Failure(offset: before, cause: .tooLarge(maximumBits: 64))
        }
        return value
    }

    /// 32 bytes.
    mutating func hash() throws(Failure) -> Hash32 {
        let (start, count) = try digits()
        guard count == 64 else {
            throw Failure(offset: start, cause: .wrongLength(expectedBytes: 32))
        }
        return Hash32(
            word: UInt256(
                try word(start + 48, 16), try word(start + 32, 16), try word(start + 16, 16),
                try word(start, 16)))
    }

    /// 20 bytes.
    mutating func address() throws(Failure) -> Address {
        let (start, count) = try digits()
        guard count == 40 else {
            throw Failure(offset: start, cause: .wrongLength(expectedBytes: 20))
        }
        return Address(
            word: UInt256(
                try word(start + 24, 16), try word(start + 8, 16), try word(start, 8), 0))
    }

    /// 8 bytes as an integer, most significant first.
    mutating func eightBytes() throws(Failure) -> UInt64 {
        let (start, count) = try digits()
        guard count == 16 else {
            throw Failure(offset: start, cause: .wrongLength(expectedBytes: 8))
        }
        return try word(start, 16)
    }

    /// Bytes of any number.
    mutating func data() throws(Failure) -> [UInt8] {
        let (start, count) = try digits()
        guard count % 2 == 0 else { throw Failure(offset: start, cause: .malformedHex) }
        var invalid: UInt64 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count / 2) { output, written in
            var position = 0
            while position + 8 <= count {
                let (four, wrong) = eightDigits(start + position)
                invalid |= wrong
                UnsafeMutableRawPointer(output.baseAddress.unsafelyUnwrapped + position / 2)
                    .storeBytes(of: four.bigEndian, as: UInt32.self)
                position += 8
            }
            while position < count {
                let (high, low) = (digit(start + position), digit(start + position + 1))
                if high == nil || low == nil { invalid |= 1 }
                output[position / 2] = (high ?? 0) << 4 | (low ?? 0)
                position += 2
            }
            written = count / 2
        }
        guard invalid == 0 else { throw malformed(start, count) }
        return bytes
    }

    /// The error of the first byte that is no digit.
    private func malformed(_ start: Int, _ count: Int) -> Failure {
        let at = (start..<start + count).first { digit($0) == nil }
        return Failure(offset: at ?? start, cause: .malformedHex)
    }

    /// The value of at most 16 digits.
    @inline(__always)
    private func word(_ start: Int, _ count: Int) throws(Failure) -> UInt64 {
        if count == 16 {
            let (high, wrongHigh) = eightDigits(start)
            let (low, wrongLow) = eightDigits(start + 8)
            guard wrongHigh | wrongLow == 0 else { throw malformed(start, count) }
            return UInt64(high) << 32 | UInt64(low)
        }
        var value: UInt64 = 0
        for position in start..<start + count {
            guard let digit = digit(position) else { throw malformed(start, count) }
            value = value << 4 | UInt64(digit)
        }
        return value
    }

    @inline(__always)
    private func digit(_ at: Int) -> UInt8? {
        Hex.nibble(base.load(fromByteOffset: at, as: UInt8.self))
    }

    /// The value of the eight digits at an offset that has as many bytes, and bits that are not
    /// zero where one is none.
    ///
    /// Bytes are taken without their high bit, so that no sum carries into the next one: adding
    /// 0x80 − b then sets the high bit exactly where a byte is at least b.
    @inline(__always)
    private func eightDigits(_ at: Int) -> (value: UInt32, invalid: UInt64) {
        let bytes = base.loadUnaligned(fromByteOffset: at, as: UInt64.self)
        let ones: UInt64 = 0x0101_0101_0101_0101
        let highs: UInt64 = 0x8080_8080_8080_8080
        let word = bytes & ~highs
        let lower = word | ones &* 0x20
        let isDigit = (word &+ ones &* (0x80 - 0x30)) & ~(word &+ ones &* (0x80 - 0x3a))
        let isLetter = (lower &+ ones &* (0x80 - 0x61)) & ~(lower &+ ones &* (0x80 - 0x67))
        let invalid = (~(isDigit | isLetter) | bytes) & highs
        // A letter has bit 6, and its low nibble is 9 less than its value.
        let nibbles = (word & (ones &* 0x0f)) &+ (word >> 6 & ones) &* 9
        // The first digit is the lowest byte: its nibble goes to the top.
        let pairs = (nibbles << 4 | nibbles >> 8) & 0x00ff_00ff_00ff_00ff
        let quads = (pairs | pairs >> 8) & 0x0000_ffff_0000_ffff
        return (UInt32(truncatingIfNeeded: quads | quads >> 16).byteSwapped, invalid)
    }
}
