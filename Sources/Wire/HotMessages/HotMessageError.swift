import Ethereum

/// Where and why bytes are not the notification that they should be.
public struct HotMessageError: Error, Equatable, Sendable {
    /// What is wrong.
    public enum Cause: Equatable, Sendable {
        case unexpectedEnd
        case unexpectedByte(UInt8)
        /// Nested deeper than any notification is.
        case tooDeep(maximum: Int)
        /// A key, a piece of text or a number that is no JSON (RFC 8259).
        case malformedText
        case duplicateKey(StaticKey)
        case missingKey(StaticKey)
        /// Not `0x` and hexadecimal digits, or an odd number of them for bytes.
        case malformedHex
        /// A quantity beyond its type.
        case tooLarge(maximumBits: Int)
        /// Bytes of another number than the field has.
        case wrongLength(expectedBytes: Int)
        /// A call's answer, or a notification of another method.
        case notASubscription
        /// A type byte that no envelope has (EIP-2718).
        case unknownType(UInt64)
        /// A legacy v that is none of 27, 28 and 35 to 2^64 + 34 (EIP-155).
        case signatureV(UInt256)
        /// The fields, encoded anew, hash to something else than what is stated.
        case hashMismatch(stated: Hash32, computed: Hash32)
    }

    /// The name of a key that is known here.
    public struct StaticKey: Equatable, Sendable, ExpressibleByStringLiteral,
        CustomStringConvertible
    {
        private let name: StaticString

        public init(stringLiteral name: StaticString) { self.name = name }

        public var description: String { name.description }

        public static func == (a: StaticKey, b: StaticKey) -> Bool {
            a.description == b.description
        }
    }

    /// Bytes before what is wrong.
    public let offset: Int
    public let cause: Cause

    public init(offset: Int, cause: Cause) {
        self.offset = offset
        self.cause = cause
    }
}

extension HotMessageError: CustomStringConvertible {
    public var description: String { "\(what) at byte \(offset)" }

    private var what: String {
        switch cause {
        case .unexpectedEnd: "the message ends too early"
        case .unexpectedByte(let byte): "unexpected byte 0x" + String(byte, radix: 16)
        case .tooDeep(let maximum): "nested deeper than \(maximum)"
        case .malformedText: "malformed text"
        case .duplicateKey(let key): "the key \(key) again"
        case .missingKey(let key): "no key \(key)"
        case .malformedHex: "malformed hexadecimal digits"
        case .tooLarge(let bits): "a quantity above \(bits) bits"
        case .wrongLength(let bytes): "not \(bytes) bytes"
        case .notASubscription: "no notification of a subscription"
        case .unknownType(let type): "unknown transaction type \(type)"
        case .signatureV(let v): "the signature's v is \(v)"
        case .hashMismatch(let stated, let computed):
            "the fields hash to \(computed), not to the stated \(stated)"
        }
    }
}
