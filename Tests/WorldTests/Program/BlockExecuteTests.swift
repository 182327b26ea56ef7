import Foundation
import Testing

/// `jit-bot block execute` on a block of the demo and on what somebody made of it.
@Suite("jit-bot block execute", .serialized)
struct BlockExecuteTests {
    /// Executes a block of the demo again after a change of its text.
    private static func execute(
        _ change: (String) -> String = { $0 }
    ) throws -> (JitBotProcessTests.Run, [String: Any]) {
        let exported = try JitBotProcessTests.run(["block", "export", "5", "--blocks", "1"])
        #expect(exported.status == 0)
        let file = FileManager.default.temporaryDirectory.appendingPathComponent(
            "block-\(UUID().uuidString).json")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data(change(exported.output).utf8).write(to: file)
        let run = try JitBotProcessTests.run(["block", "execute", file.path, "--json"])
        let object = try JSONSerialization.jsonObject(with: Data(run.output.utf8))
        return (run, object as? [String: Any] ?? [:])
    }

    /// The text with one more member in the block's header, which stands before its parent's.
    private static func header(_ members: String, of text: String) -> String {
        guard let found = text.range(of: "\"extraData\":") else { return text }
        return text.replacingCharacters(in: found, with: members + ",\"extraData\":")
    }

    @Test("a block as it was exported is equal")
    func equal() throws {
        let (run, report) = try Self.execute()
        #expect(run.status == 0 && report["ok"] as? Bool == true, "\(run.output)")
    }

    @Test("a fork that a file names and nobody knows is refused by that name")
    func namedFork() throws {
        let (run, report) = try Self.execute {
            $0.replacing("\"chainId\":31337", with: "\"chainId\":31337,\"fork\":\"Bogota\"")
        }
        #expect(run.status == 1 && report["ok"] as? Bool == false)
        let error = report["error"] as? String ?? ""
        #expect(error.contains("under Bogota") && error.contains("update the program"))
        #expect(report["differences"] == nil)
        // One that is known, and whose rules these are, is executed.
        let (known, _) = try Self.execute {
            $0.replacing("\"chainId\":31337", with: "\"chainId\":31337,\"fork\":\"Cancun\"")
        }
        #expect(known.status == 0, "\(known.output)")
    }

    @Test("a header of a fork that a network has not scheduled is refused, and not executed")
    func notScheduled() throws {
        let zero = "\"0x" + String(repeating: "0", count: 64) + "\""
        func execute(_ members: String) throws -> String {
            let (run, report) = try Self.execute {
                Self.header(members, of: $0)
                    .replacing("\"chainId\":31337", with: "\"chainId\":1")
            }
            #expect(run.status == 1)
            return report["error"] as? String ?? ""
        }
        let later = try execute(
            "\"requestsHash\":\(zero),\"blockAccessListHash\":\(zero),\"slotNumber\":\"0x1\"")
        #expect(later.contains("a header of amsterdam") && later.contains("update the program"))
        // Without these fields the fork is no reason: the transactions are of another chain.
        let present = try execute("\"requestsHash\":\(zero)")
        #expect(!present.contains("update the program") && present.contains("chain: 1"))
    }

    @Test("a base fee that the parent does not lead to is among the differences")
    func baseFee() throws {
        // A wei less, so that every sender's offer still does.
        let (run, report) = try Self.execute { text in
            guard let start = text.range(of: "\"baseFeePerGas\":\"0x")?.upperBound,
                let end = text[start...].firstIndex(of: "\""),
                let fee = UInt64(text[start..<end], radix: 16)
            else { return text }
            return text.replacingCharacters(in: start..<end, with: String(fee - 1, radix: 16))
        }
        #expect(run.status == 1)
        let differences = report["differences"] as? [[String: Any]] ?? []
        #expect(differences.contains { $0["what"] as? String == "base fee" }, "\(run.output)")
    }
}
