import Chain
import EVM
import Ethereum
import Foundation
import JSON

/// A file that cannot be measured, and why.
struct WorkloadError: Error, CustomStringConvertible {
    var path: String
    var reason: String

    var description: String { "\(path): \(reason)" }
}

/// Transactions on a state, each of which is measured alone.
struct Workload {
    /// A transaction and its name.
    struct Bench {
        var name: String
        var transaction: Transaction
        var sender: Address
    }

    let block: BlockEnvironment
    /// The state that each transaction runs on: after the file's set-up.
    private(set) var state = WorldState()
    private(set) var benches: [Bench] = []

    /// Reads a file `{name, fork, env, pre or pre_file, setup, bench}`; nil for another JSON file.
    init?(path: String) throws {
        let fields = try Workload.object(path)
        guard fields.has("bench", "env") else { return nil }
        do throws(FieldError) {
            let environment = try fields.object("env")
            let forkName = try fields.string("fork")
            guard let fork = Fork.allCases.first(where: { "\($0)" == forkName.lowercased() })
            else {
                throw FieldError(field: "fork", expected: "a fork's name", found: forkName)
            }
            // Fees are 0, so that any gas limit is paid for.
            block = BlockEnvironment(
                fork: fork, chainId: 1, number: try environment.uint64("number"),
                timestamp: try environment.uint64("timestamp"), coinbase: .zero,
                gasLimit: 1 << 62, baseFeePerGas: 0, prevRandao: .zero, blobBaseFee: 1)
        } catch { throw WorkloadError(path: path, reason: "\(error)") }
        var pre = fields
        if let file = fields["pre_file"]?.string {
            pre = try Workload.object(
                URL(fileURLWithPath: path).deletingLastPathComponent()
                    .appendingPathComponent(file).path)
        }
        do {
            try load(pre["pre"]?.asObject ?? pre)
            for item in fields.has("setup") ? try fields.objects("setup") : [] {
                try setUp(item)
            }
            for item in try fields.objects("bench") { benches.append(try bench(item)) }
        } catch { throw WorkloadError(path: path, reason: "\(error)") }
    }

    /// What execution reads.
    var reader: ChainStateReader { ChainStateReader(state: state, blockHashes: [:]) }

    private static func object(_ path: String) throws -> JSONObject {
        let bytes: Data
        do { bytes = try Data(contentsOf: URL(fileURLWithPath: path)) } catch {
            throw WorkloadError(path: path, reason: "cannot be read")
        }
        let value: JSON
        do throws(JSONParsingError) {
            value = try JSON(parsing: [UInt8](bytes), limits: .file)
        } catch {
            throw WorkloadError(path: path, reason: "\(error)")
        }
        guard let object = value.asObject else {
            throw WorkloadError(path: path, reason: "no object")
        }
        return object
    }

    private mutating func load(_ accounts: JSONObject) throws(FieldError) {
        for member in accounts.members {
            guard let address = Address(hex: member.key), let fields = member.value.asObject else {
                throw FieldError(field: "pre", expected: "an account", found: member.key)
            }
            let code = Code(try fields.bytes("code"))
            state.set(
                Account(
                    nonce: try fields.uint64("nonce"), balance: try fields.word("balance"),
                    codeHash: code.hash), at: address, code: code)
            for slot in try fields.object("storage").members {
                guard let key = JSON.string(slot.key).looseQuantity,
                    let value = slot.value.looseQuantity
                else {
                    throw FieldError(
                        field: "storage", expected: "words", found: slot.value.excerpt)
                }
                state.set(value, at: address, slot: key)
            }
        }
    }

    private func bench(_ fields: JSONObject) throws(FieldError) -> Bench {
        let sender = try fields.address("from")
        let to: Address? = fields["to"]?.string == nil ? nil : try fields.address("to")
        let transaction = Transaction(
            nonce: state.account(sender)?.nonce ?? 0, maxFeePerGas: 0, maxPriorityFeePerGas: 0,
            gasLimit: try fields.uint64("gas"), to: to,
            value: fields["value"] == nil ? 0 : try fields.word("value"),
            data: try fields.bytes("data"))
        return Bench(
            name: fields["name"]?.string ?? "", transaction: transaction, sender: sender)
    }

    private mutating func setUp(_ fields: JSONObject) throws {
        let bench = try bench(fields)
        let machine = VirtualMachine(block: block, state: reader)
        let outcome = try machine.execute(bench.transaction, sender: bench.sender)
        guard outcome.status == .success else {
            throw FieldError(
                field: "setup", expected: "a success", found: "\(outcome.status)")
        }
        state.apply(machine.changes())
    }
}
