import Ethereum
import Testing
import UniswapV3

/// Answers of the quoter contract on mainnet.
@Suite("Recorded quotes", .enabled(if: RecordedData.isExpected, RecordedData.absence))
struct RecordedQuotesTests {
    @Test("all 40 quotes of the quoter are met")
    func quotes() throws {
        let pool = try RecordedData.state("v3-quoter-golden/wbtc_weth_3000_state_24407242.json")
            .poolState()
        let rows = try RecordedData.rows("v3-quoter-golden/quotes.csv")
        #expect(rows.count == 40)
        for row in rows {
            let amount = try #require(Int256(decimal: row["amount"] ?? ""))
            let isExactInput = row["function"] == "quoteExactInputSingle"
            let result = try pool.swap(
                zeroForOne: row["zero_for_one"] == "1",
                amountSpecified: isExactInput ? amount : -amount)
            let quote = isExactInput ? result.amountOut : result.amountIn
            #expect(quote.description == row["result"], "\(row)")
        }
    }
}
