import Bot
import Contracts
import Ethereum
import JSON
import Store
import Testing

/// What a node says of a block, read for the books.
@Suite("BlockEntries")
struct BlockEntriesTests {
    private static let ours = Address(word: 0x0123)
    private static let stranger = Address(word: 0x4567)
    private static let hash = Hash32(word: 0x89)
    private static let entries = BlockEntries(
        ownAccounts: [ours], tipping: [], weth: Address(word: 0xEE), tokens: [])

    /// A block of one transaction that calls a contract, with this trace.
    private static func read(
        pre: JSON, post: JSON, withdrawals: [JSON] = [], logs: [JSON] = [], from: Address = stranger
    ) throws -> [LedgerEntry] {
        let block: JSON = [
            "transactions": [
                [
                    "hash": .hash(hash), "from": .address(from),
                    "to": .address(Address(word: 0xC0FFEE)), "value": .quantity(UInt64(0)),
                ]
            ],
            "withdrawals": .array(withdrawals),
        ]
        let receipts: JSON = [
            [
                "transactionHash": .hash(hash), "gasUsed": .quantity(UInt64(50_000)),
                "effectiveGasPrice": .quantity(UInt64(2)), "status": .quantity(UInt64(1)),
                "logs": .array(logs),
            ]
        ]
        return try entries.entries(
            block: block, receipts: receipts, trace: [["result": ["pre": pre, "post": post]]])
    }

    private static func balance(_ wei: UInt64) -> JSON {
        .object([.init(ours.description, ["balance": .quantity(wei)])])
    }

    @Test(
        "ether that a call inside a stranger's transaction brings is a deposit of that transaction")
    func gift() throws {
        let found = try Self.read(pre: Self.balance(7), post: Self.balance(8))
        #expect(
            found == [
                LedgerEntry(
                    holding: Holding(account: Self.ours, token: nil), kind: .deposit, deltaRaw: 1,
                    transactionHash: Self.hash)
            ])
        let unchanged = try Self.read(pre: Self.balance(7), post: .object([]))
        #expect(unchanged == [])
    }

    @Test("ether that is missing is not explained, so that the books differ from the chain")
    func loss() throws {
        #expect(try Self.read(pre: Self.balance(8), post: Self.balance(7)) == [])
    }

    @Test("what gas costs us is booked once, and what came back beside it too")
    func ownTransaction() throws {
        // 100,000 wei of gas, and 40 wei from inside.
        let found = try Self.read(
            pre: Self.balance(200_000), post: Self.balance(100_040), from: Self.ours)
        #expect(
            found.map(\.kind) == [.bundleInventory, .gas]
                && found.map(\.deltaRaw) == [40, -100_000])
    }

    @Test("a validator's withdrawal to us is a deposit, anybody else's is none of ours")
    func withdrawal() throws {
        func found(_ account: Address) throws -> [LedgerEntry] {
            try Self.read(
                pre: .object([]), post: .object([]),
                withdrawals: [["address": .address(account), "amount": .quantity(UInt64(3))]])
        }
        #expect(try found(Self.ours).map(\.deltaRaw) == [3_000_000_000])
        #expect(try found(Self.stranger) == [])
    }

    @Test("an operation of anybody's through the EntryPoint changes nothing of ours")
    func foreignOperation() throws {
        let event = eventTopic(
            "UserOperationEvent(bytes32,address,address,uint256,bool,uint256,uint256)")
        let log: JSON = [
            "address": .address(Address(word: 0x7032)),
            "topics": [
                .hash(event), .hash(Hash32(word: 1)), .hash(Hash32(word: 2)),
                .hash(Hash32(word: 3)),
            ],
            "data": .data([UInt8](repeating: 0, count: 127) + [9]),
        ]
        #expect(try Self.read(pre: .object([]), post: .object([]), logs: [log]) == [])
    }

    @Test("a block whose trace is not of its transactions is refused")
    func malformed() {
        #expect(throws: BlockEntries.Malformed.self) {
            try Self.entries.entries(
                block: ["transactions": .array([])], receipts: .array([]), trace: [[:]])
        }
        #expect(throws: BlockEntries.Malformed.self) {
            try Self.read(pre: .object([]), post: .array([]))
        }
    }
}
