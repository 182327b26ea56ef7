import Foundation
import JSON
import TestSupport
import Testing

/// The program as its users run it: what it prints where, and how it ends.
@Suite("jit-bot", .serialized)
struct JitBotProcessTests {
    struct Run {
        var status: Int32
        var output: String
        var errors: String
    }

    static func run(
        _ arguments: [String], artifacts: String = TestFiles.artifactsFolder,
        environment: [String: String] = [:]
    ) throws -> Run {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "jit-bot-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let files = ["out", "err"].map { folder.appendingPathComponent($0) }
        for file in files { try Data().write(to: file) }
        let process = Process()
        process.executableURL = try ProgramFile.url()
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.environment = environment.merging(["JITBOT_ARTIFACTS": artifacts]) { $1 }
        process.standardOutput = try FileHandle(forWritingTo: files[0])
        process.standardError = try FileHandle(forWritingTo: files[1])
        try process.run()
        process.waitUntilExit()
        let texts = try files.map { String(decoding: try Data(contentsOf: $0), as: UTF8.self) }
        return Run(status: process.terminationStatus, output: texts[0], errors: texts[1])
    }

    @Test("demo --json writes one JSON object on one line and nothing else")
    func json() throws {
        let run = try Self.run(["demo", "--seed", "2", "--blocks", "3", "--json"])
        #expect(run.status == 0 && run.errors.isEmpty)
        #expect(run.output.hasSuffix("}\n"))
        #expect(run.output.count { $0 == "\n" } == 1)
        let object = try JSONSerialization.jsonObject(with: Data(run.output.utf8))
        #expect((object as? [String: Any])?["seed"] as? Int == 2)
        let again = try Self.run(["demo", "--seed", "2", "--blocks", "3", "--json"])
        #expect(again.output == run.output)
    }

    @Test("block export writes the block that was asked for, and names the blocks there are")
    func export() throws {
        let run = try Self.run(["block", "export", "5", "--blocks", "1"])
        #expect(run.status == 0)
        let object = try JSONSerialization.jsonObject(with: Data(run.output.utf8))
        #expect((object as? [String: Any])?["block"] as? Int == 5)
        let written = try Self.run(
            ["block", "export", "5", "--blocks", "1", "--out", "5.json", "--json"])
        #expect(written.status == 0)
        #expect(written.output.hasPrefix("{\"block\":5,\"file\":\"5.json\",\"hash\":\"0x"))
        let beyond = try Self.run(["block", "export", "99999", "--blocks", "1"])
        #expect(beyond.status == 2 && beyond.output.isEmpty)
        #expect(beyond.errors.contains("99999"))
    }

    @Test("an unknown option, a bad value and an unknown command are errors of use")
    func usage() throws {
        for arguments in [
            ["demo", "--fast"], ["demo", "--blocks", "0"], ["demo", "--seed", "x"], ["fly"],
            ["block", "export"], ["demo", "--fault", "rain"], ["demo", "--fault", "reorg@0"],
            ["demo", "--fault", "reorg@41"], ["demo", "--serve", "--json"],
            ["devnet", "--port", "70000"], ["demo", "--kept-grid", "--history", "x.csv"],
        ] {
            let run = try Self.run(arguments)
            #expect(run.status == 2, "\(arguments)")
            #expect(run.output.isEmpty, "\(arguments)")
            #expect(run.errors.contains("Usage:"), "\(arguments)")
        }
        #expect(try Self.run(["--help"]).status == 0)
    }

    @Test("without the contracts' artefacts the message says what to type")
    func artifacts() throws {
        for arguments in [["demo"], ["demo", "--json"], ["block", "export", "1"]] {
            let run = try Self.run(arguments, artifacts: "/no/such/folder")
            #expect(run.status == 3 && run.output.isEmpty, "\(arguments)")
            #expect(run.errors.contains("/no/such/folder") && run.errors.contains("make setup"))
        }
    }

    @Test("a history that cannot be read is named")
    func history() throws {
        let run = try Self.run(["demo", "--history", "/no/such/usdc_weth_500.csv"])
        #expect(run.status == 3 && run.output.isEmpty)
        #expect(run.errors.contains("/no/such/usdc_weth_500.csv"))
    }

    /// The variables of a bot whose node does not listen.
    private static let variables = [
        "RPC_URL_HTTP": "http://127.0.0.1:9", "RPC_URL_WS": "ws://127.0.0.1:9",
        "RELAY_URLS": "http://127.0.0.1:9",
        "CONTRACT_ADDRESS": "0x00000000000000000000000000000000000000aa",
        "POOLS": "0x" + String(repeating: "bb", count: 20) + "/0x"
            + String(repeating: "cc", count: 20) + "/500",
        "PRIVATE_KEY": "0x" + String(repeating: "11", count: 32),
        "FLASHBOTS_SIGNING_KEY": "0x" + String(repeating: "22", count: 32),
    ]

