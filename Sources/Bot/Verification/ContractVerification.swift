import Contracts
import Ethereum
import JSON
import Wire

/// Whether the contract at an address is one of ours as it is shipped: its code, its immutables,
/// the creation that made it, and what its getters answer beside what its events tell.
///
/// Code alone proves little: who creates a contract by code of his own can put any word into its
/// storage, an owner to come or a sleeping operator, and then return the genuine code.
public struct ContractVerification: Sendable {
    public let address: Address
    public let comparison: CodeComparison
    /// The transaction that created it; nil where it was not compared.
    public let creation: Hash32?
    /// The constructor's arguments, decoded from the creation.
    public let arguments: [NamedValue]
    /// Why the creation was not looked at; nil where it was.
    public let creationNote: String?
    /// Getters that were compared with the contract's events.
    public let state: [StateExpectation]
    /// Why they were not; nil where they were.
    public let stateNote: String?
    /// Nobody asks for more than the code.
    public let isRuntimeOnly: Bool
    /// Everything that is not as shipped; empty where all that was looked at is.
    public let differences: [CodeDifference]

    /// Why a contract is not found to be the shipped one.
    public enum Reason: String, Sendable {
        /// Something is not as shipped.
        case differs
        /// What the creation put into the storage is not known.
        case creationNotCompared
        /// What was set since is not known.
        case stateNotCompared
    }

    public var reason: Reason? {
        if !differences.isEmpty { return .differs }
        if isRuntimeOnly { return nil }
        if creation == nil { return .creationNotCompared }
        return stateNote == nil ? nil : .stateNotCompared
    }

    public var matches: Bool { reason == nil }

    /// What was not compared, in words; empty where nothing is left.
    public var notCompared: [String] {
        var parts: [String] = []
        if creation == nil {
            parts.append(
                "what its creation put into its storage: an owner to come or an operator may stand "
                    + "there of whom no event tells")
        }
        if stateNote != nil { parts.append("what its getters answer, beside its events") }
        return parts
    }

    /// Reads a contract from a node. `creation` names the transaction that created it; without it
    /// the node's history is searched, but for `runtimeOnly`. Blocks; not to be called on an event
    /// loop.
    public static func read(
        _ address: Address, as contract: ShippedContract? = nil, creation named: Hash32? = nil,
        runtimeOnly: Bool = false, from node: JSONRPCClient
    ) throws -> ContractVerification {
        guard let head = try node.call("eth_blockNumber").wait().quantity64 else {
            throw Malformed(what: "eth_blockNumber")
        }
        let code = try node.call("eth_getCode", [.address(address), .quantity(head)]).wait()
        guard let bytes = code.data else { throw Malformed(what: "eth_getCode") }
        let comparison = CodeComparison(code: bytes, as: contract)
        var differences = comparison.differences
        var arguments: [NamedValue] = []
        var creation: Hash32?
        var creationNote: String?
        do {
            guard !bytes.isEmpty else { throw NotThere("there is no code") }
            guard named != nil || !runtimeOnly else {
                throw NotThere("only the code was asked for")
            }
            guard let hash = try named ?? find(address, head, node) else {
                throw NotThere(
                    "no transaction created it directly: a contract did, or the node "
                        + "has not got it")
            }
            let found = comparison.arguments(creation: try input(of: hash, creating: address, node))
            creation = hash
            arguments = found.values
            differences += found.differences
        } catch let reason as NotThere {
            creationNote = reason.text
        }
        var state: [StateExpectation] = []
        var stateNote: String?
        do {
            guard !bytes.isEmpty else { throw NotThere("there is no code") }
            let contract = comparison.contract
            let logs = contract.keepsState ? try logs(of: address, upTo: head, node) : []
            state = StateExpectation.all(of: contract, after: logs, arguments: arguments)
            for (expectation, answer) in zip(state, try answers(to: state, address, head, node)) {
                if let difference = expectation.difference(answer: answer) {
                    differences.append(difference)
                }
            }
        } catch let reason as NotThere {
            stateNote = reason.text
        }
        return ContractVerification(
            address: address, comparison: comparison, creation: creation, arguments: arguments,
            creationNote: creationNote, state: state, stateNote: stateNote,
            isRuntimeOnly: runtimeOnly, differences: differences)
    }

    /// An answer of the node that cannot be read.
    struct Malformed: Error, CustomStringConvertible {
        var what: String
        var description: String { "the node's answer is malformed: \(what)" }
    }

    /// What a node does not keep.
    private struct NotThere: Error {
        var text: String
        init(_ text: String) { self.text = text }
    }

    /// The transaction that created a contract, by halving the blocks in which it had no code yet:
    /// some twenty-five questions on mainnet, to a node that keeps old states.
    private static func find(
        _ address: Address, _ head: UInt64, _ node: JSONRPCClient
    ) throws -> Hash32? {
        func exists(_ number: UInt64) throws -> Bool {
            do {
                let code = try node.call("eth_getCode", [.address(address), .quantity(number)])
                    .wait()
                return !(code.data ?? []).isEmpty
            } catch let error as JSONRPCError {
                throw NotThere("the node keeps no state of block \(number): \(error.message)")
            }
        }
        var (without, with) = (UInt64(0), head)
        guard try !exists(0) else { return nil }
        while without + 1 < with {
            let middle = without + (with - without) / 2
            if try exists(middle) { with = middle } else { without = middle }
        }
        let receipts: JSON
        do {
            receipts = try node.call("eth_getBlockReceipts", [.quantity(with)]).wait()
        } catch let error as JSONRPCError {
            throw NotThere("the node gives no receipts of block \(with): \(error.message)")
        }
        return receipts.array?.first { $0["contractAddress"]?.address == address }?[
            "transactionHash"]?.hash
    }

