import ArgumentParser
import Bot
import Contracts
import Ethereum
import Foundation
import JSON
import Wire

/// `jit-bot contract verify ADDRESS`: is what is deployed what is shipped?
struct ContractVerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Compare a deployed contract with what is shipped, byte by byte.",
        discussion: """
            Compared are the code on chain, its immutables, the creation with the constructor's
            arguments, and what the getters answer beside what the contract's events tell. A
            creation that cannot be compared (by a factory, or before what the node keeps) is exit
            code 1 and the reason creationNotCompared: it may have put anything into the storage.
            --runtime-only compares the rest and says what was left out. With --etherscan the source
            is posted to an explorer that speaks Etherscan's API, once everything was found equal.
            Exit codes: 0 equal, 1 something differs, was not compared, or the explorer refuses,
            2 usage, 3 settings, 5 the node or the explorer does not answer.
            """)

    @Argument(help: ArgumentHelp("The contract.", valueName: "ADDRESS"))
    var address: String

    @OptionGroup var node: NodeOptions

    @Option(help: "JitExecutor, JitFlash or JitTrampoline (default: the one that it resembles).")
    var contract: ShippedContract?

    @Option(help: "The transaction that created it (default: the node's history is searched).")
    var creationTx: String?

    @Flag(help: "Compare the code and not the creation, and say what that leaves out.")
    var runtimeOnly = false

    @Option(
        help: "Post the source to this explorer's API, such as https://api.etherscan.io/v2/api.")
    var etherscan: String?

    @Option(help: "The environment variable that holds the explorer's key.")
    var apiKeyEnv = "ETHERSCAN_API_KEY"

    @Option(help: "Seconds that the explorer may take for an answer.")
    var explorerTimeout: Int64 = 30

    @Option(help: "Milliseconds between two questions to the explorer.")
    var explorerPause: Int64 = 3000

    @Option(help: "The folder with the Vyper sources and their artifacts.")
    var sources = "contracts"

    @Flag(help: "Print one JSON object and nothing else.")
    var json = false

    func validate() throws {
        guard Address(hex: address) != nil else {
            throw ValidationError("\"\(address)\" is no address.")
        }
        if let creationTx, Hash32(hex: creationTx) == nil {
            throw ValidationError("--creation-tx: \"\(creationTx)\" is no hash.")
        }
        guard (1...600).contains(explorerTimeout), (0...60_000).contains(explorerPause) else {
            throw ValidationError(
                "--explorer-timeout must be 1 to 600 seconds, --explorer-pause 0 to 60000 "
                    + "milliseconds.")
        }
    }

    func run() throws {
        let address = Address(hex: address) ?? .zero
        var published: String?
        var failure: SourcePublication.Failure?
        let verification = try node.withNode { node in
            let verification = try ContractVerification.read(
                address, as: contract, creation: creationTx.flatMap { Hash32(hex: $0) },
                runtimeOnly: runtimeOnly, from: node)
            if let etherscan, verification.matches {
                do {
                    published = try publish(verification, at: etherscan, node)
                } catch let error as SourcePublication.Failure {
                    failure = error
                }
            }
            return verification
        }
        if json {
            var members = verification.members
            if etherscan != nil {
                members.append(.init("etherscan", published.map { .string($0) } ?? .null))
                members.append(.init("etherscanFailure", failure.map { .string("\($0)") } ?? .null))
            }
            Output.result(JSON.object(members).text)
        } else {
            for line in verification.lines { Output.result(line) }
            if let published { Output.result("  the explorer says: \(published)") }
            if let failure { Output.result("  not published: \(failure)") }
        }
        if let failure, case .unreachable = failure {
            throw ProgramFailure(.upstreamUnreachable, "\(failure)")
        }
        if !verification.matches || failure != nil { throw ExitCode(1) }
    }

    private func publish(
        _ verification: ContractVerification, at url: String, _ node: JSONRPCClient
    ) throws -> String {
        guard let key = ProcessInfo.processInfo.environment[apiKeyEnv], !key.isEmpty else {
            throw ProgramFailure(
                .configuration, "\(apiKeyEnv) is not set: it must hold the explorer's key.")
        }
        guard verification.creation != nil else {
            throw SourcePublication.Failure.refused(
                "the constructor's arguments are not known: name --creation-tx")
        }
        guard let chainId = try node.call("eth_chainId").wait().quantity64 else {
            throw ProgramFailure(.configuration, "the node does not tell its chain id.")
        }
        let endpoint = try ProgramFailure.configuration("--etherscan") { try Endpoint(url) }
        let contract = verification.comparison.contract
        let sourcePath = "\(sources)/\(contract.rawValue).vy"
        let artefactPath = "\(sources)/artifacts/\(contract.rawValue).json"
        let publication = try SourcePublication(
            contract,
            source: try ProgramFailure.configuration(sourcePath) { try InputFile.read(sourcePath) },
            artefact: try ProgramFailure.configuration(artefactPath) {
                try InputFile.read(artefactPath)
            }, sourcePath: sourcePath, artefactPath: artefactPath)
        return try publication.publish(
            verification.address, chainId: chainId, arguments: verification.arguments,
            apiKey: key,
            at: try HTTPConnection(
                endpoint, on: node.connection.loop,
                .init(requestTimeout: .seconds(explorerTimeout))),
            pauseMilliseconds: explorerPause)
    }
}

extension ShippedContract: ExpressibleByArgument {}