    @Test("a node that does not answer is exit code 5, and its address is named")
    func unreachable() throws {
        let run = try Self.run(["run", "--json"], environment: Self.variables)
        #expect(run.status == 5 && run.output.isEmpty)
        #expect(run.errors.contains("127.0.0.1:9"))
    }

    @Test("a setting that is missing or malformed is exit code 3, and is named")
    func settings() throws {
        for name in Self.variables.keys.sorted() {
            var without = Self.variables
            without[name] = nil
            let missing = try Self.run(["run"], environment: without)
            #expect(missing.status == 3 && missing.errors.contains(name), "\(name)")
            without[name] = "nonsense"
            let malformed = try Self.run(["run"], environment: without)
            #expect(malformed.status == 3, "\(name): \(malformed.errors)")
            #expect(!malformed.errors.contains("nonsense") || !name.contains("KEY"), "\(name)")
        }
    }

    @Test("a strategy's setting beyond its limit is exit code 3 and named with value and limit")
    func strategySettings() throws {
        for (name, good, bad) in [
            ("HEDGE_COST_BPS", "1.5", "1.234"), ("GUARD_PRICE_BPS", "2", "101"),
            (
                "OBJECTIVE", "maxProfit subject to swapperGainBps >= 1",
                "maxProfit subject to everything"
            ),
        ] {
            var variables = Self.variables
            variables[name] = bad
            let refused = try Self.run(["run"], environment: variables)
            #expect(refused.status == 3 && refused.output.isEmpty, "\(refused.errors)")
            #expect(refused.errors.contains("\(name) must be ") && refused.errors.contains(bad))
            variables[name] = good
            // Goes on to a node that does not answer.
            #expect(try Self.run(["run"], environment: variables).status == 5)
        }
        #expect(try Self.run(["run", "--help"]).output.contains("HEDGE_COST_BPS"))
    }

    @Test("settings of the kept grid that mean nothing are refused and named")
    func gridSettings() throws {
        for (name, value) in [
            ("KEPT_GRID", "17"), ("KEPT_GRID", "0"), ("KEPT_GRID", "x"),
            ("KEPT_GRID_RETIRE", "yes"), ("KEPT_GRID_MAX_WEI", "5"),
            ("KEPT_GRID_MIN_BLOCKS", "5"),
        ] {
            let run = try Self.run(
                ["run"], environment: Self.variables.merging([name: value]) { $1 })
            #expect(run.status == 3 && run.errors.contains(name), "\(name)=\(value)")
        }
        // The twins: what is well-formed comes as far as the node that does not answer.
        for good in [
            ["KEPT_GRID": "16", "KEPT_GRID_MAX_WEI": "5", "KEPT_GRID_MIN_BLOCKS": "5"],
            ["KEPT_GRID_RETIRE": "true"], ["KEPT_GRID_RETIRE": "false"],
        ] {
            let run = try Self.run(["run"], environment: Self.variables.merging(good) { $1 })
            #expect(run.status == 5, "\(good)")
        }
    }

    @Test("going live without consent, or with one key for everything, is refused: exit code 4")
    func safety() throws {
        var live = Self.variables
        live["SIMULATION_MODE"] = "false"
        let switches = ["I_UNDERSTAND_LIVE_RISK", "ENABLE_FLASHBOTS"]
        for (name, present) in zip(switches, switches.reversed()) {
            var half = live
            half[present] = "true"
            let run = try Self.run(["run"], environment: half)
            #expect(run.status == 4 && run.errors.contains(name), "\(run.errors)")
        }
        var orders = Self.variables
        orders["ORDER_PORT"] = "0"
        orders["FLASH_CONTRACT"] = "0x" + String(repeating: "dd", count: 20)
        orders["ORDER_HOST"] = "0.0.0.0"
        let open = try Self.run(["run"], environment: orders)
        #expect(open.status == 4 && open.errors.contains("ORDER_ALLOW_REMOTE"), "\(open.errors)")
        orders["ORDER_ALLOW_REMOTE"] = "true"
        #expect(try Self.run(["run"], environment: orders).status == 5)
        live["I_UNDERSTAND_LIVE_RISK"] = "true"
        live["ENABLE_FLASHBOTS"] = "true"
        #expect(try Self.run(["run"], environment: live).status == 5)
        live["FLASHBOTS_SIGNING_KEY"] = live["PRIVATE_KEY"]
        let run = try Self.run(["run"], environment: live)
        #expect(run.status == 4 && run.errors.contains("FLASHBOTS_SIGNING_KEY"))
        #expect(!run.errors.contains("1111"))
    }
}
