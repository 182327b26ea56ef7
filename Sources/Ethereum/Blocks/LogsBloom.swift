/// The 2048-bit filter over the addresses and topics of logs (Yellow Paper 4.3.1).
public struct LogsBloom: Equatable, Hashable, Sendable {
    /// The number of bytes.
    public static let byteCount = 256

    /// 256 bytes, bit 0 in the last.
    public private(set) var bytes: [UInt8]

    /// The filter of no logs.
    public init() { bytes = [UInt8](repeating: 0, count: LogsBloom.byteCount) }

    /// The filter of exactly 256 bytes; nil for another number.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == LogsBloom.byteCount else { return nil }
        self.bytes = Array(bytes)
    }

    /// The filter of the logs.
    public init(_ logs: [Log]) {
        self.init()
        for log in logs { insert(log) }
    }

    /// Adds the log's address and topics.
    public mutating func insert(_ log: Log) {
        insert(hash: Keccak256.hash(log.address.bytes))
        for topic in log.topics { insert(hash: Keccak256.hash(word: topic.word)) }
    }

    /// Adds all that another filter holds.
    public mutating func formUnion(_ other: LogsBloom) {
        for index in bytes.indices { bytes[index] |= other.bytes[index] }
    }

    /// Whether the address may have logged: never false for one that has.
    public func mayContain(_ address: Address) -> Bool {
        LogsBloom.bits(of: Keccak256.hash(address.bytes)).allSatisfy(isSet)
    }

    /// Whether the topic may be among the logs: never false for one that is.
    public func mayContain(topic: Hash32) -> Bool {
        LogsBloom.bits(of: Keccak256.hash(word: topic.word)).allSatisfy(isSet)
    }

    private mutating func insert(hash: Hash32) {
        for bit in LogsBloom.bits(of: hash) { bytes[255 - bit / 8] |= 1 << UInt8(bit % 8) }
    }

    private func isSet(_ bit: Int) -> Bool { bytes[255 - bit / 8] >> UInt8(bit % 8) & 1 == 1 }

    /// The low 11 bits of each of the first three pairs of bytes.
    private static func bits(of hash: Hash32) -> [Int] {
        let first = hash.word.limb3
        return [48, 32, 16].map { Int(truncatingIfNeeded: first >> $0 & 2047) }
    }
}
