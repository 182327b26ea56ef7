import JSON

/// Walks over JSON without building it: keys are compared where they are, values are decoded where
/// they are, what nobody asked for is stepped over. It allocates nothing, except for a key with an
/// escape in it.
///
/// It is stricter than needed where something is read, and laxer than RFC 8259 where something is
/// skipped: there only strings and brackets have to match. It never reads beyond the count.
struct HotScanner {
    typealias Failure = HotMessageError

    /// Arrays and objects inside each other; a bit each of the stack that pairs brackets.
    static let maximumDepth = 63

    let base: UnsafeRawPointer
    let count: Int
    var offset: Int

    init(_ bytes: UnsafeRawBufferPointer) throws(Failure) {
        guard let base = bytes.baseAddress, bytes.count > 0 else {
            throw Failure(offset: 0, cause: .unexpectedEnd)
        }
        self.base = base
        count = bytes.count
        offset = 0
    }

    func error(_ cause: Failure.Cause) -> Failure { Failure(offset: offset, cause: cause) }

    @inline(__always)
    func byte() throws(Failure) -> UInt8 {
        guard offset < count else { throw error(.unexpectedEnd) }
        return base.load(fromByteOffset: offset, as: UInt8.self)
    }

    @inline(__always)
    mutating func skipWhitespace() {
        while offset < count {
            let next = base.load(fromByteOffset: offset, as: UInt8.self)
            guard next <= 0x20, next == 0x20 || next == 0x0a || next == 0x0d || next == 0x09 else {
                return
            }
            offset += 1
        }
    }

    @inline(__always)
    mutating func expect(_ wanted: UInt8) throws(Failure) {
        let next = try byte()
        guard next == wanted else { throw error(.unexpectedByte(next)) }
        offset += 1
    }

    /// Nothing but whitespace may follow.
    mutating func finish() throws(Failure) {
        skipWhitespace()
        guard offset == count else { throw error(.unexpectedByte(try byte())) }
    }

    /// Calls the body for each key of the object, with the scanner at its value, which the body
    /// reads or skips.
    @inline(__always)
    mutating func object(
        _ body: (inout HotScanner, HotKey) throws(Failure) -> Void
    ) throws(Failure) {
        try expect(UInt8(ascii: "{"))
        skipWhitespace()
        if try byte() == UInt8(ascii: "}") {
            offset += 1
            return
        }
        while true {
            let key = try key()
            skipWhitespace()
            try expect(UInt8(ascii: ":"))
            skipWhitespace()
            try body(&self, key)
            skipWhitespace()
            if try isEnd(UInt8(ascii: "}")) { return }
        }
    }

    /// Calls the body for each element of the array, with the scanner at it.
    @inline(__always)
    mutating func array(
        _ body: (inout HotScanner) throws(Failure) -> Void
    ) throws(Failure) {
        try expect(UInt8(ascii: "["))
        skipWhitespace()
        if try byte() == UInt8(ascii: "]") {
            offset += 1
            return
        }
        while true {
            try body(&self)
            skipWhitespace()
            if try isEnd(UInt8(ascii: "]")) { return }
        }
    }

    /// Steps over the comma or the bracket after a member.
    @inline(__always)
    private mutating func isEnd(_ bracket: UInt8) throws(Failure) -> Bool {
        let next = try byte()
        if next == bracket {
            offset += 1
            return true
        }
        guard next == UInt8(ascii: ",") else { throw error(.unexpectedByte(next)) }
        offset += 1
        skipWhitespace()
        return false
    }

    /// Whether the value is null, which is then stepped over.
    @inline(__always)
    mutating func isNull() throws(Failure) -> Bool {
        guard try byte() == UInt8(ascii: "n") else { return false }
        offset += 1
        try expect(UInt8(ascii: "u"))
        try expect(UInt8(ascii: "l"))
        try expect(UInt8(ascii: "l"))
        return true
    }

    /// Steps over a string and returns where its text is, quotes not included, and whether there is
    /// an escape in it.
    @inline(__always)
    mutating func string() throws(Failure) -> (start: Int, end: Int, isEscaped: Bool) {
        try expect(UInt8(ascii: "\""))
        let start = offset
        var isEscaped = false
        while true {
            skipToQuoteOrBackslash()
            let next = try byte()
            offset += 1
            if next == UInt8(ascii: "\"") { return (start, offset - 1, isEscaped) }
            if next == UInt8(ascii: "\\") {
                isEscaped = true
                _ = try byte()
                offset += 1
            }
        }
    }

