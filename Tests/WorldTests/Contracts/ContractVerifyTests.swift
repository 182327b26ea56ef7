import Contracts
import Ethereum
import Foundation
import JSON
import TestSupport
import Testing
import World

/// `jit-bot contract verify` against contracts on a devnet: shipped ones, and such as their creator
/// has put something into.
@Suite("jit-bot contract verify", .serialized)
struct ContractVerifyTests {
    private static let attacker = Address(word: 0xBAD)

    /// Runs the command; its exit code and its JSON.
    private static func verify(
        _ address: Address, at url: String, _ more: [String] = []
    ) throws -> (status: Int32, json: JSON) {
        let run = try JitBotProcessTests.run(
            ["contract", "verify", address.description, "--rpc", url, "--json"] + more)
        #expect(run.errors.isEmpty, "\(run.errors)")
        return (run.status, try JSON(parsing: Array(run.output.utf8)))
    }

    private static func differences(_ json: JSON) -> String { json["differences"]?.text ?? "" }

    @Test("the demo's contracts are the shipped ones; creation, roles and limits are compared")
    func shipped() throws {
        let world = try DeployedContracts()
        let flash = world.setup.atomic.deployment
        try world.serve { url in
            for address in [world.executor, flash.flash, flash.trampoline] {
                let found = try Self.verify(address, at: url)
                #expect(found.status == 0 && found.json["matches"] == true, "\(found.json.text)")
                #expect(found.json["reason"]?.isNull == true)
                #expect(found.json["notCompared"]?.array?.isEmpty == true)
                #expect(found.json["creationTransaction"]?.hash != nil)
            }
            let state = try Self.verify(world.executor, at: url).json["state"]
            let first = world.setup.wallets.operators[0].address
            #expect(state?["roleOf(\(first.checksummed))"] == ["0x1"])
            #expect(state?["pendingOwner()"] == ["0x0"])
            #expect(state?["minProfitThreshold()"] == ["0x0"])
            // What is no contract of ours is told by its code.
            let other = try Self.verify(world.setup.contracts.tokens.weth, at: url)
            #expect(other.status == 1 && other.json["reason"] == "differs")
        }
    }

    @Test("an ownership that is being handed over by the contract itself is no difference")
    func handover() throws {
        var world = try DeployedContracts()
        try world.ownerCalls(
            Calldata(Selector("transferOwnership(address)"), Self.attacker.word).bytes)
        try world.serve { url in
            let found = try Self.verify(world.executor, at: url)
            #expect(found.status == 0, "\(found.json.text)")
            #expect(found.json["state"]?["pendingOwner()"] == ["0xbad"])
        }
    }

    @Test("what a factory created is not called the shipped contract unless the code is asked for")
    func factory() throws {
        var world = try DeployedContracts()
        let made = try world.create(world.genuineCreation)
        try world.serve { url in
            let found = try Self.verify(made.address, at: url)
            #expect(found.status == 1 && found.json["matches"] == false)
            #expect(found.json["reason"] == "creationNotCompared")
            #expect(found.json["codeMatches"] == true && Self.differences(found.json) == "[]")
            // The transaction that ran the factory did not create it itself.
            let named = try Self.verify(
                made.address, at: url, ["--creation-tx", "\(made.transaction)"])
            #expect(named.status == 1 && named.json["reason"] == "creationNotCompared")
            let code = try Self.verify(made.address, at: url, ["--runtime-only"])
            #expect(code.status == 0 && code.json["matches"] == true)
            #expect(code.json["runtimeOnly"] == true)
            #expect(code.json["notCompared"]?.array?.count == 1)
            let text = try JitBotProcessTests.run(
                ["contract", "verify", made.address.description, "--rpc", url, "--runtime-only"])
            #expect(text.output.contains("has the code of the shipped JitExecutor"))
            #expect(text.output.contains("not compared: what its creation put into its storage"))
        }
    }

    @Test("an owner to come that a creator planted is found even where the code alone is asked for")
    func plantedOwner() throws {
        var world = try DeployedContracts()
        let slots = try world.slots(
            changedBy: Calldata(Selector("transferOwnership(address)"), Self.attacker.word).bytes)
        #expect(slots.count == 1)
        let made = try world.create(world.planting([(slots[0], Self.attacker.word)]))
        try world.serve { url in
            for more in [[], ["--runtime-only"]] {
                let found = try Self.verify(made.address, at: url, more)
                #expect(found.status == 1 && found.json["reason"] == "differs")
                #expect(found.json["codeMatches"] == true)
                #expect(Self.differences(found.json).contains("pendingOwner() is 0xbad"))
            }
        }
    }

    @Test("an operator that a creator planted is told of by nothing: what is not compared says so")
    func plantedOperator() throws {
        var world = try DeployedContracts()
        let slots = try world.slots(changedBy: JitExecutor.setRole(Self.attacker, .operator))
        #expect(slots.count == 1)
        let made = try world.create(world.planting([(slots[0], .one)]))
        try world.serve { url in
            let found = try Self.verify(made.address, at: url)
            #expect(found.status == 1 && found.json["reason"] == "creationNotCompared")
            let code = try Self.verify(made.address, at: url, ["--runtime-only"])
            #expect(code.json["notCompared"]?.text.contains("an operator may stand there") == true)
        }
    }
}
