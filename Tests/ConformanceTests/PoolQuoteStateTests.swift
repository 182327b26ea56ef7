import Conformance
import Testing

/// Which of the states beside a table of quotes is the one that they were asked of.
@Suite("The state of pool quotes")
struct PoolQuoteStateTests {
    private static func state(feePips: Int, tickSpacing: Int) -> String {
        """
        {"token0": "0x0000000000000000000000000000000000000001",
         "token1": "0x0000000000000000000000000000000000000002",
         "fee": \(feePips), "tickSpacing": \(tickSpacing),
         "sqrtPriceX96": "79228162514264337593543950336", "tick": 0, "liquidity": "0",
         "feeProtocol": 0, "feeGrowthGlobal0X128": "0", "feeGrowthGlobal1X128": "0",
         "ticks": {}, "positions": {}}
        """
    }

    /// A pool without liquidity gives nothing for whatever comes.
    private static let quotes =
        "function,zero_for_one,amount,result\nquoteExactInputSingle,1,100,0\n"

    @Test("states before and after a history are the history's, in the same folder too")
    func mixedFolder() throws {
        let directory = try VectorDirectory()
        try directory.write("quotes.csv", Self.quotes)
        try directory.write("a_b_3000_state_7.json", Self.state(feePips: 3000, tickSpacing: 60))
        try directory.write("c_d_500_state_before.json", Self.state(feePips: 500, tickSpacing: 10))
        try directory.write("c_d_500_state_after.json", Self.state(feePips: 500, tickSpacing: 10))
        #expect(directory.run().lines.last == "1 passed, 0 failed")

        try directory.write("c_d_500_state_8.json", Self.state(feePips: 500, tickSpacing: 10))
        let several = directory.run()
        #expect(several.lines.last == "0 passed, 1 failed" && several.exitCode == 1)
    }
}
