import Ethereum
import Testing

@Suite("BlockHeader")
struct BlockHeaderTests {
    /// The first block of mainnet.
    private static var genesis: BlockHeader {
        BlockHeader(
            parentHash: .zero, coinbase: .zero,
            stateRoot: Hash32(
                hex: "d7f8974fb5ac78d9ac099b9ad5018bedc2ce0a72dad1827a1709da30580f0544")!,
            difficulty: 17_179_869_184, number: 0, gasLimit: 5_000, gasUsed: 0, timestamp: 0,
            extraData: Hex.decode(
                "11bbe8db4e347b4e8c937c1c8370e4b5ed33adb3db69cbdb7a38e1e50b1b82fa")!,
            nonce: 0x42)
    }

    @Test("the first block's hash")
    func genesisHash() {
        #expect(
            Self.genesis.hash.description
                == "0xd4e56740f876aef8c010b86a40d5f56745a118d0906a34e69aec8c0db1cb8fa3")
        var altered = Self.genesis
        altered.gasUsed = 1
        #expect(altered.hash != Self.genesis.hash)
    }

    @Test("headers of every number of appended fields survive encoding and decoding")
    func roundTrip() throws {
        var random = SeededRandom(seed: 40)
        for count in 0...8 {
            var header = Self.genesis
            header.nonce = random.next()
            if count > 0 { header.baseFeePerGas = random.word() }
            if count > 1 { header.withdrawalsRoot = random.hash() }
            if count > 2 { header.blobGasUsed = random.next() }
            if count > 3 { header.excessBlobGas = random.next() }
            if count > 4 { header.parentBeaconBlockRoot = random.hash() }
            if count > 5 { header.requestsHash = random.hash() }
            if count > 6 { header.blockAccessListHash = random.hash() }
            if count > 7 { header.slotNumber = random.next() }
            #expect(try BlockHeader(decoding: header.encoded) == header)
            var extended = RLPWriter()
            extended.append(header.encoded)
            #expect(throws: RLPDecodingError.self) { try BlockHeader(decoding: extended.bytes) }
        }
    }

    @Test("mutated headers, receipts and withdrawals never trap")
    func hostile() {
        var random = SeededRandom(seed: 41)
        var header = Self.genesis
        header.baseFeePerGas = 7
        let encodings = [
            header.encoded, ReceiptTests.sample.encoded, ReceiptTests.withdrawal.encoded,
        ]
        for round in 0..<30_000 {
            let bytes = random.mutated(encodings[round % 3])
            if let decoded = try? BlockHeader(decoding: bytes) { #expect(decoded.encoded == bytes) }
            if let decoded = try? Receipt(decoding: bytes) { #expect(decoded.encoded == bytes) }
            if let decoded = try? Withdrawal(decoding: bytes) { #expect(decoded.encoded == bytes) }
        }
    }
}
