import Contracts
import Ethereum
import Foundation
import JSON
import TestSupport
import Testing
import World

/// `jit-bot contract verify --etherscan` end to end: a devnet, the program, and a double of an
/// explorer, which is named as one. No real explorer has ever been asked.
@Suite("Publishing a source at a double of Etherscan", .serialized)
struct SourcePublicationTests {
    private static let key = "KEY9THAT9NOBODY9MAY9READ"
    private static let world = Result { try DeployedContracts() }

    /// What the program said and how it ended, and what the double was asked.
    private struct Trial {
        var status: Int32
        var json: JSON
        var requests: [EtherscanDouble.Request]
    }

    private static func publish(
        _ temper: EtherscanDouble.Temper, path: String = "/api", wantsChain: String? = nil,
        keyOfTheDouble: String = key, arguments more: [String] = []
    ) throws -> Trial {
        let world = try Self.world.get()
        let explorer = try EtherscanDouble(temper, key: keyOfTheDouble, wantsChain: wantsChain)
        defer { explorer.close() }
        return try world.serve { url in
            let run = try JitBotProcessTests.run(
                [
                    "contract", "verify", world.executor.description, "--rpc", url, "--json",
                    "--etherscan", "http://127.0.0.1:\(explorer.port)\(path)",
                    "--api-key-env", "EXPLORER_KEY", "--explorer-pause", "1",
                    "--explorer-timeout", "1", "--sources",
                    TestFiles.package.appendingPathComponent("contracts").path,
                ] + more, environment: ["EXPLORER_KEY": key])
            #expect(!run.output.contains(key) && !run.errors.contains(key))
            #expect(run.errors.isEmpty == (run.status != 5), "\(run.errors)")
            return Trial(
                status: run.status, json: try JSON(parsing: Array(run.output.utf8)),
                requests: explorer.requests)
        }
    }

    @Test("pending, then verified; what is posted is the standard JSON, the address and arguments")
    func verifies() throws {
        let trial = try Self.publish(.verifies(pending: 2))
        #expect(trial.status == 0 && trial.json["etherscan"] == "Pass - Verified")
        #expect(trial.json["etherscanFailure"]?.isNull == true)
        #expect(trial.requests.map(\.method) == ["POST", "GET", "GET", "GET"])
        let form = try #require(trial.requests.first?.form)
        let world = try Self.world.get()
        #expect(form["contractaddress"] == world.executor.checksummed)
        #expect(form["contractname"] == "contracts/JitExecutor.vy:JitExecutor")
        #expect(form["compilerversion"]?.hasPrefix("vyper:0.4.") == true)
        let input = try JSON(parsing: Array((form["sourceCode"] ?? "").utf8))
        let source = try String(
            contentsOf: TestFiles.package.appendingPathComponent("contracts/JitExecutor.vy"),
            encoding: .utf8)
        #expect(input["language"] == "Vyper")
        #expect(
            input["sources"]?["contracts/JitExecutor.vy"]?["content"]?.string == source)
        let arguments = trial.json["constructorArguments"]
        #expect(
            form["constructorArguements"].flatMap { Hex.decode("0x" + $0) }.map {
                Address(word: ABIWords($0)[3] ?? .zero).checksummed
            } == arguments?["positionManager"]?.string)
    }

    @Test("the second version of the API finds the chain in each address")
    func secondVersion() throws {
        let chain = "\(LocalChain.chainId)"
        let trial = try Self.publish(
            .verifies(pending: 1), path: "/v2/api", wantsChain: chain)
        #expect(trial.status == 0 && trial.json["etherscan"] == "Pass - Verified")
        #expect(trial.requests.allSatisfy { $0.query["chainid"] == chain })
        let another = try Self.publish(.verifies(pending: 1), path: "/v2/api", wantsChain: "1")
        #expect(another.status == 1)
        #expect(another.json["etherscanFailure"]?.text.contains("chainid") == true)
    }

    @Test("a source that is known already is published, whenever it is said")
    func knownAlready() throws {
        for temper in [EtherscanDouble.Temper.knowsAlready, .knowsAlreadyLater] {
            let trial = try Self.publish(temper)
            #expect(trial.status == 0)
            #expect(trial.json["etherscan"]?.text.lowercased().contains("already") == true)
        }
    }

    @Test("one that cannot be verified, and one that is never decided, are exit code 1")
    func refused() throws {
        let failed = try Self.publish(.cannotVerify)
        #expect(failed.status == 1 && failed.json["etherscan"]?.isNull == true)
        #expect(failed.json["etherscanFailure"]?.text.contains("Unable to verify") == true)
        // The contract itself was found equal, and that is said.
        #expect(failed.json["matches"] == true)
        let endless = try Self.publish(.pendsForEver)
        #expect(endless.status == 1 && endless.requests.count == 21)
        #expect(endless.json["etherscanFailure"]?.text.contains("undecided") == true)
    }

    @Test("too many questions are put again after a pause, and given up at last")
    func throttled() throws {
        let trial = try Self.publish(.throttles(times: 3))
        #expect(trial.status == 0 && trial.requests.count == 5)
        let endless = try Self.publish(.throttles(times: 1000))
        #expect(endless.status == 1 && endless.requests.count == 5)
        #expect(endless.json["etherscanFailure"]?.text.contains("rate limit") == true)
    }

    @Test("a wrong key is refused, and not printed though the explorer repeats it")
    func wrongKey() throws {
        let trial = try Self.publish(.verifies(pending: 0), keyOfTheDouble: "another")
        #expect(trial.status == 1 && trial.requests.count == 1)
        #expect(trial.json["etherscanFailure"]?.text.contains("Invalid API Key") == true)
    }

    @Test("what is no answer is exit code 1; no answer in time, and nobody there, are 5")
    func broken() throws {
        let babble = try Self.publish(.babbles)
        #expect(babble.status == 1)
        #expect(babble.json["etherscanFailure"]?.text.contains("malformed") == true)
        let hung = try Self.publish(.hangs)
        #expect(hung.status == 5 && hung.json["matches"] == true)
        #expect(hung.json["etherscanFailure"]?.text.contains("cannot be reached") == true)
        let nobody = try Self.publish(
            .verifies(pending: 0), arguments: ["--etherscan", "http://127.0.0.1:9/api"])
        #expect(nobody.status == 5 && nobody.requests.isEmpty)
    }

    @Test("without a key, or with a source that is not the shipped one, nothing is posted")
    func settings() throws {
        let world = try Self.world.get()
        let without = try world.serve { url in
            try JitBotProcessTests.run([
                "contract", "verify", world.executor.description, "--rpc", url, "--etherscan",
                "http://127.0.0.1:9/api", "--api-key-env", "NO_SUCH_KEY",
            ])
        }
        #expect(without.status == 3 && without.errors.contains("NO_SUCH_KEY"))
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "sources-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.copyItem(
            at: TestFiles.package.appendingPathComponent("contracts"), to: folder)
        let path = folder.appendingPathComponent("JitExecutor.vy")
        try Data((String(contentsOf: path, encoding: .utf8) + "# \n").utf8).write(to: path)
        let trial = try Self.publish(
            .verifies(pending: 0), arguments: ["--sources", folder.path])
        #expect(trial.status == 1 && trial.requests.isEmpty)
        #expect(trial.json["etherscanFailure"]?.text.contains("SHA-256") == true)
    }
}
