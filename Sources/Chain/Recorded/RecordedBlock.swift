import EVM
import Ethereum
import JSON

/// A block from a file that holds everything to execute it offline, and what came of it: header and
/// parent, raw transactions, withdrawals, the state before, the state after, receipts.
public struct RecordedBlock: Sendable {
    /// An account after the block; slots that are not listed are 0.
    struct AccountAfter: Sendable {
        var account: Account
        var storage: [UInt256: UInt256]
    }

    /// What the file says of a transaction's receipt.
    struct RecordedReceipt: Sendable {
        var succeeded: Bool
        var cumulativeGasUsed: UInt64
        var logs: [Log]
    }

    public let block: NetworkBlock
    /// The hash that the file gives the block.
    let hash: Hash32
    /// The senders that the file names, in the order of the transactions.
    package let senders: [Address]
    package let before: RecordedState
    let after: [Address: AccountAfter]
    let receipts: [RecordedReceipt]
    /// A fork that the file names, for a chain that is not known.
    let forkName: String?

    /// Reads the bytes of a JSON file.
    public init(json bytes: [UInt8]) throws {
        guard let fields = try JSON(parsing: bytes, limits: .file).asObject else {
            throw FieldError(field: "the file", expected: "an object", found: "another value")
        }
        try self.init(fields)
    }

    /// Reads the fields of a file.
    package init(_ fields: JSONObject) throws {
        let headerFields = try fields.object("header")
        hash = try headerFields.hash("hash")
        let header = try BlockHeader(recorded: headerFields)
        let parent = try BlockHeader(recorded: fields.object("parentHeader"))
        var transactions: [SignedTransaction] = []
        var senders: [Address] = []
        for item in try fields.objects("transactions") {
            transactions.append(try SignedTransaction(decoding: item.bytes("raw")))
            senders.append(try item.address("from"))
        }
        let signedChain = transactions.lazy.compactMap(\.transaction.chainId).first
        let chainId = fields.holds("chainId") ? try fields.uint64("chainId") : signedChain ?? 1
        block = NetworkBlock(
            chainId: chainId, header: header, parent: parent, transactions: transactions,
            withdrawals: try fields.holds("withdrawals")
                ? fields.objects("withdrawals").map { try Withdrawal(recorded: $0) } : [],
            ommers: try fields.holds("uncles")
                ? fields.objects("uncles").map {
                    .init(number: try $0.uint64("number"), miner: try $0.address("miner"))
                } : [])
        self.senders = senders
        forkName = fields["fork"]?.string
        before = try RecordedState(
            accounts: fields.object("pre"), codes: fields.object("codes"),
            parent: (parent.number, header.parentHash))
        receipts = try fields.objects("receipts").map { try RecordedReceipt(recorded: $0) }
        after = try Self.accounts(fields.object("post"))
    }

    private static func accounts(
        _ post: JSONObject
    ) throws(FieldError) -> [Address: AccountAfter] {
        var accounts: [Address: AccountAfter] = [:]
        for member in post.members {
            guard let address = Address(hex: member.key), let fields = member.value.asObject else {
                throw FieldError(
                    field: "post", expected: "an address and an object", found: member.key)
            }
            accounts[address] = AccountAfter(
                account: Account(
                    nonce: try fields.uint64("nonce"), balance: try fields.word("balance"),
                    codeHash: try fields.hash("codeHash")),
                storage: try RecordedState.slots(fields.object("storage")))
        }
        return accounts
    }

    /// The rules of the block: those of its chain at its time; for a chain without schedule, those
    /// that the file names or the header's fields tell.
    func activation() throws(ForkRefusal) -> (ForkActivation, depositContract: Address?) {
        let header = block.header
        let schedule = ForkSchedule.all.first { $0.chainId == block.chainId }
        if let forkName {
            let name = forkName.lowercased()
            guard let fork = Fork.allCases.first(where: { "\($0)" == name }) else {
                throw .notExecuted(
                    name: forkName, chainId: block.chainId, number: header.number)
            }
            let rules = ForkActivation(forkName, fork, .block(0), blobs: .of(fork))
            return (rules, schedule?.depositContract)
        }
        guard let schedule else {
            let fork = header.forkOfFields
            return (ForkActivation("\(fork)", fork, .block(0), blobs: .of(fork)), nil)
        }
        let rules = try schedule.rules(number: header.number, timestamp: header.timestamp)
        // The merge was by difficulty, and may lie a little before the block in the schedule.
        guard header.forkOfFields <= max(rules.fork, .paris) else {
            throw .notScheduled(
                fork: header.forkOfFields, scheduled: rules.name, chainId: block.chainId,
                number: header.number)
        }
        return (rules, schedule.depositContract)
    }
}

extension BlobParameters {
    /// The parameters with which a fork came; nil before there were blobs.
    static func of(_ fork: Fork) -> BlobParameters? {
        fork < .cancun ? nil : fork < .prague ? .cancun : .prague
    }
}

extension Withdrawal {
    fileprivate init(recorded fields: JSONObject) throws(FieldError) {
        self.init(
            index: try fields.uint64("index"),
            validatorIndex: try fields.uint64("validatorIndex"),
            address: try fields.address("address"), amountGwei: try fields.uint64("amount"))
    }
}

extension RecordedBlock.RecordedReceipt {
    fileprivate init(recorded fields: JSONObject) throws(FieldError) {
        succeeded = try fields.uint64("status") == 1
        cumulativeGasUsed = try fields.uint64("cumulativeGasUsed")
        logs = []
        for item in try fields.objects("logs") { logs.append(try Log(recorded: item)) }
    }
}

extension Log {
    /// A log of the fields that nodes answer with (eth_getLogs).
    package init(recorded fields: JSONObject) throws(FieldError) {
        var topics: [Hash32] = []
        for topic in try fields.array("topics") {
            guard let hash = topic.string.flatMap({ Hash32(hex: $0) }) else {
                throw FieldError(field: "topics", expected: "hashes", found: topic.excerpt)
            }
            topics.append(hash)
        }
        self.init(
            address: try fields.address("address"), topics: topics, data: try fields.bytes("data"))
    }
}
