import Backtest
import Ethereum
import Foundation
import TestSupport
import Testing

@Suite("BlockInput", .enabled(if: TestFiles.expectsData))
struct BlockInputTests {
    private static func url(_ number: Int) -> URL {
        TestFiles.data.appendingPathComponent("mainnet-blocks-full/\(number).json.gz")
    }

    @Test("a recorded block's swaps are answered on the storage that its execution read")
    func answered() throws {
        let settings = try Samples.settings("sizeFilter=0")
        let shard = try Recorded.source(Self.url(15_050_000)).work(settings: settings, span: nil)
        // Four swaps on three pools; USDC/WETH is the last.
        #expect(shard.rows == 4)
        let row = try #require(
            shard.opportunities.first {
                $0.pool == "0x88e6a0c2ddd26feeb64f039a2c41296fcb3f5640"
            })
        #expect(row.amountIn == 300_000_000 && row.amountOut == 296_107_095_805_137_735)
        #expect(row.zeroForOne && !row.isExactOutput && row.feePips == 500)
        #expect(row.baseFeeWei == 30_031_264_637 && row.block == 15_050_000)
        #expect(row.sqrtPriceX96After.description == "2489726549018805294196347407126800")
        #expect(!row.isServed)
        let none = try Recorded.source(Self.url(15_050_000)).work(
            settings: settings, span: BlockSpan("1..15049999"))
        #expect(none.rows == 0 && none.opportunities.isEmpty)
    }

    @Test("a block whose record was changed is a failed check")
    func changed() throws {
        let text = String(decoding: try Recorded.bytes(Self.url(15_050_000)), as: UTF8.self)
        let other = try BlockInput(name: "b.json", bytes: Array(text.utf8))
        _ = try other.work(settings: Samples.settings(), span: nil)
        let fields = try #require(
            try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        var changed = fields
        var header = try #require(changed["header"] as? [String: Any])
        header["gasUsed"] = "0x1"
        changed["header"] = header
        let bytes = Array(try JSONSerialization.data(withJSONObject: changed))
        let input = try BlockInput(name: "b.json", bytes: bytes)
        #expect(throws: BlockInput.Fault.self) {
            try input.work(settings: Samples.settings(), span: nil)
        }
    }
}