    /// Steps over a key; the scanner is then before the colon.
    mutating func key() throws(Failure) -> HotKey {
        let before = offset
        let (start, end, isEscaped) = try string()
        guard isEscaped else { return HotKey(start: base + start, count: end - start) }
        do throws(JSONParsingError) {
            let text = try JSON.stringLiteral(
                at: before, in: UnsafeRawBufferPointer(start: base, count: count))
            return HotKey(start: base + start, escapedCount: end - start, count: text.utf8.count)
        } catch { throw Failure(offset: error.offset, cause: .malformedText) }
    }

    /// Eight bytes at a time. May stop early.
    @inline(__always)
    private mutating func skipToQuoteOrBackslash() {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let highs: UInt64 = 0x8080_8080_8080_8080
        while count - offset >= 8 {
            let word = base.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            let quotes = word ^ (ones &* 0x22)
            let slashes = word ^ (ones &* 0x5c)
            // The lowest set bit is exact: below it nothing was borrowed.
            let found =
                ((quotes &- ones) & ~quotes | (slashes &- ones) & ~slashes) & highs
            if found != 0 {
                offset += found.trailingZeroBitCount >> 3
                return
            }
            offset += 8
        }
        while offset < count {
            let next = base.load(fromByteOffset: offset, as: UInt8.self)
            if next == UInt8(ascii: "\"") || next == UInt8(ascii: "\\") { return }
            offset += 1
        }
    }

    /// Steps over a value of any kind.
    mutating func skipValue() throws(Failure) {
        // A one is an object, a zero an array; the lowest bit is the innermost.
        var brackets: UInt64 = 0
        var depth = 0
        repeat {
            skipWhitespace()
            let next = try byte()
            switch next {
            case UInt8(ascii: "\""): _ = try string()
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                guard depth < HotScanner.maximumDepth else {
                    throw error(.tooDeep(maximum: HotScanner.maximumDepth))
                }
                brackets = brackets << 1 | (next == UInt8(ascii: "{") ? 1 : 0)
                depth += 1
                offset += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                guard depth > 0, (brackets & 1 == 1) == (next == UInt8(ascii: "}")) else {
                    throw error(.unexpectedByte(next))
                }
                brackets >>= 1
                depth -= 1
                offset += 1
            case UInt8(ascii: ","), UInt8(ascii: ":"):
                guard depth > 0 else { throw error(.unexpectedByte(next)) }
                offset += 1
            default: try skipBareWord(next)
            }
        } while depth > 0
    }

    /// Steps over a number, true, false or null, by its letters alone.
    private mutating func skipBareWord(_ first: UInt8) throws(Failure) {
        var next = first
        let start = offset
        while true {
            switch next {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "E"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
                offset += 1
            default:
                guard offset > start else { throw error(.unexpectedByte(next)) }
                return
            }
            guard offset < count else { return }
            next = base.load(fromByteOffset: offset, as: UInt8.self)
        }
    }
}

/// A key that was met, by where it is in the message.
struct HotKey {
    private let start: UnsafeRawPointer
    /// Bytes in the message, where an escape is among them.
    private let escapedCount: Int?
    /// Bytes of the key in UTF-8, without escapes.
    let count: Int

    @inline(__always)
    init(start: UnsafeRawPointer, escapedCount: Int? = nil, count: Int) {
        self.start = start
        self.escapedCount = escapedCount
        self.count = count
    }

    /// Whether the key is exactly this.
    @inline(__always)
    func `is`(_ name: StaticString) -> Bool {
        guard count == name.utf8CodeUnitCount else { return false }
        guard escapedCount == nil else { return unescapedIs(name) }
        for index in 0..<name.utf8CodeUnitCount
        where start.load(fromByteOffset: index, as: UInt8.self) != name.utf8Start[index] {
            return false
        }
        return true
    }

    /// The scanner has shown that the text between the quotes is well-formed.
    private func unescapedIs(_ name: StaticString) -> Bool {
        guard let escapedCount else { return false }
        let text = try? JSON.stringLiteral(
            at: 0, in: UnsafeRawBufferPointer(start: start - 1, count: escapedCount + 2))
        return text?.utf8.elementsEqual(
            UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)) ?? false
    }
}
