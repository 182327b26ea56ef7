import Chain
import Ethereum
import JSON
import Wire

/// Blocks, transactions, receipts and logs as the JSON-RPC writes them (execution-apis).
package enum BlockJSON {
    /// A header's fields, as `newHeads` announces them and blocks begin with.
    static func header(_ block: Block) -> [JSON.Member] {
        let header = block.header
        var members: [JSON.Member] = [
            .init("hash", .hash(block.hash)),
            .init("parentHash", .hash(header.parentHash)),
            .init("sha3Uncles", .hash(header.ommersHash)),
            .init("miner", .address(header.coinbase)),
            .init("stateRoot", .hash(header.stateRoot)),
            .init("transactionsRoot", .hash(header.transactionsRoot)),
            .init("receiptsRoot", .hash(header.receiptsRoot)),
            .init("logsBloom", .data(header.logsBloom.bytes)),
            .init("difficulty", .quantity(header.difficulty)),
            .init("number", .quantity(header.number)),
            .init("gasLimit", .quantity(header.gasLimit)),
            .init("gasUsed", .quantity(header.gasUsed)),
            .init("timestamp", .quantity(header.timestamp)),
            .init("extraData", .data(header.extraData)),
            .init("mixHash", .hash(header.prevRandao)),
            .init("nonce", .string("0x0000000000000000")),
        ]
        if let fee = header.baseFeePerGas { members.append(.init("baseFeePerGas", .quantity(fee))) }
        if let root = header.withdrawalsRoot {
            members.append(.init("withdrawalsRoot", .hash(root)))
        }
        if let gas = header.blobGasUsed { members.append(.init("blobGasUsed", .quantity(gas))) }
        if let gas = header.excessBlobGas { members.append(.init("excessBlobGas", .quantity(gas))) }
        if let root = header.parentBeaconBlockRoot {
            members.append(.init("parentBeaconBlockRoot", .hash(root)))
        }
        return members
    }

    /// A block with its transactions' hashes, or with the transactions whole.
    static func block(_ block: Block, fullTransactions: Bool) -> JSON {
        var members = header(block)
        members.append(.init("totalDifficulty", .quantity(0 as UInt64)))
        members.append(.init("size", .quantity(UInt64(encodedSize(block)))))
        members.append(.init("uncles", .array([])))
        members.append(.init("withdrawals", .array([])))
        members.append(
            .init(
                "transactions",
                .array(
                    block.transactions.enumerated().map { index, executed in
                        fullTransactions
                            ? transaction(
                                executed.signed, sender: executed.sender,
                                place: (block, index))
                            : .hash(executed.signed.hash)
                    })))
        return .object(members)
    }

    /// Bytes of the block's RLP: header, transactions, no ommers, no withdrawals. Typed
    /// transactions stand in it as byte strings, legacy ones as the lists that they are.
    private static func encodedSize(_ block: Block) -> Int {
        var writer = RLPWriter()
        writer.list { writer in
            writer.appendEncoded(block.header.encoded)
            writer.list { writer in
                for executed in block.transactions {
                    if executed.signed.transaction.type == .legacy {
                        writer.appendEncoded(executed.signed.raw)
                    } else {
                        writer.append(executed.signed.raw)
                    }
                }
            }
            writer.list { _ in }
            writer.list { _ in }
        }
        return writer.bytes.count
    }

    /// A transaction, with its place in a block or, waiting, with none.
    package static func transaction(
        _ signed: SignedTransaction, sender: Address, place: (block: Block, index: Int)?
    ) -> JSON {
        let transaction = signed.transaction
        let signature = signed.signature
        var members: [JSON.Member] = [
            .init("blockHash", place.map { .hash($0.block.hash) } ?? .null),
            .init("blockNumber", place.map { .quantity($0.block.number) } ?? .null),
            .init("transactionIndex", place.map { .quantity(UInt64($0.index)) } ?? .null),
            .init("hash", .hash(signed.hash)),
            .init("type", .quantity(UInt64(transaction.type.rawValue))),
            .init("from", .address(sender)),
            .init("to", transaction.to.map { .address($0) } ?? .null),
            .init("nonce", .quantity(transaction.nonce)),
            .init("gas", .quantity(transaction.gasLimit)),
            .init("value", .quantity(transaction.value)),
            .init("input", .data(transaction.data)),
        ]
        if let chainId = transaction.chainId {
            members.append(.init("chainId", .quantity(chainId)))
        }
        let baseFee = place?.block.header.baseFeePerGas
        let price =
            baseFee.map { transaction.effectiveGasPrice(baseFeePerGas: $0) }
            ?? transaction.maxFeePerGas
        members.append(.init("gasPrice", .quantity(price)))
        switch transaction.type {
        case .legacy: break
        case .accessList: members.append(.init("accessList", accessList(transaction)))
        case .feeMarket, .blob, .setCode:
            members.append(.init("maxFeePerGas", .quantity(transaction.maxFeePerGas)))
            members.append(
                .init("maxPriorityFeePerGas", .quantity(transaction.maxPriorityFeePerGas)))
            members.append(.init("accessList", accessList(transaction)))
        }
        if transaction.type == .setCode {
            members.append(
                .init("authorizationList", .array(transaction.authorizationList.map(authorization)))
            )
        }
        if transaction.type == .legacy {
            let v =
                transaction.chainId.map { $0 * 2 + 35 + signature.yParity }
                ?? 27 + signature.yParity
            members.append(.init("v", .quantity(v)))
        } else {
            members.append(.init("v", .quantity(signature.yParity)))
            members.append(.init("yParity", .quantity(signature.yParity)))
        }
        members.append(.init("r", .quantity(signature.r)))
        members.append(.init("s", .quantity(signature.s)))
        return .object(members)
    }

    private static func accessList(_ transaction: Transaction) -> JSON {
        .array(
            transaction.accessList.map { entry in
                [
                    "address": .address(entry.address),
                    "storageKeys": .array(entry.storageKeys.map { .string($0.hexWord) }),
                ]
            })
    }

    private static func authorization(_ authorization: Authorization) -> JSON {
        [
            "chainId": .quantity(authorization.chainId), "address": .address(authorization.address),
            "nonce": .quantity(authorization.nonce),
            "yParity": .quantity(authorization.signature.yParity),
            "r": .quantity(authorization.signature.r), "s": .quantity(authorization.signature.s),
        ]
    }

    /// A mined transaction's receipt.
    static func receipt(_ block: Block, index: Int) -> JSON {
        let executed = block.transactions[index]
        let receipt = executed.receipt
        let firstLog = block.transactions.prefix(index).reduce(0) { $0 + $1.receipt.logs.count }
        return [
            "transactionHash": .hash(executed.signed.hash),
            "transactionIndex": .quantity(UInt64(index)),
            "blockHash": .hash(block.hash),
            "blockNumber": .quantity(block.number),
            "from": .address(executed.sender),
            "to": executed.signed.transaction.to.map { .address($0) } ?? .null,
            "cumulativeGasUsed": .quantity(receipt.cumulativeGasUsed),
            "gasUsed": .quantity(executed.outcome.gasUsed),
            "effectiveGasPrice": .quantity(executed.outcome.effectiveGasPrice),
            "contractAddress": executed.outcome.createdAddress.map { .address($0) } ?? .null,
            "logs": .array(
                receipt.logs.enumerated().map { offset, log in
                    self.log(log, block: block, index: index, logIndex: firstLog + offset)
                }),
            "logsBloom": .data(receipt.logsBloom.bytes),
            "type": .quantity(UInt64(receipt.type.rawValue)),
            "status": .quantity(executed.outcome.status == .success ? 1 : 0 as UInt64),
        ]
    }

    /// A log with its place; `removed` where the block has left the chain.
    static func log(
        _ log: Log, block: Block, index: Int, logIndex: Int, removed: Bool = false
    ) -> JSON {
        [
            "address": .address(log.address),
            "topics": .array(log.topics.map { .hash($0) }),
            "data": .data(log.data),
            "blockNumber": .quantity(block.number),
            "blockHash": .hash(block.hash),
            "blockTimestamp": .quantity(block.header.timestamp),
            "transactionHash": .hash(block.transactions[index].signed.hash),
            "transactionIndex": .quantity(UInt64(index)),
            "logIndex": .quantity(UInt64(logIndex)),
            "removed": .bool(removed),
        ]
    }
}
