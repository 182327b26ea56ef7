import Contracts
import Ethereum
import Foundation
import TestSupport
import Testing

/// What is compiled into the program beside the committed artefacts.
@Suite("Shipped contracts")
struct ShippedContractTests {
    private func artefact(_ contract: ShippedContract) throws -> [String: Any] {
        let url = TestFiles.package.appendingPathComponent(
            "contracts/artifacts/\(contract.rawValue).json")
        let json = try JSONSerialization.jsonObject(with: Data(contentsOf: url))
        return try #require(json as? [String: Any])
    }

    @Test("code, immutables and arguments are the artefact's", arguments: ShippedContract.allCases)
    func layout(contract: ShippedContract) throws {
        let artefact = try artefact(contract)
        #expect(artefact["bytecode"] as? String == Hex.prefixed(contract.creationCode))
        #expect(artefact["runtimeBytecode"] as? String == Hex.prefixed(contract.runtimeCode))
        let layout = artefact["immutables"] as? [String: [String: Any]] ?? [:]
        let words = layout.sorted {
            ($0.value["offset"] as? Int ?? 0) < ($1.value["offset"] as? Int ?? 0)
        }
        #expect(words.map(\.key) == contract.immutables.map(\.name))
        #expect(
            words.map { $0.value["type"] as? String } == contract.immutables.map { "\($0.type)" })
        let abi = artefact["abi"] as? [[String: Any]] ?? []
        let inputs =
            abi.first { $0["type"] as? String == "constructor" }?["inputs"] as? [[String: Any]]
        #expect((inputs ?? []).map { $0["name"] as? String } == contract.arguments.map(\.name))
        #expect(
            (inputs ?? []).map { $0["type"] as? String } == contract.arguments.map { "\($0.type)" })
    }

    @Test("every event of the artefacts is decoded, and no other is declared")
    func events() throws {
        var signatures: Set<String> = []
        for contract in ShippedContract.allCases {
            for entry in try artefact(contract)["abi"] as? [[String: Any]] ?? []
            where entry["type"] as? String == "event" {
                let inputs = entry["inputs"] as? [[String: Any]] ?? []
                let types = inputs.map { $0["type"] as? String ?? "?" }.joined(separator: ",")
                signatures.insert("\(entry["name"] as? String ?? "?")(\(types))")
            }
        }
        #expect(Set(ContractEvents.declarations.map(\.signature)) == signatures)
    }

    @Test("a changed byte, a missing word and no code are told apart; the shipped code is equal")
    func comparison() {
        let contract = ShippedContract.jitFlash
        let words = (1...5).flatMap { UInt256($0).bigEndianBytes }
        let code = contract.runtimeCode + words
        let equal = CodeComparison(code: code)
        #expect(equal.contract == contract && equal.differences.isEmpty)
        #expect(equal.immutables.count == 5)
        var changed = code
        changed[100] ^= 1
        #expect(
            CodeComparison(code: changed, as: contract).differences
                == [.byte(offset: 100, expected: code[100], actual: changed[100])])
        #expect(
            CodeComparison(code: Array(code.dropLast(32))).differences
                == [.length(expected: code.count, actual: code.count - 32)])
        #expect(CodeComparison(code: []).differences == [.noCode])
    }

    @Test("arguments are read from the creation, and must be what the code keeps")
    func arguments() {
        let contract = ShippedContract.jitFlash
        let words = (1...5).flatMap { UInt256($0).bigEndianBytes }
        let comparison = CodeComparison(code: contract.runtimeCode + words)
        let good = UInt256(1 as UInt64).bigEndianBytes + UInt256(2 as UInt64).bigEndianBytes
        let read = comparison.arguments(creation: contract.creationCode + good)
        #expect(read.values.map(\.name) == ["executor", "trampoline"] && read.differences.isEmpty)
        let bad = UInt256(9 as UInt64).bigEndianBytes + UInt256(2 as UInt64).bigEndianBytes
        #expect(comparison.arguments(creation: contract.creationCode + bad).differences.count == 1)
        #expect(
            comparison.arguments(creation: contract.creationCode).differences
                == [.arguments(bytes: 0)])
    }

    @Test("an error's number has words in the contract that raises it, and in no other")
    func words() {
        #expect(ShippedContract.jitFlash.words(ofError: 46) != nil)
        #expect(ShippedContract.jitExecutor.words(ofError: 46) == nil)
        #expect(ShippedContract.jitExecutor.words(ofError: 16) == "profit below the floor")
    }
}
