/// What a block keeps of a transaction's execution (Yellow Paper 4.3.1, EIP-658, EIP-2718).
public struct Receipt: Equatable, Hashable, Sendable {
    /// The receipt's first field.
    public enum Outcome: Equatable, Hashable, Sendable {
        /// From Byzantium on: whether the outermost call succeeded.
        case status(succeeded: Bool)
        /// Before: the state's root after the transaction.
        case stateRoot(Hash32)
    }

    public var type: TransactionType
    public var outcome: Outcome
    /// Gas of the block up to and with this transaction.
    public var cumulativeGasUsed: UInt64
    public var logsBloom: LogsBloom
    public var logs: [Log]

    /// A receipt whose filter is worked out from the logs.
    public init(type: TransactionType, outcome: Outcome, cumulativeGasUsed: UInt64, logs: [Log]) {
        self.type = type
        self.outcome = outcome
        self.cumulativeGasUsed = cumulativeGasUsed
        self.logsBloom = LogsBloom(logs)
        self.logs = logs
    }

    /// The receipt's envelope: a type byte, where there is one, and the list of the fields.
    public var encoded: [UInt8] {
        var writer = RLPWriter(capacity: 512, prefix: type == .legacy ? [] : [type.rawValue])
        writer.list { fields in
            switch outcome {
            case .status(let succeeded): fields.append(succeeded ? 1 : 0 as UInt64)
            case .stateRoot(let root): fields.append(root)
            }
            fields.append(cumulativeGasUsed)
            fields.append(logsBloom.bytes)
            fields.append(logs: logs)
        }
        return writer.bytes
    }

    /// The receipt that exactly these bytes encode.
    public init(decoding bytes: [UInt8]) throws(RLPDecodingError) {
        let first = bytes.first ?? 0
        let isTyped = first < 0xc0
        guard let type = isTyped ? TransactionType(rawValue: first) : .legacy,
            isTyped != (type == .legacy)
        else { throw RLPDecodingError(offset: 0, cause: .expectedList) }
        var input = RLPReader(bytes, from: isTyped ? 1 : 0, to: bytes.count)
        var fields = try input.list()
        try input.finish()
        self.type = type
        outcome = try Receipt.outcome(&fields)
        cumulativeGasUsed = try fields.uint64()
        logsBloom = try fields.logsBloom()
        logs = try fields.logs()
        try fields.finish()
    }

    private static func outcome(_ fields: inout RLPReader) throws(RLPDecodingError) -> Outcome {
        let start = fields.position
        var lookahead = fields
        if try lookahead.next().payload.count == 32 { return .stateRoot(try fields.hash()) }
        switch try fields.uint64() {
        case 0: return .status(succeeded: false)
        case 1: return .status(succeeded: true)
        default:
            throw RLPDecodingError(offset: start, cause: .notABoolean)
        }
    }
}

extension RLPReader {
    /// Exactly 256 bytes.
    mutating func logsBloom() throws(RLPDecodingError) -> LogsBloom {
        let start = position
        let payload = try bytes()
        guard let bloom = LogsBloom(bytes: payload) else {
            throw RLPDecodingError(
                offset: start,
                cause: .wrongSize(bytes: payload.count, expected: LogsBloom.byteCount))
        }
        return bloom
    }
}
