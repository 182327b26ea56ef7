import Backtest
import Ethereum
import Foundation
import TestSupport
import Testing
import UniswapV3
import World

/// Others' just-in-time liquidity: found in histories and calls, with what it earned.
@Suite("RealJit")
struct RealJitTests {
    private struct Scene {
        var text: String
        var fees: TokenAmounts
        var row: Int
    }

    /// A synthetic history with a position that somebody opens in front of a swap of 50 ether and
    /// closes behind it, `blocks` later; its fees by the pool's own books.
    private static func scene(burnBlocksLater blocks: UInt64) throws -> Scene {
        let text = try SyntheticHistory.csv(seed: 11, events: 150)
        let history = try PoolHistory(
            name: SyntheticHistory.name, bytes: Array(text.utf8), state: nil)
        var walk = history.walk()
        try walk.advance(to: .max)
        var pool = walk.pool
        let lower = TickSpacing.floor(pool.tick, 60)
        var position = Position(tickLower: lower, tickUpper: lower + 60)
        let liquidity: UInt128 = 5_000_000_000_000_000_000_000_000
        let paid = try pool.mint(liquidity, into: &position)
        let mint =
            "200,18000000,,,1700000000,Mint,a,b,\(lower),\(lower + 60),\(liquidity),"
            + "\(paid.amount0),\(paid.amount1),,,,,,,"
        let limit = PoolState.outermostPrice(zeroForOne: true)
        let amount = try #require(Int256(decimal: "50000000000000000000"))
        let swap = try pool.apply(zeroForOne: true, amountSpecified: amount)
        let row =
            "201,18000000,,,1700000000,Swap,a,b,,,,\(swap.amount0),\(swap.amount1),"
            + "\(swap.sqrtPriceX96After),\(swap.liquidityAfter),\(swap.tickAfter),exactIn,1,"
            + "\(amount),\(limit)"
        let back = try pool.burn(liquidity, from: &position)
        let burn =
            "202,\(18_000_000 + blocks),,,1700000000,Burn,a,b,\(lower),\(lower + 60),-\(liquidity),"
            + "\(back.amount0),\(back.amount1),,,,,,,"
        let owed = position.collect()
        return Scene(
            text: text + [mint, row, burn].joined(separator: "\n") + "\n",
            fees: TokenAmounts(
                amount0: owed.amount0 &- back.amount0, amount1: owed.amount1 &- back.amount1),
            row: 151)
    }

    @Test("a mint and a burn around a swap in one block are found, with the fees of the books")
    func found() throws {
        let scene = try Self.scene(burnBlocksLater: 0)
        let history = try PoolHistory(
            name: SyntheticHistory.name, bytes: Array(scene.text.utf8), state: nil)
        let findings = try Samples.findings(Samples.shards(history, Samples.settings()))
        let real = try #require(findings.sortedRealJit.first)
        #expect(findings.sortedRealJit.count == 1 && real.block == 18_000_000)
        #expect(real.fees == scene.fees && !scene.fees.amount0.isZero)
        // Ours stands on the pool without theirs: the swap goes further than it really did.
        let ours = try #require(findings.sortedOpportunities.first { $0.block == 18_000_000 })
        #expect(ours.hadRealJit && ours.source.row == scene.row)
        var walk = history.walk()
        try walk.advance(to: scene.row - 1)
        #expect(walk.pool.sqrtPriceX96 == ours.sqrtPriceX96Before)
        let alone = try walk.pool.swap(
            zeroForOne: true, amountSpecified: Int256(bitPattern: ours.amountIn))
        #expect(alone.amountOut == ours.amountOut)
        #expect(alone.sqrtPriceX96After == ours.sqrtPriceX96After)
        #expect(real.ours?.netWei == ours.plan?.netWei && real.ours?.basis == .history)
    }

    @Test("a burn in a later block is none")
    func later() throws {
        let scene = try Self.scene(burnBlocksLater: 1)
        let history = try PoolHistory(
            name: SyntheticHistory.name, bytes: Array(scene.text.utf8), state: nil)
        let findings = try Samples.findings(Samples.shards(history, Samples.settings()))
        #expect(findings.sortedRealJit.isEmpty)
        #expect(findings.sortedOpportunities.allSatisfy { !$0.hadRealJit })
    }

    @Test(
        "labelled operations are found, with tips, and an estimate of ours",
        .enabled(if: TestFiles.expectsData))
    func labelled() throws {
        let url = TestFiles.data.appendingPathComponent("jit-real/blocks_v3_calls.json.gz")
        let shard = try Recorded.source(url).work(settings: Samples.settings(), span: nil)
        #expect(shard.realJit.map(\.block) == [13_601_096, 14_621_812])
        let first = try #require(shard.realJit.first)
        #expect(first.fees?.amount0 == 5_308_705_490)
        #expect(first.tipWei?.description == "475050218375019204")
        // 12,634.177387879 − 10,864.608891029 of token0 more, 381.392367776669178606 of WETH
        // less, at the price of about 4,630 when it was over: a little more than an ether.
        let gross = try #require(first.grossWei).approximateDouble * 1e-18
        #expect(gross > 1.0 && gross < 1.2)
        #expect(shard.realJit.allSatisfy { $0.ours?.basis == .reconstruction })
        #expect(shard.opportunities.isEmpty && shard.unanswered.count > 200)
        let some = try Recorded.source(url).work(
            settings: Samples.settings(), span: BlockSpan("13601097..14621812"))
        #expect(some.realJit.map(\.block) == [14_621_812])
    }

    @Test("operations are summed as stated, to the last digit", .enabled(if: TestFiles.expectsData))
    func operations() throws {
        let url = TestFiles.data.appendingPathComponent("jit-real/jit_ops_2021_subgraph.csv")
        let shard = try Recorded.source(url).work(settings: Samples.settings(), span: nil)
        #expect(shard.realJit.count == 1495)
        let rows = BacktestReport(try Samples.findings([shard])).stated
        #expect(rows.map(\.operations) == [818, 399, 150, 71, 33, 24])
        let text = String(decoding: try Data(contentsOf: url), as: UTF8.self)
        var sum = Decimal.zero
        for line in text.split(whereSeparator: \.isNewline).dropFirst() {
            let fields = line.split(separator: ",", omittingEmptySubsequences: false)
            guard fields[1] == "USDC-WETH-500" else { continue }
            sum += Decimal(string: String(fields[19]), locale: nil)!
        }
        #expect(rows[0].profitUsd.description == "\(sum)")
    }

    @Test("a decimal number is read exactly or not at all")
    func decimals() {
        for (text, units) in [
            ("1", "1000000000000000000"), ("-0.5", "-500000000000000000"), ("-0.0", "0"),
            ("1e-18", "1"), ("1.5E3", "1500000000000000000000"), ("0.0000000000000000019", "1"),
            (".5", "500000000000000000"),
        ] {
            #expect(DecimalAmount(text)?.units.description == units, "\(text)")
        }
        for text in ["", "-", ".", "1.2.3", "1e", "1e61", "1e40", "0x1", "1,5", "nan", "+1", "1 "] {
            #expect(DecimalAmount(text) == nil, "\(text)")
        }
        #expect(DecimalAmount("-12.50")?.description == "-12.5")
    }
}
