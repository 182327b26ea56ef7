import Chain
import Ethereum
import JSON
import Wire

/// Which logs a client asks for: of which blocks, contracts and topics.
struct LogFilter {
    private var addresses: Set<Address>?
    /// Per position the topics of which one must stand there; nil for any.
    private var topics: [Set<Hash32>?]
    private var blocks: ClosedRange<UInt64>?

    /// The filter of a call; block bounds are those that the chain has.
    init(_ parameters: Parameters, _ index: Int, chain: Blockchain) throws(JSONRPCError) {
        guard let object = parameters.value(index), object.object != nil else {
            throw parameters.invalid(index, "a filter object")
        }
        try self.init(object, parameters, index)
        if let hash = object["blockHash"], !hash.isNull {
            let block = try Parameters([hash]).block(0, of: chain)
            blocks = block.number...block.number
            return
        }
        let head = chain.head.number
        let from = try Self.bound(object["fromBlock"], head: head)
        let to = try Self.bound(object["toBlock"], head: head)
        guard from.number <= to.number || !from.isStated || !to.isStated else {
            throw JSONRPCError.invalidParams(
                "invalid block range params: from \(from.number) to \(to.number)")
        }
        // Who polls asks from the block after the head on: there is none yet, which is no error.
        let last = min(to.number, head)
        blocks = from.number <= last ? from.number...last : nil
    }

    /// A bound of the range, and whether it is a number: tags and nothing stand for the head.
    private static func bound(
        _ field: JSON?, head: UInt64
    ) throws(JSONRPCError) -> (number: UInt64, isStated: Bool) {
        guard let field, !field.isNull else { return (head, false) }
        switch try Parameters([field]).blockName(0) {
        case .head: return (head, false)
        case .number(let number): return (number, true)
        case .hash: throw JSONRPCError.invalidParams("a range's bounds are numbers or tags")
        }
    }

    /// The filter of a subscription: contracts and topics alone.
    init(
        _ object: JSON, _ parameters: Parameters, _ index: Int
    ) throws(JSONRPCError) {
        func address(_ json: JSON) throws(JSONRPCError) -> Address {
            guard let address = json.address else {
                throw parameters.invalid(index, "an address in address")
            }
            return address
        }
        if let field = object["address"], !field.isNull {
            var set: Set<Address> = []
            for element in field.array ?? [field] { set.insert(try address(element)) }
            addresses = set
        }
        topics = []
        for position in object["topics"]?.array ?? [] {
            if position.isNull {
                topics.append(nil)
                continue
            }
            var set: Set<Hash32> = []
            for element in position.array ?? [position] {
                guard let hash = element.hash else {
                    throw parameters.invalid(index, "32-byte topics")
                }
                set.insert(hash)
            }
            topics.append(set.isEmpty ? nil : set)
        }
    }

    /// Whether a log is asked for.
    func matches(_ log: Log) -> Bool {
        if let addresses, !addresses.contains(log.address) { return false }
        guard topics.count <= log.topics.count else { return false }
        return zip(topics, log.topics).allSatisfy { wanted, topic in
            wanted?.contains(topic) ?? true
        }
    }

    /// The logs of one block that are asked for.
    func logs(of block: Block, removed: Bool = false) -> [JSON] {
        var result: [JSON] = []
        var logIndex = 0
        for (index, executed) in block.transactions.enumerated() {
            for log in executed.receipt.logs {
                if matches(log) {
                    result.append(
                        BlockJSON.log(
                            log, block: block, index: index, logIndex: logIndex, removed: removed))
                }
                logIndex += 1
            }
        }
        return result
    }

    /// The logs of the filter's blocks.
    func logs(of chain: Blockchain) -> [JSON] {
        guard let blocks else { return [] }
        return blocks.flatMap { number in chain.block(number).map { logs(of: $0) } ?? [] }
    }
}
