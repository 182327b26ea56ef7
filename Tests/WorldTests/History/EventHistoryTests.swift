import Ethereum
import Testing
import World

@Suite("EventHistory")
struct EventHistoryTests {
    private static let header =
        "seq,block,timestamp,event,tick_lower,tick_upper,liquidity_delta,amount0,amount1,"
        + "sqrt_price_x96_after,liquidity_after,tick_after,zero_for_one,amount_specified,"
        + "sqrt_price_limit_x96"
    private static let initialize = "0,10,1000,Initialize,,,,,,79228162514264337593543950336,,0,,,"
    private static let mint = "1,10,,Mint,-60,60,500,1,2,,,,,,"
    private static let swap =
        "2,11,1012,Swap,,,,100,-99,7922816251426433759354395033,500,-1,1,100,4295128740"
    private static let limited =
        "3,12,1024,Swap,,,,-99,100,7922816251426433759354395033,500,-1,0,,4295128740"

    private static func read(
        _ rows: [String], header: String = header, name: String = "usdc_weth_500_from_init.csv"
    ) throws -> EventHistory {
        try EventHistory(name: name, text: ([header] + rows).joined(separator: "\n") + "\n")
    }

    /// What reading says; nil where it succeeds.
    private static func complaint(_ read: () throws -> EventHistory) -> String? {
        do {
            _ = try read()
            return nil
        } catch { return "\(error)" }
    }

    @Test("a history is read: tokens and fee from the name, events from the rows")
    func reads() throws {
        let history = try Self.read([Self.initialize, Self.mint, Self.swap, Self.limited])
        #expect(history.token0 == "usdc" && history.token1 == "weth" && history.feePips == 500)
        #expect(history.initialSqrtPriceX96 == UInt256.one << 96)
        #expect(history.events.map(\.sequence) == [1, 2, 3])
        guard case .mint(let range, 1, 2) = history.events[0].action,
            case .swap(let swap) = history.events[1].action,
            case .swap(let limited) = history.events[2].action
        else {
            Issue.record("\(history.events)")
            return
        }
        #expect(range.tickLower == -60 && range.tickUpper == 60 && range.liquidity == 500)
        #expect(swap.zeroForOne && swap.amountSpecified == 100 && swap.amount1 == -99)
        // Without an amount the swap asked for more than it got.
        #expect(!limited.zeroForOne && limited.amountSpecified == 201)
    }

    @Test("a name that does not tell the pool is refused by name")
    func name() {
        for name in [
            "events.csv", "usdc_weth.csv", "usdc_weth_x.csv", "usdc_weth_501_from_init.csv",
        ] {
            let complaint = Self.complaint { try Self.read([Self.initialize], name: name) }
            #expect(complaint?.contains(name) == true, "\(complaint ?? "no complaint")")
        }
        #expect(Self.complaint { try Self.read([Self.initialize], name: "a_b_3000.csv") } == nil)
    }

    @Test("a missing column is named")
    func column() {
        let header = Self.header.replacing("liquidity_delta", with: "something")
        let complaint = Self.complaint {
            try Self.read([Self.initialize, Self.mint], header: header)
        }
        #expect(complaint == "the file has no column liquidity_delta.")
    }

    @Test("a bad value is named with its line, its column and itself")
    func value() {
        let bad: [(String, String)] = [
            (Self.mint.replacing("-60", with: "left"), "line 3, column tick_lower: \"left\""),
            (Self.swap.replacing(",1,100,", with: ",maybe,100,"), "column zero_for_one: \"maybe\""),
            (Self.swap.replacing("1012", with: "yesterday"), "column timestamp: \"yesterday\""),
            (Self.swap.replacing(",-99,", with: ",,"), "line 3, column amount1: \"\""),
            (Self.mint.replacing("500", with: "1e3"), "column liquidity_delta: \"1e3\""),
        ]
        for (row, expected) in bad {
            let complaint = Self.complaint { try Self.read([Self.initialize, row]) }
            #expect(complaint?.contains(expected) == true, "\(complaint ?? "no complaint")")
        }
        #expect(Self.complaint { try Self.read([Self.initialize, Self.mint]) } == nil)
    }

    @Test("a history that does not begin at the pool's birth is refused, and so is an empty one")
    func birth() {
        let complaint = Self.complaint { try Self.read([Self.mint, Self.initialize]) }
        #expect(complaint?.contains("does not begin with Initialize") == true)
        #expect(Self.complaint { try Self.read([]) }?.contains("no row") == true)
    }

    @Test("an absent file is named")
    func absent() {
        let complaint = Self.complaint { try EventHistory(path: "/no/such/usdc_weth_500.csv") }
        #expect(complaint?.contains("cannot read /no/such/usdc_weth_500.csv") == true)
    }

    @Test("a time may be written in seconds or as ISO 8601, and a row without one has the last")
    func times() throws {
        let iso = Self.swap.replacing("1012", with: "2021-05-05 21:42:11")
        let history = try Self.read([Self.initialize, iso, Self.mint])
        #expect(history.events[0].timestamp == 1_620_250_931)
        #expect(history.events[1].timestamp == 1_620_250_931)
    }
}
