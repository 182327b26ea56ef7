import Ethereum
import Recordings
import Testing

@Suite("CommaSeparatedTable")
struct CommaSeparatedTableTests {
    private static func error(_ body: () throws -> Void) -> String? {
        do {
            try body()
            return nil
        } catch { return "\(error)" }
    }

    @Test("rows are read by their columns' names, whatever ends the lines")
    func rows() throws {
        for ending in ["\n", "\r\n"] {
            var table = try CommaSeparatedTable(
                ["a,b", "1,-2", "", "3,4", ""].joined(separator: ending), required: ["b"])
            let first = try #require(try table.next())
            #expect(first.line == 2)
            #expect(try first.signed("b") == -2)
            let second = try #require(try table.next())
            #expect(second.line == 4)
            #expect(try second.unsigned("a") == 3)
            #expect(try table.next() == nil)
        }
    }

    @Test("what is no table is told apart")
    func noTable() {
        #expect(Self.error { _ = try CommaSeparatedTable("") }?.contains("empty") == true)
        #expect(
            Self.error { _ = try CommaSeparatedTable("a,a\n") }?.contains("two columns") == true)
        #expect(
            Self.error { _ = try CommaSeparatedTable("a,b\n", required: ["c"]) }
                == "the file has no column c.")
        #expect(
            Self.error { _ = try CommaSeparatedTable(utf8: [0xff, 0xfe]) }?.contains("UTF-8")
                == true)
    }

    @Test("a row with too many or too few fields is an error with its line")
    func fieldCount() throws {
        for row in ["1", "1,2,3"] {
            var table = try CommaSeparatedTable("a,b\n1,2\n\(row)\n")
            _ = try table.next()
            #expect(Self.error { _ = try table.next() }?.hasPrefix("line 3: ") == true)
        }
    }

    @Test("a value that does not fit says its line, its column and itself")
    func values() throws {
        var table = try CommaSeparatedTable(
            "a,b\n-1,340282366920938463463374607431768211456\n")
        let row = try #require(try table.next())
        #expect(
            Self.error { _ = try row.unsigned("a") }?.contains("line 2, column a: \"-1\"") == true)
        #expect(Self.error { _ = try row.unsigned128("b") }?.contains("column b") == true)
        #expect(Self.error { _ = try row.tick("b") } != nil)
        #expect(Self.error { _ = try row.flag("b") } != nil)
        #expect(Self.error { _ = try row.text("c") } == "the file has no column c.")
        #expect(try row.unsigned("b") == UInt256(0, 0, 1, 0))
    }

    @Test(
        "times in seconds and in ISO 8601",
        arguments: [
            ("1620250931", 1_620_250_931), ("2021-05-05 21:42:11", 1_620_250_931),
            ("2021-05-05T21:42:11Z", 1_620_250_931), ("2024-02-29 00:00:00.5 UTC", 1_709_164_800),
            ("1970-01-01T00:00:00+00:00", 0),
        ] as [(String, UInt64)])
    func times(text: String, seconds: UInt64) throws {
        var table = try CommaSeparatedTable("t\n\(text)\n")
        #expect(try #require(try table.next()).timestamp("t") == seconds)
    }

    @Test(
        "what is no time is refused",
        arguments: [
            "2023-02-29 00:00:00", "2021-13-01 00:00:00", "1969-12-31 23:59:59", "yesterday",
            "2021-05-05T21:42:11+02:00", "2021-05-05T24:00:00", "-1",
        ])
    func noTime(text: String) throws {
        var table = try CommaSeparatedTable("t\n\(text)\n")
        let row = try #require(try table.next())
        #expect(Self.error { _ = try row.timestamp("t") }?.contains(text) == true)
    }
}
