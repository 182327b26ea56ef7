/// Where and why bytes are not JSON (RFC 8259).
public struct JSONParsingError: Error, Equatable, Sendable {
    /// What is wrong.
    public enum Cause: Equatable, Sendable {
        /// More bytes than the limit allows; nothing was read.
        case tooLong(bytes: Int, maximum: Int)
        case unexpectedEnd
        case unexpectedByte(UInt8)
        /// Arrays and objects are nested deeper than the limit allows.
        case tooDeep(maximum: Int)
        /// The key appears twice in an object, or two keys that Unicode calls equivalent.
        case duplicateKey(String)
        /// A number with a leading zero, without digits, or cut.
        case malformedNumber
        /// A byte below 0x20 inside a string.
        case controlCharacter(UInt8)
        /// What follows the backslash is none of the escapes.
        case malformedEscape
        /// An escaped UTF-16 surrogate without its other half.
        case loneSurrogate
        /// Overlong, cut, beyond U+10FFFF, or a surrogate (RFC 3629).
        case malformedUTF8
        /// Something follows the value.
        case trailingBytes
    }

    /// Bytes before the one that is wrong.
    public let offset: Int
    public let cause: Cause

    public init(offset: Int, cause: Cause) {
        self.offset = offset
        self.cause = cause
    }
}

extension JSONParsingError: CustomStringConvertible {
    public var description: String { "\(what) at byte \(offset)" }

    private var what: String {
        switch cause {
        case .tooLong(let bytes, let maximum): "\(bytes) bytes are above the limit of \(maximum)"
        case .unexpectedEnd: "the text ends too early"
        case .unexpectedByte(let byte): "unexpected \(JSONParsingError.name(of: byte))"
        case .tooDeep(let maximum): "nested deeper than \(maximum)"
        case .duplicateKey(let key): "the key \(JSON.string(String(key.prefix(64))).text) again"
        case .malformedNumber: "malformed number"
        case .controlCharacter(let byte):
            "\(JSONParsingError.name(of: byte)) inside a string"
        case .malformedEscape: "malformed escape"
        case .loneSurrogate: "half a surrogate pair"
        case .malformedUTF8: "malformed UTF-8"
        case .trailingBytes: "bytes after the value"
        }
    }

    private static func name(of byte: UInt8) -> String {
        byte > 0x20 && byte < 0x7f
            ? "'\(Character(UnicodeScalar(byte)))'"
            : "byte 0x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
}
