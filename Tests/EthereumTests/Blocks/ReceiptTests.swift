import Ethereum
import Testing

@Suite("Receipt")
struct ReceiptTests {
    static let log = Log(
        address: Address(word: 0xabc), topics: [Hash32(word: 1), Hash32(word: 2)], data: [1, 2, 3])
    static let sample = Receipt(
        type: .feeMarket, outcome: .status(succeeded: true), cumulativeGasUsed: 50_000,
        logs: [log, Log(address: .zero, topics: [], data: [])])
    static let withdrawal = Withdrawal(
        index: 1, validatorIndex: 2, address: Address(word: 3), amountGwei: 4)

    @Test("receipts of all types and outcomes survive encoding and decoding")
    func roundTrip() throws {
        for type in TransactionType.allCases {
            for outcome: Receipt.Outcome in [
                .status(succeeded: true), .status(succeeded: false), .stateRoot(Hash32(word: 9)),
            ] {
                let receipt = Receipt(
                    type: type, outcome: outcome, cumulativeGasUsed: 1, logs: [Self.log])
                #expect(try Receipt(decoding: receipt.encoded) == receipt)
                #expect((receipt.encoded.first == type.rawValue) == (type != .legacy))
            }
        }
        #expect(try Withdrawal(decoding: Self.withdrawal.encoded) == Self.withdrawal)
        #expect(Self.withdrawal.amountWei == 4_000_000_000)
    }

    @Test("the filter holds what was logged, and three bits an entry at most")
    func bloom() {
        let bloom = Self.sample.logsBloom
        #expect(bloom.mayContain(Self.log.address))
        #expect(bloom.mayContain(topic: Hash32(word: 2)))
        #expect(!bloom.mayContain(topic: Hash32(word: 3)))
        let single = LogsBloom([Log(address: .zero, topics: [], data: [])])
        #expect(single.bytes.reduce(0) { $0 + $1.nonzeroBitCount } <= 3)
        var both = LogsBloom()
        both.formUnion(bloom)
        #expect(both == bloom)
        #expect(LogsBloom(bytes: [0]) == nil)
    }

    @Test("empty lists have the root of the empty trie; the order counts")
    func roots() {
        #expect(BlockRoots.transactionsRoot(of: []) == MerkleTrie.emptyRoot)
        #expect(BlockRoots.withdrawalsRoot(of: []) == MerkleTrie.emptyRoot)
        var other = Self.sample
        other.cumulativeGasUsed = 60_000
        #expect(
            BlockRoots.receiptsRoot(of: [Self.sample, other])
                != BlockRoots.receiptsRoot(of: [other, Self.sample]))
    }

    @Test("the hash of no logs is that of an empty list")
    func logsHash() {
        #expect(Log.hash(of: []) == BlockHeader.emptyOmmersHash)
        #expect(Log.hash(of: [Self.log]) != Log.hash(of: []))
    }
}
