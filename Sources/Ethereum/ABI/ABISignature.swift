/// Why a text is no canonical signature or type.
public struct ABISignatureError: Error, Equatable, Sendable {
    /// What is wrong with the text.
    public enum Cause: Equatable, Sendable {
        /// No such type, or one that is not spelled canonically (`uint` for `uint256`).
        case unknownType(String)
        case expected(String)
        case trailingText
        case emptyTuple
        case arrayCount
        case tooDeep(limit: Int)
        /// A static type of more words than any call has.
        case tooLarge(words: Int, maximum: Int)
    }

    public var text: String
    /// Bytes from the start of the text.
    public var offset: Int
    public var cause: Cause
}

/// A function's name and the types of its arguments: `transfer(address,uint256)`.
public struct ABISignature: Equatable, Hashable, Sendable {
    public var name: String
    public var arguments: [ABIType]

    public init(name: String, arguments: [ABIType]) {
        self.name = name
        self.arguments = arguments
    }

    /// Parses a canonical signature.
    public init(_ text: String) throws(ABISignatureError) {
        var parser = ABITypeParser(text)
        name = try parser.name()
        arguments = try parser.tuple(depth: 0, emptyAllowed: true)
        try parser.finish()
    }

    /// The first four bytes of the hash of the signature's text.
    public var selector: [UInt8] {
        Array(Keccak256.hash(Array(description.utf8)).bytes.prefix(4))
    }

    /// The hash of the signature's text: the first topic of an event of this name and these types.
    public var topic: Hash32 { Keccak256.hash(Array(description.utf8)) }
}

extension ABISignature: CustomStringConvertible {
    public var description: String {
        name + "(" + arguments.map(\.description).joined(separator: ",") + ")"
    }
}

extension ABIType {
    /// Parses a canonical type: `uint256`, `(address,bytes)[2][]`.
    public init(_ text: String) throws(ABISignatureError) {
        var parser = ABITypeParser(text)
        self = try parser.type(depth: 0)
        try parser.finish()
    }
}

/// Recursive descent over the text, with bounded depth.
private struct ABITypeParser {
    static let maximumDepth = 16
    static let maximumWords = 1 << 16

    let text: String
    let ascii: [UInt8]
    var position = 0

    init(_ text: String) {
        self.text = text
        ascii = Array(text.utf8)
    }

    mutating func name() throws(ABISignatureError) -> String {
        let name = word()
        guard let first = name.utf8.first, !(48...57).contains(first) else {
            throw failure(.expected("name"))
        }
        return name
    }

    mutating func tuple(
        depth: Int, emptyAllowed: Bool
    ) throws(ABISignatureError) -> [ABIType] {
        guard take(UInt8(ascii: "(")) else { throw failure(.expected("(")) }
        if take(UInt8(ascii: ")")) {
            if emptyAllowed { return [] }
            throw failure(.emptyTuple)
        }
        var fields: [ABIType] = []
        repeat { fields.append(try type(depth: depth + 1)) } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: ")")) else { throw failure(.expected(")")) }
        return fields
    }

    mutating func type(depth: Int) throws(ABISignatureError) -> ABIType {
        var depth = depth
        guard depth <= Self.maximumDepth else {
            throw failure(.tooDeep(limit: Self.maximumDepth))
        }
        var type: ABIType
        if position < ascii.count, ascii[position] == UInt8(ascii: "(") {
            type = .tuple(try tuple(depth: depth, emptyAllowed: false))
        } else {
            type = try elementary()
        }
        while take(UInt8(ascii: "[")) {
            depth += 1
            guard depth <= Self.maximumDepth else {
                throw failure(.tooDeep(limit: Self.maximumDepth))
            }
            type = try arraySuffix(of: type)
        }
        guard type.headWords <= Self.maximumWords else {
            throw failure(.tooLarge(words: type.headWords, maximum: Self.maximumWords))
        }
        return type
    }

    func finish() throws(ABISignatureError) {
        guard position == ascii.count else { throw failure(.trailingText) }
    }

    private mutating func arraySuffix(of element: ABIType) throws(ABISignatureError) -> ABIType {
        if take(UInt8(ascii: "]")) { return .array(of: element) }
        guard let count = Self.number(word()), count >= 1, count <= Self.maximumWords,
            element.headWords * count <= Self.maximumWords
        else { throw failure(.arrayCount) }
        guard take(UInt8(ascii: "]")) else { throw failure(.expected("]")) }
        return .fixedArray(of: element, count: count)
    }

    private mutating func elementary() throws(ABISignatureError) -> ABIType {
        let start = position
        let name = word()
        switch name {
        case "address": return .address
        case "bool": return .bool
        case "bytes": return .bytes
        case "string": return .string
        default: break
        }
        if name.hasPrefix("uint"), let bits = Self.integerBits(name.dropFirst(4)) {
            return .uint(bits: bits)
        }
        if name.hasPrefix("int"), let bits = Self.integerBits(name.dropFirst(3)) {
            return .int(bits: bits)
        }
        if name.hasPrefix("bytes"), let count = Self.number(name.dropFirst(5)),
            (1...32).contains(count)
        {
            return .fixedBytes(count: count)
        }
        position = start
        throw failure(.unknownType(name))
    }

    private static func integerBits(_ digits: Substring) -> Int? {
        guard let bits = number(digits), bits % 8 == 0, (8...256).contains(bits) else { return nil }
        return bits
    }

    /// Digits without a leading zero or sign.
    private static func number(_ digits: some StringProtocol) -> Int? {
        guard let first = digits.utf8.first, (49...57).contains(first) else { return nil }
        return Int(digits)
    }

    /// Letters, digits, `_` and `$`.
    private mutating func word() -> String {
        let start = position
        while position < ascii.count {
            switch ascii[position] {
            case 48...57, 65...90, 97...122, 95, 36: position += 1
            default: return String(decoding: ascii[start..<position], as: UTF8.self)
            }
        }
        return String(decoding: ascii[start...], as: UTF8.self)
    }

    private mutating func take(_ character: UInt8) -> Bool {
        guard position < ascii.count, ascii[position] == character else { return false }
        position += 1
        return true
    }

    private func failure(_ cause: ABISignatureError.Cause) -> ABISignatureError {
        ABISignatureError(text: text, offset: position, cause: cause)
    }
}
