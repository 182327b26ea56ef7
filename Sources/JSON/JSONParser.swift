extension JSON {
    /// How much a text may ask of the parser.
    public struct Limits: Sendable, Equatable {
        /// Of the whole text.
        public var bytes: Int
        /// Of arrays and objects inside each other.
        public var depth: Int

        public init(bytes: Int = 64 << 20, depth: Int = 64) {
            self.bytes = bytes
            self.depth = depth
        }
    }

    /// The one value that the bytes write, strictly by RFC 8259: no byte order mark, no comments,
    /// no trailing commas, valid UTF-8. A key that appears twice in an object is an error, so that
    /// no two readers of the same bytes understand different things.
    public init(
        parsing bytes: UnsafeRawBufferPointer, limits: Limits = Limits()
    ) throws(JSONParsingError) {
        guard bytes.count <= limits.bytes else {
            throw JSONParsingError(
                offset: 0, cause: .tooLong(bytes: bytes.count, maximum: limits.bytes))
        }
        guard let base = bytes.baseAddress, bytes.count > 0 else {
            throw JSONParsingError(offset: 0, cause: .unexpectedEnd)
        }
        var parser = JSONParser(
            base: base, count: bytes.count, maximumDepth: limits.depth)
        self = try parser.document()
    }

    /// The one value that the bytes write.
    public init(
        parsing bytes: [UInt8], limits: Limits = Limits()
    ) throws(JSONParsingError) {
        let result = bytes.withUnsafeBytes { JSON.result(of: $0, limits) }
        self = try result.get()
    }

    /// The one value that the text writes.
    public init(
        parsing text: String, limits: Limits = Limits()
    ) throws(JSONParsingError) {
        try self.init(parsing: Array(text.utf8), limits: limits)
    }

    /// The text of the string literal whose opening quote is at an offset, its escapes resolved.
    package static func stringLiteral(
        at offset: Int, in bytes: UnsafeRawBufferPointer
    ) throws(JSONParsingError) -> String {
        guard let base = bytes.baseAddress else {
            throw JSONParsingError(offset: offset, cause: .unexpectedEnd)
        }
        var parser = JSONParser(base: base, count: bytes.count, maximumDepth: 0)
        parser.offset = offset
        return try parser.string()
    }

    /// As `init(parsing:)`, for closures, which cannot throw typed errors.
    package static func result(
        of bytes: UnsafeRawBufferPointer, _ limits: Limits
    ) -> Result<JSON, JSONParsingError> {
        do throws(JSONParsingError) {
            return .success(try JSON(parsing: bytes, limits: limits))
        } catch { return .failure(error) }
    }
}

/// A recursive-descent reader; every access is checked against the count.
struct JSONParser {
    let base: UnsafeRawPointer
    let count: Int
    let maximumDepth: Int
    var offset = 0

    init(base: UnsafeRawPointer, count: Int, maximumDepth: Int) {
        self.base = base
        self.count = count
        self.maximumDepth = maximumDepth
    }

    mutating func document() throws(JSONParsingError) -> JSON {
        skipWhitespace()
        let value = try value(depth: 0)
        skipWhitespace()
        guard offset == count else { throw error(.trailingBytes) }
        return value
    }

    private mutating func value(depth: Int) throws(JSONParsingError) -> JSON {
        switch try byte() {
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "{"): return .object(try members(depth: depth + 1))
        case UInt8(ascii: "["): return .array(try elements(depth: depth + 1))
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            return .number(try number())
        case UInt8(ascii: "t"):
            try literal("true")
            return .bool(true)
        case UInt8(ascii: "f"):
            try literal("false")
            return .bool(false)
        case UInt8(ascii: "n"):
            try literal("null")
            return .null
        case let other: throw error(.unexpectedByte(other))
        }
    }

    private mutating func elements(depth: Int) throws(JSONParsingError) -> [JSON] {
        guard depth <= maximumDepth else { throw error(.tooDeep(maximum: maximumDepth)) }
        offset += 1
        skipWhitespace()
        if try byte() == UInt8(ascii: "]") {
            offset += 1
            return []
        }
        var elements: [JSON] = []
        while true {
            elements.append(try value(depth: depth))
            skipWhitespace()
            let next = try byte()
            guard next == UInt8(ascii: ",") || next == UInt8(ascii: "]") else {
                throw error(.unexpectedByte(next))
            }
            offset += 1
            if next == UInt8(ascii: "]") { return elements }
            skipWhitespace()
        }
    }

    private mutating func members(depth: Int) throws(JSONParsingError) -> [JSON.Member] {
        guard depth <= maximumDepth else { throw error(.tooDeep(maximum: maximumDepth)) }
        offset += 1
        skipWhitespace()
        if try byte() == UInt8(ascii: "}") {
            offset += 1
            return []
        }
        var members: [JSON.Member] = []
        var keys = JSONKeys()
        while true {
            let start = offset
            try expect(UInt8(ascii: "\""), consume: false)
            let key = try string()
            guard keys.insert(key, after: members) else {
                throw JSONParsingError(offset: start, cause: .duplicateKey(key))
            }
            skipWhitespace()
            try expect(UInt8(ascii: ":"), consume: true)
            skipWhitespace()
            members.append(JSON.Member(key, try value(depth: depth)))
            skipWhitespace()
            let next = try byte()
            guard next == UInt8(ascii: ",") || next == UInt8(ascii: "}") else {
                throw error(.unexpectedByte(next))
            }
            offset += 1
            if next == UInt8(ascii: "}") { return members }
            skipWhitespace()
        }
    }

    private mutating func literal(_ text: StaticString) throws(JSONParsingError) {
        for index in 0..<text.utf8CodeUnitCount {
            try expect(text.utf8Start[index], consume: true)
        }
    }

    private mutating func expect(_ wanted: UInt8, consume: Bool) throws(JSONParsingError) {
        let next = try byte()
        guard next == wanted else { throw error(.unexpectedByte(next)) }
        if consume { offset += 1 }
    }

    func byte() throws(JSONParsingError) -> UInt8 {
        guard offset < count else { throw error(.unexpectedEnd) }
        return base.load(fromByteOffset: offset, as: UInt8.self)
    }

    func error(_ cause: JSONParsingError.Cause) -> JSONParsingError {
        JSONParsingError(offset: offset, cause: cause)
    }

    private mutating func skipWhitespace() {
        while offset < count {
            switch base.load(fromByteOffset: offset, as: UInt8.self) {
            case 0x20, 0x09, 0x0a, 0x0d: offset += 1
            default: return
            }
        }
    }
}

/// The keys of the object that is being read: few are compared one by one, many are hashed, so that
/// an object of a million keys is no attack.
private struct JSONKeys {
    private static let compared = 12
    private var hashed: Set<String> = []

    /// Whether the key is new.
    mutating func insert(_ key: String, after members: [JSON.Member]) -> Bool {
        if members.count < JSONKeys.compared {
            return !members.contains { $0.key == key }
        }
        if hashed.isEmpty { for member in members { hashed.insert(member.key) } }
        return hashed.insert(key).inserted
    }
}
