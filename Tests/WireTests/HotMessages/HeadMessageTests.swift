import Ethereum
import JSON
import NIOCore
import Testing
import Wire

@Suite struct HeadMessageTests {
    private let reader: HotMessageReader = {
        var reader = HotMessageReader()
        reader.register("0x9ce5", as: .newHeads)
        return reader
    }()

    private static func header() -> BlockHeader {
        var header = BlockHeader(
            parentHash: Hash32(word: 1), coinbase: Address(word: 2), stateRoot: Hash32(word: 3),
            difficulty: 0, number: 21_000_000, gasLimit: 36_000_000, gasUsed: 18_000_000,
            timestamp: 1_732_000_000, extraData: Array("beaverbuild.org".utf8),
            prevRandao: Hash32(word: .max), nonce: 0x0102_0304_0506_0708)
        header.baseFeePerGas = 7_000_000_000
        header.withdrawalsRoot = Hash32(word: 4)
        header.blobGasUsed = 131_072
        header.excessBlobGas = 0
        header.parentBeaconBlockRoot = Hash32(word: 5)
        header.requestsHash = Hash32(word: 6)
        header.blockAccessListHash = Hash32(word: 7)
        header.slotNumber = 11_296_768
        return header
    }

    private static func json(_ header: BlockHeader) -> JSON {
        [
            "parentHash": .hash(header.parentHash), "sha3Uncles": .hash(header.ommersHash),
            "miner": .address(header.coinbase), "stateRoot": .hash(header.stateRoot),
            "transactionsRoot": .hash(header.transactionsRoot),
            "receiptsRoot": .hash(header.receiptsRoot), "logsBloom": .data(header.logsBloom.bytes),
            "difficulty": .quantity(header.difficulty), "number": .quantity(header.number),
            "gasLimit": .quantity(header.gasLimit), "gasUsed": .quantity(header.gasUsed),
            "timestamp": .quantity(header.timestamp), "extraData": .data(header.extraData),
            "mixHash": .hash(header.prevRandao),
            "nonce": .data(UInt256(header.nonce).bigEndianBytes.suffix(8)),
            "baseFeePerGas": header.baseFeePerGas.map { .quantity($0) } ?? .null,
            "withdrawalsRoot": header.withdrawalsRoot.map { .hash($0) } ?? .null,
            "blobGasUsed": header.blobGasUsed.map { .quantity($0) } ?? .null,
            "excessBlobGas": header.excessBlobGas.map { .quantity($0) } ?? .null,
            "parentBeaconBlockRoot": header.parentBeaconBlockRoot.map { .hash($0) } ?? .null,
            "requestsHash": header.requestsHash.map { .hash($0) } ?? .null,
            "blockAccessListHash": header.blockAccessListHash.map { .hash($0) } ?? .null,
            "slotNumber": header.slotNumber.map { .quantity($0) } ?? .null,
            "hash": .hash(header.hash), "size": "0x220", "uncles": [],
        ]
    }

    private func read(_ text: String) throws -> HeadMessage? {
        guard case .newHead(let head) = try reader.read(ByteBuffer(string: text)) else {
            return nil
        }
        return head
    }

    @Test func aHeadComesOutOfItsDescription() throws {
        let header = HeadMessageTests.header()
        let head = try #require(
            try read(notification("0x9ce5", HeadMessageTests.json(header)).text))
        #expect(head.header == header && head.statedHash == header.hash && head.isConsistent)
    }

    @Test func aHeadBeforeLondonHasNoneOfTheAppendedFields() throws {
        var header = HeadMessageTests.header()
        header.baseFeePerGas = nil
        header.withdrawalsRoot = nil
        header.blobGasUsed = nil
        header.excessBlobGas = nil
        header.parentBeaconBlockRoot = nil
        header.requestsHash = nil
        header.blockAccessListHash = nil
        header.slotNumber = nil
        header.difficulty = UInt256.max
        let head = try #require(
            try read(notification("0x9ce5", HeadMessageTests.json(header)).text))
        #expect(head.header == header && head.isConsistent)
    }

    @Test func aHeadWithAFieldThatIsNotItsOwnIsInconsistent() throws {
        let text = notification("0x9ce5", HeadMessageTests.json(HeadMessageTests.header())).text
        let changed = text.replacing(#""gasUsed":"0x"#, with: #""gasUsed":"0x1"#)
        #expect(try read(changed)?.isConsistent == false)
    }

    @Test(
        arguments: [
            (#""number":"#, #""nummer":"#, .missingKey("number")),
            (#""logsBloom":"0x00"#, #""logsBloom":"0x"#, .wrongLength(expectedBytes: 256)),
            (#""nonce":"0x01"#, #""nonce":"0x"#, .wrongLength(expectedBytes: 8)),
            (#""hash":"#, #""hash":null,"hash":"#, .duplicateKey("hash")),
        ] as [(String, String, HotMessageError.Cause)])
    func whatIsMalformedIsNamed(
        _ original: String, _ changed: String, _ expected: HotMessageError.Cause
    ) throws {
        let text = notification("0x9ce5", HeadMessageTests.json(HeadMessageTests.header())).text
        #expect(text.contains(original))
        let error = #expect(throws: HotMessageError.self) {
            try read(text.replacing(original, with: changed))
        }
        #expect(error?.cause == expected)
    }
}
