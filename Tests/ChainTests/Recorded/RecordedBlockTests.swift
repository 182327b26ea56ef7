import Chain
import EVM
import Ethereum
import Testing

@Suite("Recorded block")
struct RecordedBlockTests {
    private static let emptyRoot =
        "0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421"
    private static let emptyCode =
        "0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"
    private static let miner = "0x000000000000000000000000000000000000c01b"

    /// An empty block before Paris, whose miner had 1 wei: the reward is all that happens.
    private func file(
        balance: String = "0x1bc16d674ec80001", gasUsed: String = "0x0",
        gray: UInt64 = 15_050_001, baseFee: UInt64 = 7, parentBaseFee: UInt64? = 7
    ) throws -> [UInt8] {
        func header(_ number: UInt64, parent: String, hash: String) -> String {
            """
            {"hash":"\(hash)","parentHash":"\(parent)",\
            "sha3Uncles":"\(BlockHeader.emptyOmmersHash)","miner":"\(Self.miner)",\
            "stateRoot":"\(Hash32.zero)","transactionsRoot":"\(Self.emptyRoot)",\
            "receiptsRoot":"\(Self.emptyRoot)",\
            "logsBloom":"0x\(String(repeating: "0", count: 512))","difficulty":"0x1",\
            "number":"\(UInt256(number).hexQuantity)","gasLimit":"0x1c9c380",\
            "gasUsed":"\(number == gray ? gasUsed : "0x0")","timestamp":"0x62bd80cc",\
            "extraData":"0x","mixHash":"\(Hash32.zero)","nonce":"0x0000000000000000"\
            \((number == gray ? baseFee : parentBaseFee).map {
                ",\"baseFeePerGas\":\"\(UInt256($0).hexQuantity)\""
            } ?? "")}
            """
        }
        func sealed(_ number: UInt64, parent: String, gasUsed: UInt64) -> String {
            var sealed = BlockHeader(
                parentHash: Hash32(hex: parent) ?? .zero,
                coinbase: Address(hex: Self.miner) ?? .zero, stateRoot: .zero, difficulty: 1,
                number: number, gasLimit: 30_000_000, gasUsed: gasUsed, timestamp: 0x62bd_80cc)
            sealed.baseFeePerGas = (number == gray ? baseFee : parentBaseFee).map { UInt256($0) }
            return sealed.hash.description
        }
        let parentHash = sealed(gray - 1, parent: "\(Hash32.zero)", gasUsed: 0)
        let used = try #require(UInt256(hex: gasUsed)?.asUInt64)
        let hash = sealed(gray, parent: parentHash, gasUsed: used)
        func account(_ balance: String) -> String {
            """
            {"\(Self.miner)":{"balance":"\(balance)","nonce":"0x0",\
            "codeHash":"\(Self.emptyCode)","storage":{}}}
            """
        }
        return Array(
            """
            {"block":\(gray),"header":\(header(gray, parent: parentHash, hash: hash)),\
            "parentHeader":\(header(gray - 1, parent: "\(Hash32.zero)", hash: parentHash)),\
            "withdrawals":null,"transactions":[],"pre":\(account("0x1")),"codes":{},\
            "post":\(account(balance)),"receipts":[]}
            """.utf8)
    }

    @Test("a block that comes out as recorded has no differences")
    func equal() throws {
        let comparison = try BlockComparison(RecordedBlock(json: file()))
        #expect(comparison.differences == [])
        #expect(comparison.forkName == "Gray Glacier")
        #expect(comparison.comparedValues == 3)
    }

    @Test("a balance of 1 wei less, or gas that was not used, is a difference")
    func different() throws {
        let balance = try BlockComparison(
            RecordedBlock(json: file(balance: "0x1bc16d674ec80000")))
        #expect(balance.differences.map(\.what) == ["balance of \(Self.miner)"])
        let gas = try BlockComparison(RecordedBlock(json: file(gasUsed: "0x5208")))
        #expect(gas.differences.map(\.what) == ["gas used"])
    }

    @Test("a base fee that the parent does not lead to is a difference")
    func baseFee() throws {
        func differences(_ fee: UInt64, after parent: UInt64?) throws -> [BlockDifference] {
            try BlockComparison(RecordedBlock(json: file(baseFee: fee, parentBaseFee: parent)))
                .differences
        }
        let higher = try differences(8, after: 7)
        #expect(higher.map(\.what) == ["base fee"])
        #expect(higher.map(\.recorded) == ["8"] && higher.map(\.executed) == ["7"])
        // An empty parent lowers it by an eighth; the first one is a gwei.
        #expect(try differences(70, after: 80) == [])
        #expect(try differences(80, after: 80).map(\.what) == ["base fee"])
        #expect(try differences(1_000_000_000, after: nil) == [])
        #expect(try differences(7, after: nil).map(\.what) == ["base fee"])
    }

    @Test("a block of a fork before London is refused by its number")
    func tooOld() throws {
        let record = try RecordedBlock(json: file(gray: 12_000_000))
        #expect(throws: BlockFault.rules(.tooOld(number: 12_000_000, oldest: "London"))) {
            try BlockComparison(record)
        }
    }

    @Test("a header with fields of a fork that the schedule does not know of is refused by name")
    func notScheduled() throws {
        let text = String(decoding: try file(), as: UTF8.self)
        let later = text.replacing(
            #""baseFeePerGas":"0x7"}"#,
            with: #""baseFeePerGas":"0x7","requestsHash":"\#(Hash32.zero)","#
                + #""blockAccessListHash":"\#(Hash32.zero)","slotNumber":"0x1"}"#)
        let refusal = ForkRefusal.notScheduled(
            fork: .amsterdam, scheduled: "Gray Glacier", chainId: 1, number: 15_050_001)
        #expect(throws: BlockFault.rules(refusal)) {
            try BlockComparison(RecordedBlock(json: Array(later.utf8)))
        }
        #expect(refusal.description.contains("a header of amsterdam"))
    }

    @Test("what is no recorded block is refused", arguments: ["", "[]", "{}", "{\"header\":1}"])
    func unreadable(text: String) {
        #expect(throws: (any Error).self) { try RecordedBlock(json: Array(text.utf8)) }
    }
}
