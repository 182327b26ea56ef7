import Backtest
import Testing

@Suite("BacktestSettings")
struct BacktestSettingsTests {
    @Test("a key takes a value within its bounds, and nothing else")
    func bounds() throws {
        var settings = BacktestSettings()
        try settings.set("bidShareBps=10000")
        #expect(settings[.bidShareBps] == 10_000)
        for (text, error) in [
            ("bidShareBps=10001", BacktestSettingError.outOfRange(.bidShareBps, "10001")),
            ("bidShareBps=-1", .outOfRange(.bidShareBps, "-1")),
            ("bidShareBps=", .outOfRange(.bidShareBps, "")),
            ("shardEvents=0", .outOfRange(.shardEvents, "0")),
            ("bidShare=3", .unknownKey("bidShare")), ("bidShareBps", .noAssignment("bidShareBps")),
        ] {
            #expect(throws: error) { try settings.set(text) }
        }
        #expect(settings[.bidShareBps] == 10_000)
    }

    @Test("an unknown key's message lists every key with its unit")
    func help() {
        let text = BacktestSettingError.unknownKey("x").description
        for key in BacktestSettings.Key.allCases {
            #expect(text.contains("\(key.rawValue): ") && text.contains(key.meaning.unit))
        }
    }

    @Test("blocks are a range of two ends, in order")
    func blocks() {
        let span = BlockSpan("5..7")
        #expect(span?.contains(5) == true && span?.contains(7) == true)
        #expect(span?.contains(4) == false && span?.contains(8) == false)
        #expect(BlockSpan("5..5") != nil)
        for text in ["7..5", "5...7", "5.7", "..", "a..b", "5..", "-1..3", "5..7..9", ""] {
            #expect(BlockSpan(text) == nil, "\(text)")
        }
    }
}
