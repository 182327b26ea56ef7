import Contracts
import Ethereum
import JSON
import Wire

/// Whether the contract at an address is one of ours as it is shipped: its code, its immutables,
/// and the creation that made it.
public struct ContractVerification: Sendable {
    public let address: Address
    public let comparison: CodeComparison
    /// The transaction that created it; nil where the node has not got it.
    public let creation: Hash32?
    /// The constructor's arguments, decoded from the creation.
    public let arguments: [NamedValue]
    /// Why the creation was not looked at; nil where it was.
    public let creationNote: String?
    /// Everything that is not as shipped; empty where all that could be looked at is.
    public let differences: [CodeDifference]

    public var matches: Bool { differences.isEmpty }

    /// Reads a contract from a node. `creation` names the transaction that created it; without it
    /// the node's history is searched. Blocks; not to be called on an event loop.
    public static func read(
        _ address: Address, as contract: ShippedContract? = nil, creation named: Hash32? = nil,
        from node: JSONRPCClient
    ) throws -> ContractVerification {
        let code = try node.call("eth_getCode", [.address(address), "latest"]).wait()
        guard let bytes = code.data else { throw Malformed(what: "eth_getCode") }
        let comparison = CodeComparison(code: bytes, as: contract)
        var differences = comparison.differences
        var arguments: [NamedValue] = []
        var creation = named
        var note: String?
        if bytes.isEmpty {
            note = "there is no code"
        } else {
            do {
                if creation == nil { creation = try find(address, node) }
                guard let hash = creation else { throw NotThere("the node has not got it") }
                let input = try input(of: hash, creating: address, node)
                let found = comparison.arguments(creation: input)
                arguments = found.values
                differences += found.differences
            } catch let reason as NotThere {
                note = reason.text
                creation = nil
            }
        }
        return ContractVerification(
            address: address, comparison: comparison, creation: creation, arguments: arguments,
            creationNote: note, differences: differences)
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
    private static func find(_ address: Address, _ node: JSONRPCClient) throws -> Hash32? {
        guard let head = try node.call("eth_blockNumber").wait().quantity64 else {
            throw Malformed(what: "eth_blockNumber")
        }
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

    // MARK: Reports

    /// The members of the JSON object.
    public var members: [JSON.Member] {
        func object(_ values: [NamedValue]) -> JSON {
            .object(values.map { .init($0.name, .string($0.text)) })
        }
        return [
            .init("address", .string(address.checksummed)),
            .init("contract", .string(comparison.contract.rawValue)),
            .init("matches", .bool(matches)),
            .init("codeMatches", .bool(comparison.differences.isEmpty)),
            .init("immutables", object(comparison.immutables)),
            .init("creationTransaction", creation.map { .hash($0) } ?? .null),
            .init("constructorArguments", creation == nil ? .null : object(arguments)),
            .init("creationNote", creationNote.map { .string($0) } ?? .null),
            .init("differences", .array(differences.map { .string($0.description) })),
        ]
    }

    /// The report as lines for people.
    public var lines: [String] {
        var lines = [
            "\(address.checksummed) "
                + (matches ? "is" : "is NOT") + " the shipped \(comparison.contract.rawValue)"
        ]
        for value in comparison.immutables { lines.append("  \(value.name) = \(value.text)") }
        if let creation {
            lines.append("  created by \(creation)")
            for value in arguments { lines.append("  \(value.name): \(value.text)") }
        } else if let creationNote {
            lines.append("  its creation was not compared: \(creationNote)")
        }
        for difference in differences { lines.append("  differs: \(difference)") }
        return lines
    }
}
