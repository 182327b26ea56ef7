import ArgumentParser
import Contracts
import Ethereum
import JSON
import Wire

/// `jit-bot contract decode`: what our contracts said, in words.
struct ContractDecodeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decode",
        abstract: "Tell in words what an error or a transaction's events of our contracts say.",
        discussion: """
            Either revert data, or with --tx a transaction: its events, or why it failed. An error's
            number means the same in each contract that raises it; --contract names one of them.
            Exit codes: 0 decoded, 1 nothing of ours in it, 2 usage, 3 settings, 5 the node does not
            answer.
            """)

    @Argument(help: ArgumentHelp("Revert data.", valueName: "DATA"))
    var data: String?

    @Option(help: "A transaction's hash.")
    var tx: String?

    @Option(help: "JitExecutor or JitFlash (default: both).")
    var contract: ShippedContract?

    @OptionGroup var node: NodeOptions

    @Flag(help: "Print one JSON object and nothing else.")
    var json = false

    func validate() throws {
        guard (data == nil) != (tx == nil) else {
            throw ValidationError("name either revert data or --tx HASH.")
        }
        if let data, Hex.decode(data) == nil {
            throw ValidationError("\"\(data)\" is no hexadecimal data.")
        }
        if let tx, Hash32(hex: tx) == nil { throw ValidationError("\"\(tx)\" is no hash.") }
    }

    func run() throws {
        var errors: [(contract: ShippedContract, code: UInt8, words: String)] = []
        var events: [(address: Address, event: ContractEvents.Decoded)] = []
        if let data = data.flatMap({ Hex.decode($0) }) {
            errors = words(of: data)
        } else if let tx {
            try node.withNode { node in
                let receipt = try node.call("eth_getTransactionReceipt", [.string(tx)]).wait()
                guard receipt.object != nil else {
                    throw ProgramFailure(.configuration, "the node has no transaction \(tx).")
                }
                for log in receipt["logs"]?.array ?? [] {
                    guard let address = log["address"]?.address, let data = log["data"]?.data,
                        let topics = log["topics"]?.array?.compactMap(\.hash),
                        let event = ContractEvents.decode(
                            Log(address: address, topics: topics, data: data))
                    else { continue }
                    events.append((address, event))
                }
                if receipt["status"]?.quantity == .zero {
                    let trace = try node.call(
                        "debug_traceTransaction", [.string(tx), ["tracer": "callTracer"]]
                    ).wait()
                    errors = words(of: trace["output"]?.data ?? [])
                }
            }
        }
        if json {
            Output.result(report(errors, events).text)
        } else {
            for error in errors {
                Output.result(
                    "JitError(\(error.code)) of \(error.contract.rawValue): \(error.words)")
            }
            for event in events { Output.result("\(event.address) \(event.event.text)") }
            if errors.isEmpty, events.isEmpty { Output.result("nothing of our contracts") }
        }
        if errors.isEmpty, events.isEmpty { throw ExitCode(1) }
    }

    private func words(
        of output: [UInt8]
    ) -> [(contract: ShippedContract, code: UInt8, words: String)] {
        guard let code = JitExecutor.errorCode(of: output) else { return [] }
        return (contract.map { [$0] } ?? ShippedContract.allCases).compactMap { contract in
            contract.words(ofError: code).map { (contract, code, $0) }
        }
    }

    private func report(
        _ errors: [(contract: ShippedContract, code: UInt8, words: String)],
        _ events: [(address: Address, event: ContractEvents.Decoded)]
    ) -> JSON {
        [
            "errors": .array(
                errors.map {
                    [
                        "contract": .string($0.contract.rawValue),
                        "code": .integer(Int64($0.code)), "words": .string($0.words),
                    ]
                }),
            "events": .array(
                events.map { found in
                    [
                        "address": .address(found.address), "name": .string(found.event.name),
                        "values": .object(
                            found.event.values.map { .init($0.name, .string($0.text)) }),
                    ]
                }),
        ]
    }
}
