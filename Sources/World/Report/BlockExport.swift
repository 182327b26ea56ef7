import Chain
import EVM
import Ethereum
import JSON
import Wire

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
    public var json: JSON {
        .object([
            .init("block", .integer(Int64(clamping: block.number))),
            .init("chainId", .integer(Int64(clamping: chain.chainId))),
            .init("header", Self.header(block)),
            .init("parentHeader", Self.header(parent)),
            .init("withdrawals", .array([])),
            .init("transactions", .array(block.transactions.map(Self.transaction))),
            .init("pre", .object(block.accessed.entries.compactMap(pre))),
            .init("codes", .object(codes)),
            .init("post", .object(postAddresses.compactMap(post))),
            .init("receipts", .array(block.transactions.enumerated().map(Self.receipt))),
        ])
    }

    // MARK: State

    private func pre(_ entry: AccessedState.Entry) -> JSON.Member? {
        guard let account = entry.account else { return nil }
        return .init(
            entry.address.description,
            .object([
                .init("balance", .string(account.balance.hexQuantity)),
                .init("nonce", .string(UInt256(account.nonce).hexQuantity)),
                .init("codeHash", .string(account.codeHash.description)),
                .init("storage", Self.storage(entry.storage)),
            ])
        )
    }

    /// Every code that an account had before the block, by its hash.
    private var codes: [JSON.Member] {
        let hashes = Set(block.accessed.entries.compactMap { $0.account?.codeHash })
            .subtracting([Keccak256.ofEmpty])
        return hashes.sorted().compactMap { hash in
            after.code(hash).map { .init(hash.description, .string(Hex.prefixed($0.bytes))) }
        }
    }

    /// Everything read or written.
    private var postAddresses: [Address] {
        Set(block.accessed.entries.map(\.address)).union(block.changes.accounts.map(\.address))
            .sorted()
    }

    private func post(_ address: Address) -> JSON.Member? {
        guard let account = after.account(address) else { return nil }
        let read = block.accessed.entries.first { $0.address == address }?.storage.map(\.slot) ?? []
        let written =
            block.changes.accounts.first { $0.address == address }?.storage.map(\.slot) ?? []
        let slots = Set(read).union(written).sorted()
        return .init(
            address.description,
            .object([
                .init("balance", .string(account.balance.hexQuantity)),
                .init("nonce", .string(UInt256(account.nonce).hexQuantity)),
                .init("codeHash", .string(account.codeHash.description)),
                .init("storageHash", .string(after.storageRoot(of: address).description)),
                .init(
                    "storage",
                    Self.storage(slots.map { ($0, after.storage(address, slot: $0)) })
                ),
            ])
        )
    }

    /// Slots that are not 0.
    private static func storage(_ slots: [(slot: UInt256, value: UInt256)]) -> JSON {
        .object(
            slots.filter { !$0.value.isZero }.map {
                .init($0.slot.hexWord, .string($0.value.hexQuantity))
            })
    }

    // MARK: Block

    private static func header(_ block: Block) -> JSON {
        let header = block.header
        func quantity(_ value: UInt64) -> JSON { .string(UInt256(value).hexQuantity) }
        func hash(_ value: Hash32) -> JSON { .string(value.description) }
        var members: [JSON.Member] = [
            .init("hash", hash(block.hash)),
            .init("parentHash", hash(header.parentHash)),
            .init("sha3Uncles", hash(header.ommersHash)),
            .init("miner", .string(header.coinbase.description)),
            .init("stateRoot", hash(header.stateRoot)),
            .init("transactionsRoot", hash(header.transactionsRoot)),
            .init("receiptsRoot", hash(header.receiptsRoot)),
            .init("logsBloom", .string(Hex.prefixed(header.logsBloom.bytes))),
            .init("difficulty", .string(header.difficulty.hexQuantity)),
            .init("number", quantity(header.number)),
            .init("gasLimit", quantity(header.gasLimit)),
            .init("gasUsed", quantity(header.gasUsed)),
            .init("timestamp", quantity(header.timestamp)),
            .init("extraData", .string(Hex.prefixed(header.extraData))),
            .init("mixHash", hash(header.prevRandao)),
            .init("nonce", .string("0x0000000000000000")),
        ]
        if let fee = header.baseFeePerGas {
            members.append(.init("baseFeePerGas", .string(fee.hexQuantity)))
        }
        if let root = header.withdrawalsRoot {
            members.append(.init("withdrawalsRoot", hash(root)))
        }
        if let gas = header.blobGasUsed { members.append(.init("blobGasUsed", quantity(gas))) }
        if let gas = header.excessBlobGas { members.append(.init("excessBlobGas", quantity(gas))) }
        if let root = header.parentBeaconBlockRoot {
            members.append(.init("parentBeaconBlockRoot", hash(root)))
        }
        return .object(members)
    }

    private static func transaction(_ executed: ExecutedTransaction) -> JSON {
        .object([
            .init("hash", .string(executed.signed.hash.description)),
            .init("type", .integer(Int64(executed.signed.transaction.type.rawValue))),
            .init("from", .string(executed.sender.description)),
            .init("to", executed.signed.transaction.to.map { .string($0.description) } ?? .null),
            .init("raw", .string(Hex.prefixed(executed.signed.raw))),
        ])
    }

    private static func receipt(_ index: Int, _ executed: ExecutedTransaction) -> JSON {
        let receipt = executed.receipt
        return .object([
            .init("index", .integer(Int64(index))),
            .init("hash", .string(executed.signed.hash.description)),
            .init("type", .integer(Int64(receipt.type.rawValue))),
            .init("status", .integer(executed.outcome.status == .success ? 1 : 0)),
            .init("cumulativeGasUsed", .integer(Int64(clamping: receipt.cumulativeGasUsed))),
            .init(
                "logs",
                .array(
                    receipt.logs.map { log in
                        .object([
                            .init("address", .string(log.address.description)),
                            .init("topics", .array(log.topics.map { .string($0.description) })),
                            .init("data", .string(Hex.prefixed(log.data))),
                        ])
                    })
            ),
        ])
    }
}
