import Ethereum

/// The log by which the deposit contract announces a deposit to the beacon chain (EIP-6110): five
/// byte strings, ABI-encoded.
enum DepositLog {
    /// 0x649bbc62d0e31342afea4e5cd82d4049e7e1ee912fc0889aa790803be39038c5, of
    /// `DepositEvent(bytes,bytes,bytes,bytes,bytes)`.
    private static let topic = Keccak256.hash(
        Array("DepositEvent(bytes,bytes,bytes,bytes,bytes)".utf8))
    /// Key, withdrawal credentials, amount, signature, index: bytes of each.
    private static let sizes = [48, 32, 8, 96, 8]
    private static let word = 32

    /// The deposit as it goes to the beacon chain: the strings one after another. Empty for another
    /// log of the contract; nil where the layout is not the contract's.
    static func request(_ log: Log) -> [UInt8]? {
        guard log.topics.first == topic else { return [] }
        var offset = word * sizes.count
        var request: [UInt8] = []
        for (index, size) in sizes.enumerated() {
            guard number(log.data, at: word * index) == offset,
                number(log.data, at: offset) == size
            else { return nil }
            let start = offset + word
            guard start + size <= log.data.count else { return nil }
            request += log.data[start..<start + size]
            offset = start + (size + word - 1) / word * word
        }
        return offset == log.data.count ? request : nil
    }

    /// The word at an offset, where it is small.
    private static func number(_ data: [UInt8], at offset: Int) -> Int? {
        guard offset + word <= data.count else { return nil }
        return UInt256(bigEndian: data[offset..<offset + word])?.asUInt64.flatMap {
            Int(exactly: $0)
        }
    }
}
