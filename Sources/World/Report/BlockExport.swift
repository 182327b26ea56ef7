import Chain
import EVM
import Ethereum

/// A block with everything that another engine needs to execute it again offline: header and
/// parent, raw transactions, the state that execution read, all code, the state afterwards, and the
/// receipts.
public struct BlockExport: Sendable {
    private let chain: Blockchain
    private let block: Block
    private let parent: Block
    private let after: WorldState

    /// The export of block `number`; nil where the chain does not have it or it is the genesis.
    public init?(chain: Blockchain, number: UInt64) {
        guard number > 0, let block = chain.block(number), let parent = chain.block(number - 1),
            let after = chain.state(after: number)
        else { return nil }
        self.chain = chain
        self.block = block
        self.parent = parent
        self.after = after
    }

    /// One JSON object: quantities in hexadecimal, keys in a fixed order.
    public var json: JSONText {
        .object([
            ("block", .integer(Int64(clamping: block.number))),
            ("chainId", .integer(Int64(clamping: chain.chainId))),
            ("header", Self.header(block)),
            ("parentHeader", Self.header(parent)),
            ("withdrawals", .array([])),
            ("transactions", .array(block.transactions.map(Self.transaction))),
            ("pre", .object(block.accessed.entries.compactMap(pre))),
            ("codes", .object(codes)),
            ("post", .object(postAddresses.compactMap(post))),
            ("receipts", .array(block.transactions.enumerated().map(Self.receipt))),
        ])
    }

    // MARK: State

    private func pre(_ entry: AccessedState.Entry) -> (String, JSONText)? {
        guard let account = entry.account else { return nil }
        return (
            entry.address.description,
            .object([
                ("balance", .string(account.balance.hexQuantity)),
                ("nonce", .string(UInt256(account.nonce).hexQuantity)),
                ("codeHash", .string(account.codeHash.description)),
                ("storage", Self.storage(entry.storage)),
            ])
        )
    }

    /// Every code that an account had before the block, by its hash.
    private var codes: [(String, JSONText)] {
        let hashes = Set(block.accessed.entries.compactMap { $0.account?.codeHash })
            .subtracting([Keccak256.ofEmpty])
        return hashes.sorted().compactMap { hash in
            after.code(hash).map { (hash.description, .string(Hex.prefixed($0.bytes))) }
        }
    }

    /// Everything read or written.
    private var postAddresses: [Address] {
        Set(block.accessed.entries.map(\.address)).union(block.changes.accounts.map(\.address))
            .sorted()
    }

    private func post(_ address: Address) -> (String, JSONText)? {
        guard let account = after.account(address) else { return nil }
        let read = block.accessed.entries.first { $0.address == address }?.storage.map(\.slot) ?? []
        let written =
            block.changes.accounts.first { $0.address == address }?.storage.map(\.slot) ?? []
        let slots = Set(read).union(written).sorted()
        return (
            address.description,
            .object([
                ("balance", .string(account.balance.hexQuantity)),
                ("nonce", .string(UInt256(account.nonce).hexQuantity)),
                ("codeHash", .string(account.codeHash.description)),
                ("storageHash", .string(after.storageRoot(of: address).description)),
                (
                    "storage",
                    Self.storage(slots.map { ($0, after.storage(address, slot: $0)) })
                ),
            ])
        )
    }

    /// Slots that are not 0.
    private static func storage(_ slots: [(slot: UInt256, value: UInt256)]) -> JSONText {
        .object(
            slots.filter { !$0.value.isZero }.map {
                ($0.slot.hexWord, .string($0.value.hexQuantity))
            })
    }

    // MARK: Block

    private static func header(_ block: Block) -> JSONText {
        let header = block.header
        func quantity(_ value: UInt64) -> JSONText { .string(UInt256(value).hexQuantity) }
        func hash(_ value: Hash32) -> JSONText { .string(value.description) }
        var members: [(String, JSONText)] = [
            ("hash", hash(block.hash)),
            ("parentHash", hash(header.parentHash)),
            ("sha3Uncles", hash(header.ommersHash)),
            ("miner", .string(header.coinbase.description)),
            ("stateRoot", hash(header.stateRoot)),
            ("transactionsRoot", hash(header.transactionsRoot)),
            ("receiptsRoot", hash(header.receiptsRoot)),
            ("logsBloom", .string(Hex.prefixed(header.logsBloom.bytes))),
            ("difficulty", .string(header.difficulty.hexQuantity)),
            ("number", quantity(header.number)),
            ("gasLimit", quantity(header.gasLimit)),
            ("gasUsed", quantity(header.gasUsed)),
            ("timestamp", quantity(header.timestamp)),
            ("extraData", .string(Hex.prefixed(header.extraData))),
            ("mixHash", hash(header.prevRandao)),
            ("nonce", .string("0x0000000000000000")),
        ]
        if let fee = header.baseFeePerGas {
            members.append(("baseFeePerGas", .string(fee.hexQuantity)))
        }
        if let root = header.withdrawalsRoot { members.append(("withdrawalsRoot", hash(root))) }
        if let gas = header.blobGasUsed { members.append(("blobGasUsed", quantity(gas))) }
        if let gas = header.excessBlobGas { members.append(("excessBlobGas", quantity(gas))) }
        if let root = header.parentBeaconBlockRoot {
            members.append(("parentBeaconBlockRoot", hash(root)))
        }
        return .object(members)
    }

    private static func transaction(_ executed: ExecutedTransaction) -> JSONText {
        .object([
            ("hash", .string(executed.signed.hash.description)),
            ("type", .integer(Int64(executed.signed.transaction.type.rawValue))),
            ("from", .string(executed.sender.description)),
            ("to", executed.signed.transaction.to.map { .string($0.description) } ?? .null),
            ("raw", .string(Hex.prefixed(executed.signed.raw))),
        ])
    }

    private static func receipt(_ index: Int, _ executed: ExecutedTransaction) -> JSONText {
        let receipt = executed.receipt
        return .object([
            ("index", .integer(Int64(index))),
            ("hash", .string(executed.signed.hash.description)),
            ("type", .integer(Int64(receipt.type.rawValue))),
            ("status", .integer(executed.outcome.status == .success ? 1 : 0)),
            ("cumulativeGasUsed", .integer(Int64(clamping: receipt.cumulativeGasUsed))),
            (
                "logs",
                .array(
                    receipt.logs.map { log in
                        .object([
                            ("address", .string(log.address.description)),
                            ("topics", .array(log.topics.map { .string($0.description) })),
                            ("data", .string(Hex.prefixed(log.data))),
                        ])
                    })
            ),
        ])
    }
}
