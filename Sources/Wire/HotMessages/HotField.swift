import Ethereum

/// Which keys of an object were met, a bit each.
struct HotKeysSeen {
    private var bits: UInt64 = 0

    /// Reads the value of a key that has to be new. Null leaves the field as it is: nil.
    @inline(__always)
    mutating func read<Value>(
        _ bit: UInt64, _ key: HotMessageError.StaticKey, into field: inout Value?,
        _ scanner: inout HotScanner,
        _ reader: (inout HotScanner) throws(HotMessageError) -> Value
    ) throws(HotMessageError) {
        guard bits >> bit & 1 == 0 else { throw scanner.error(.duplicateKey(key)) }
        bits |= 1 << bit
        if try !scanner.isNull() { field = try reader(&scanner) }
    }
}

/// The readers of single values.
enum HotValue {
    typealias Failure = HotMessageError

    static func quantity(_ scanner: inout HotScanner) throws(Failure) -> UInt256 {
        try scanner.quantity()
    }

    static func quantity64(_ scanner: inout HotScanner) throws(Failure) -> UInt64 {
        try scanner.quantity64()
    }

    static func eightBytes(_ scanner: inout HotScanner) throws(Failure) -> UInt64 {
        try scanner.eightBytes()
    }

    static func hash(_ scanner: inout HotScanner) throws(Failure) -> Hash32 {
        try scanner.hash()
    }

    static func address(_ scanner: inout HotScanner) throws(Failure) -> Address {
        try scanner.address()
    }

    static func data(_ scanner: inout HotScanner) throws(Failure) -> [UInt8] {
        try scanner.data()
    }

    static func logsBloom(_ scanner: inout HotScanner) throws(Failure) -> LogsBloom {
        let before = scanner.offset
        guard let bloom = LogsBloom(bytes: try scanner.data()) else {
            throw Failure(
                offset: before, cause: .wrongLength(expectedBytes: LogsBloom.byteCount))
        }
        return bloom
    }

    static func transactionType(_ scanner: inout HotScanner) throws(Failure) -> TransactionType {
        let before = scanner.offset
        let byte = try scanner.quantity64()
        guard let type = UInt8(exactly: byte).flatMap(TransactionType.init(rawValue:)) else {
            throw Failure(offset: before, cause: .unknownType(byte))
        }
        return type
    }
}

/// A field that has to be there.
func required<Value>(
    _ value: Value?, _ key: HotMessageError.StaticKey, at offset: Int
) throws(HotMessageError) -> Value {
    guard let value else { throw HotMessageError(offset: offset, cause: .missingKey(key)) }
    return value
}
