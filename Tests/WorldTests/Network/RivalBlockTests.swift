import Bot
import Contracts
import Ethereum
import JSON
import Strategy
import Testing
import UniswapV3

/// What a node says of a block, read for a competitor's bid.
@Suite("RivalBlock")
struct RivalBlockTests {
    private static let pool = Address(word: 0x1111)
    private static let owner = Address(word: 0x2222)
    private static let coinbase = Address(word: 0xC0)
    private static let ether = UInt256(1_000_000_000_000_000_000)

    private static func hash(_ index: Int) -> Hash32 { Hash32(word: UInt256(UInt64(index + 100))) }

    private static func log(_ event: String, _ topics: [UInt256], _ data: [UInt256]) -> JSON {
        [
            "address": .address(pool),
            "topics": .array(
                ([eventTopic(event)] + topics.map { Hash32(word: $0) }).map { .hash($0) }),
            "data": .data(data.flatMap(\.bigEndianBytes)),
        ]
    }

    /// Mint of 10 ether of token0, a user's swap, a burn that gives back 8 ether and 2 ether worth
    /// of token1 with 0.3 ether of fees.
    private static let logs: [[JSON]] = {
        let ticks = [UInt256(tick: 60), UInt256(tick: 120)]
        let minus = UInt256.zero &- ether
        return [
            [
                log(
                    "Mint(address,address,int24,int24,uint128,uint256,uint256)",
                    [owner.word] + ticks, [owner.word, 1000, 10 &* ether, .zero])
            ],
            [
                log(
                    "Swap(address,address,int256,int256,uint160,uint128,int24)", [1, 2],
                    [minus &* 2, 2 &* ether, .one << 96, 5, .zero])
            ],
            [
                log(
                    "Burn(address,int24,int24,uint128,uint256,uint256)", [owner.word] + ticks,
                    [1000, 8 &* ether, 2 &* ether]),
                log(
                    "Collect(address,address,int24,int24,uint128,uint128)", [owner.word] + ticks,
                    [
                        owner.word, 8 &* ether,
                        2 &* ether &+ (ether &* 3).dividedOrZero(by: 10),
                    ]),
            ],
        ]
    }()

    private static func block(count: Int = 3) -> JSON {
        [
            "number": .quantity(UInt64(7)), "miner": .address(coinbase),
            "baseFeePerGas": .quantity(UInt256(1_000_000_000)),
            "transactions": .array(
                (0..<count).map { index in
                    [
                        "hash": .hash(hash(index)),
                        "from": .address(Address(word: UInt256(UInt64(index % 2 + 5)))),
                        "to": .address(owner),
                    ]
                }),
        ]
    }

    private static func receipts(shiftedBy shift: Int = 0) -> JSON {
        .array(
            logs.enumerated().map { index, logs in
                [
                    "transactionHash": .hash(hash(index + shift)),
                    "gasUsed": .quantity(UInt64(100_000)),
                    "logs": .array(logs),
                ]
            })
    }

    /// The builder gets 0.05 ether by the mint's transaction and 0.1 by the burn's.
    private static let trace: JSON = .array(
        [(100, 105), (105, 105), (105, 115)].map { before, after in
            func side(_ hundredths: Int) -> JSON {
                [
                    "\(coinbase)": [
                        "balance": .quantity(
                            (ether &* UInt256(UInt64(hundredths))).dividedOrZero(by: 100))
                    ]
                ]
            }
            return ["result": ["pre": side(before), "post": side(after)]]
        })

    private static let valuation = WethValuation(wethIsToken0: true, sqrtPriceX96: .one << 96)

    private static func events(
        _ block: RivalBlock?, own: Set<Address> = []
    ) throws -> [RivalRecord.Observed] {
        try #require(block).events(valuations: [pool: valuation], ownAccounts: own)
    }

    @Test("a competitor's gross is his inventory's change less gas, his tip what the builder got")
    func read() throws {
        var block = Self.block()
        // The user signs what goes elsewhere.
        if case .object(var members) = block, case .array(var items) = members[3].value {
            items[1] = [
                "hash": .hash(Self.hash(1)), "from": .address(Address(word: 0x99)),
                "to": .address(Address(word: 0x98)),
            ]
            members[3].value = .array(items)
            block = .object(members)
        }
        let read = RivalBlock(block, receipts: Self.receipts(), trace: Self.trace)
        let events = try Self.events(read)
        guard case .rivalLanded(let gross, let tip, let deposit)? = events.first?.event else {
            Issue.record("\(events)")
            return
        }
        // 0.3 ether less 200,000 gas at a gwei.
        #expect(gross == 299_800_000_000_000_000 && tip == 150_000_000_000_000_000)
        #expect(deposit == TokenAmounts(amount0: 10 &* Self.ether, amount1: .zero))
        #expect(read?.transactionHashes == (0..<3).map(Self.hash))
        // What is ours is no competitor's.
        #expect(try Self.events(read, own: [Self.owner]).isEmpty)
        // Swaps through the position's own contract are his.
        let own = RivalBlock(Self.block(), receipts: Self.receipts(), trace: Self.trace)
        #expect(try Self.events(own).isEmpty)
    }

    @Test("what does not belong together, or cannot be read, is refused")
    func refused() {
        #expect(
            RivalBlock(Self.block(), receipts: Self.receipts(shiftedBy: 1), trace: Self.trace)
                == nil)
        #expect(
            RivalBlock(Self.block(count: 2), receipts: Self.receipts(), trace: Self.trace) == nil)
        #expect(RivalBlock(Self.block(), receipts: Self.receipts(), trace: .array([])) == nil)
        #expect(RivalBlock(.null, receipts: Self.receipts(), trace: Self.trace) == nil)
        #expect(RivalBlock(Self.block(), receipts: .array([]), trace: Self.trace) == nil)
    }
}
