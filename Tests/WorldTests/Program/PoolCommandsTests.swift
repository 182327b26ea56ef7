import Foundation
import Testing

/// `jit-bot pool` and `jit-bot detect` on small files: what they print where, and how they end.
@Suite("jit-bot pool and detect")
struct PoolCommandsTests {
    /// Writes files, runs the program on their paths, and removes them.
    private static func run(
        _ arguments: [String], _ files: [String: String]
    ) throws -> JitBotProcessTests.Run {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "jit-bot-pool-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for (name, text) in files {
            try Data(text.utf8).write(to: folder.appendingPathComponent(name))
        }
        return try JitBotProcessTests.run(
            arguments.map {
                files[$0] == nil ? $0 : folder.appendingPathComponent($0).path
            })
    }

    private static let header =
        "seq,block,timestamp,event,tick_lower,tick_upper,liquidity_delta,amount0,amount1,"
        + "sqrt_price_x96_after,liquidity_after,tick_after,mode,zero_for_one,amount_specified,"
        + "sqrt_price_limit_x96\n"
    private static let birth = "0,1,9,Initialize,,,,,,79228162514264337593543950336,,0,,,,\n"
    private static let mint = "1,1,9,Mint,-60,60,1000000,2996,2996,,,,,,,\n"
    private static let wrong = "1,1,9,Mint,-60,60,1000000,2996,2997,,,,,,,\n"

    @Test("a replay ends with 0, 1, 2 or 3, and its result is all of its output")
    func replay() throws {
        let name = "a_b_3000_x.csv"
        let good = try Self.run(
            ["pool", "replay", name], [name: Self.header + Self.birth + Self.mint])
        #expect(good.status == 0 && good.output == "2 passed, 0 failed\n" && good.errors.isEmpty)
        let bad = try Self.run(
            ["pool", "replay", name, "--json"], [name: Self.header + Self.birth + Self.wrong])
        #expect(bad.status == 1 && bad.errors.isEmpty)
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(bad.output.utf8)) as? [String: Any])
        #expect(object["passed"] as? Int == 1 && object["failed"] as? Int == 1)
        let failure = try #require((object["failures"] as? [[String: Any]])?.first)
        #expect(failure["line"] as? Int == 3 && failure["expected"] as? String == "2997")
        let later = try Self.run(["pool", "replay", name], [name: Self.header + Self.mint])
        #expect(later.status == 2 && later.output.isEmpty && later.errors.contains("--state"))
        let malformed = try Self.run(
            ["pool", "replay", name], [name: Self.header + Self.birth + "1,2,3\n"])
        #expect(malformed.status == 3 && malformed.output.isEmpty)
        #expect(malformed.errors.contains(name) && malformed.errors.contains("line 3"))
        #expect(try Self.run(["pool", "replay", "/no/such"], [:]).status == 3)
    }

    @Test("quotes and detection name the file that cannot be read")
    func unreadable() throws {
        let quote = try Self.run(
            ["pool", "quote", "s.json", "q.csv"], ["s.json": "{", "q.csv": ""])
        #expect(quote.status == 3 && quote.output.isEmpty && quote.errors.contains("s.json"))
        let detect = try Self.run(["detect", "b.json"], ["b.json": "[{\"block\":1}]"])
        #expect(detect.status == 3 && detect.errors.contains("b.json"))
        #expect(detect.errors.contains("[0].transactions"))
        #expect(try Self.run(["pool", "quote", "s.json"], ["s.json": "{}"]).status == 2)
    }

    @Test("a block without an attack gives an empty array, and that is no error")
    func nothing() throws {
        let block = "[{\"block\":1,\"transactions\":[],\"pool_calls\":[]}]"
        let run = try Self.run(["detect", "b.json", "--json"], ["b.json": block])
        #expect(run.status == 0 && run.output == "[]\n" && run.errors.isEmpty)
    }
}
