import Ethereum

extension Journal {
    /// Writes the log of wei that moves from one account to another (EIP-7708): that of an ERC-20
    /// transfer, by the address from which system calls come.
    mutating func append(transfer wei: UInt256, from: Address, to: Address) {
        let wordBytes = 32
        logs.append(
            LogRecord(
                address: .system, topicCount: 3, topic0: Self.transferTopic, topic1: from.word,
                topic2: to.word, dataOffset: logBytes.count, dataCount: wordBytes))
        wei.storeBigEndian(to: UnsafeMutableRawPointer(logBytes.extend(by: wordBytes)))
    }

    /// 0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef.
    private static let transferTopic = Keccak256.hash(
        Array("Transfer(address,address,uint256)".utf8)
    ).word
}

extension Address {
    /// From where the protocol itself calls (EIP-4788), and writes logs (EIP-7708).
    static let system = Address(word: UInt256(0xFFFF_FFFF_FFFF_FFFE, .max, 0xFFFF_FFFF, 0))
}