    private static func input(
        of hash: Hash32, creating address: Address, _ node: JSONRPCClient
    ) throws -> [UInt8] {
        let transaction = try node.call("eth_getTransactionByHash", [.hash(hash)]).wait()
        let receipt = try node.call("eth_getTransactionReceipt", [.hash(hash)]).wait()
        guard receipt["contractAddress"]?.address == address else {
            throw NotThere("transaction \(hash) did not create it")
        }
        guard let input = transaction["input"]?.data ?? transaction["data"]?.data else {
            throw Malformed(what: "eth_getTransactionByHash")
        }
        return input
    }

    /// All logs that the contract has written.
    private static func logs(
        of address: Address, upTo head: UInt64, _ node: JSONRPCClient
    ) throws -> [Log] {
        let filter: JSON = [
            "address": .address(address), "fromBlock": "0x0", "toBlock": .quantity(head),
        ]
        let answer: JSON
        do {
            answer = try node.call("eth_getLogs", [filter]).wait()
        } catch let error as JSONRPCError {
            throw NotThere("the node does not give its events: \(error.message)")
        }
        guard let entries = answer.array else { throw Malformed(what: "eth_getLogs") }
        return try entries.map { entry in
            guard entry["address"]?.address == address, let data = entry["data"]?.data,
                let topics = entry["topics"]?.array?.map(\.hash), !topics.contains(nil)
            else { throw Malformed(what: "eth_getLogs") }
            return Log(address: address, topics: topics.compactMap { $0 }, data: data)
        }
    }

    private static func answers(
        to expectations: [StateExpectation], _ address: Address, _ head: UInt64,
        _ node: JSONRPCClient
    ) throws -> [[UInt8]] {
        guard !expectations.isEmpty else { return [] }
        let calls = expectations.map { expectation in
            JSONRPCCall(
                "eth_call",
                [
                    ["to": .address(address), "input": .data(expectation.call)], .quantity(head),
                ])
        }
        return try node.batch(calls).wait().map { answer in
            switch answer {
            case .success(let json):
                guard let data = json.data else { throw Malformed(what: "eth_call") }
                return data
            // Other code than the shipped one may have no such getter: that is a difference.
            case .failure: return []
            }
        }
    }

    // MARK: Reports

    /// The members of the JSON object.
    public var members: [JSON.Member] {
        func object(_ values: [NamedValue]) -> JSON {
            .object(values.map { .init($0.name, .string($0.text)) })
        }
        func text(_ note: String?) -> JSON { note.map { .string($0) } ?? .null }
        return [
            .init("address", .string(address.checksummed)),
            .init("contract", .string(comparison.contract.rawValue)),
            .init("matches", .bool(matches)),
            .init("reason", text(reason?.rawValue)),
            .init("runtimeOnly", .bool(isRuntimeOnly)),
            .init("codeMatches", .bool(comparison.differences.isEmpty)),
            .init("immutables", object(comparison.immutables)),
            .init("creationTransaction", creation.map { .hash($0) } ?? .null),
            .init("constructorArguments", creation == nil ? .null : object(arguments)),
            .init("creationNote", text(creationNote)),
            .init(
                "state",
                .object(
                    state.map {
                        .init($0.name, .array($0.texts.map { .string($0) }))
                    })),
            .init("stateNote", text(stateNote)),
            .init("notCompared", .array(notCompared.map { .string($0) })),
            .init("differences", .array(differences.map { .string($0.description) })),
        ]
    }

    /// The report as lines for people.
    public var lines: [String] {
        let name = comparison.contract.rawValue
        let finding =
            switch reason {
            case nil where isRuntimeOnly: "has the code of the shipped \(name)"
            case nil: "is the shipped \(name)"
            case .differs?: "is NOT the shipped \(name)"
            case let reason?: "is NOT found to be the shipped \(name): \(reason.rawValue)"
            }
        var lines = ["\(address.checksummed) \(finding)"]
        for value in comparison.immutables { lines.append("  \(value.name) = \(value.text)") }
        if let creation {
            lines.append("  created by \(creation)")
            for value in arguments { lines.append("  \(value.name): \(value.text)") }
        } else if let creationNote {
            lines.append("  its creation was not compared: \(creationNote)")
        }
        if let stateNote { lines.append("  its state was not compared: \(stateNote)") }
        for expectation in state {
            let words = expectation.texts.joined(separator: ", ")
            lines.append("  by its events \(expectation.name) is \(words)")
        }
        for part in notCompared { lines.append("  not compared: \(part)") }
        for difference in differences { lines.append("  differs: \(difference)") }
        if reason == .creationNotCompared {
            lines.append(
                "  name the transaction with --creation-tx, or ask for the code alone with "
                    + "--runtime-only")
        }
        return lines
    }
}
