import Chain
import Ethereum
import JSON
import Wire

/// The parameters of one call, read strictly: what does not fit is an error that names it (-32602).
struct Parameters {
    private let values: JSON

    init(_ values: JSON) { self.values = values }

    func value(_ index: Int) -> JSON? {
        values[index].flatMap { $0.isNull ? nil : $0 }
    }

    func invalid(_ index: Int, _ expected: String) -> JSONRPCError {
        JSONRPCError.invalidParams(
            "invalid argument \(index): expected \(expected), got "
                + (value(index).map { String($0.text.prefix(80)) } ?? "nothing"))
    }

    func address(_ index: Int) throws(JSONRPCError) -> Address {
        guard let address = value(index)?.address else { throw invalid(index, "an address") }
        return address
    }

    func hash(_ index: Int) throws(JSONRPCError) -> Hash32 {
        guard let hash = value(index)?.hash else { throw invalid(index, "a 32-byte hash") }
        return hash
    }

    func data(_ index: Int) throws(JSONRPCError) -> [UInt8] {
        guard let data = value(index)?.data else { throw invalid(index, "hexadecimal data") }
        return data
    }

    func quantity(_ index: Int) throws(JSONRPCError) -> UInt256 {
        guard let quantity = value(index)?.quantity else { throw invalid(index, "a quantity") }
        return quantity
    }

    /// A slot: a quantity, or a word of up to 32 bytes with leading zeros.
    func slot(_ index: Int) throws(JSONRPCError) -> UInt256 {
        guard let text = value(index)?.string, let slot = UInt256(hex: text) else {
            throw invalid(index, "a storage slot")
        }
        return slot
    }

    func flag(_ index: Int) -> Bool { value(index)?.bool ?? false }

    /// The block that a tag, number or hash (EIP-1898) names; the head where there is none.
    func block(_ index: Int, of chain: Blockchain) throws(JSONRPCError) -> Block {
        guard value(index) != nil else { return chain.head }
        let name = try blockName(index)
        guard let block = name.block(of: chain) else {
            throw JSONRPCError.server("header not found: \(name)")
        }
        return block
    }

    /// The same, nil for a block that the chain does not have; the block must be named.
    func knownBlock(_ index: Int, of chain: Blockchain) throws(JSONRPCError) -> Block? {
        try blockName(index).block(of: chain)
    }

    /// How a parameter names a block, whether or not there is such a block.
    func blockName(_ index: Int) throws(JSONRPCError) -> BlockName {
        let value = value(index) ?? .null
        switch value.string {
        case "latest", "pending", "safe", "finalized": return .head
        case "earliest": return .number(0)
        default: break
        }
        if let hash = value["blockHash"]?.hash ?? value.hash { return .hash(hash) }
        guard let number = (value["blockNumber"] ?? value).quantity else {
            throw invalid(index, "a block number, tag or hash")
        }
        // No chain has so many blocks: a number beyond 64 bits is one that is not there.
        return .number(number.asUInt64 ?? .max)
    }
}

/// A block by tag, number or hash. There is no block in the making that could be asked for, so that
/// `pending` is the head, as are the tags of finality.
enum BlockName: CustomStringConvertible {
    case head
    case number(UInt64)
    case hash(Hash32)

    func block(of chain: Blockchain) -> Block? {
        switch self {
        case .head: chain.head
        case .number(let number): chain.block(number)
        case .hash(let hash): chain.blocks.last { $0.hash == hash }
        }
    }

    var description: String {
        switch self {
        case .head: "the head"
        case .number(let number): "block \(number)"
        case .hash(let hash): "block \(hash)"
        }
    }
}

/// The call object of `eth_call` and its kin.
struct CallRequest {
    var from: Address
    var to: Address?
    var gasLimit: UInt64?
    var gasPrice: UInt256?
    var maxPriorityFeePerGas: UInt256?
    var value: UInt256
    var data: [UInt8]
    var nonce: UInt64?

    init(_ parameters: Parameters, _ index: Int) throws(JSONRPCError) {
        guard let object = parameters.value(index), object.object != nil else {
            throw parameters.invalid(index, "a call object")
        }
        func quantity(_ key: String) throws(JSONRPCError) -> UInt256? {
            guard let field = object[key], !field.isNull else { return nil }
            guard let value = field.quantity else {
                throw parameters.invalid(index, "a quantity in \(key)")
            }
            return value
        }
        func address(_ key: String) throws(JSONRPCError) -> Address? {
            guard let field = object[key], !field.isNull, field.string != "" else { return nil }
            guard let value = field.address else {
                throw parameters.invalid(index, "an address in \(key)")
            }
            return value
        }
        from = try address("from") ?? .zero
        to = try address("to")
        gasLimit = try quantity("gas")?.asUInt64
        let maxFee = try quantity("maxFeePerGas")
        gasPrice = if let maxFee { maxFee } else { try quantity("gasPrice") }
        maxPriorityFeePerGas = try quantity("maxPriorityFeePerGas")
        value = try quantity("value") ?? .zero
        nonce = try quantity("nonce")?.asUInt64
        func bytes(_ key: String) throws(JSONRPCError) -> [UInt8]? {
            guard let field = object[key], !field.isNull else { return nil }
            guard let bytes = field.data else {
                throw parameters.invalid(index, "hexadecimal data in \(key)")
            }
            return bytes
        }
        let (input, older) = (try bytes("input"), try bytes("data"))
        guard input == nil || older == nil || input == older else {
            throw parameters.invalid(index, "the same bytes in input and data")
        }
        data = input ?? older ?? []
    }
}
