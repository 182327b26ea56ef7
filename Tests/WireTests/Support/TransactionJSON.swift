import Ethereum
import JSON
import Testing
import Wire

/// The object by which geth describes a pending transaction.
func transactionJSON(_ signed: SignedTransaction, from: Address) -> JSON {
    let transaction = signed.transaction
    let type = transaction.type
    var members: [JSON.Member] = []
    func add(_ key: String, _ value: JSON) { members.append(JSON.Member(key, value)) }
    add("blockHash", .null)
    add("blockNumber", .null)
    add("from", .address(from))
    add("gas", .quantity(transaction.gasLimit))
    add("gasPrice", .quantity(transaction.maxFeePerGas))
    if type != .legacy, type != .accessList {
        add("maxFeePerGas", .quantity(transaction.maxFeePerGas))
        add("maxPriorityFeePerGas", .quantity(transaction.maxPriorityFeePerGas))
    }
    if type == .blob { add("maxFeePerBlobGas", .quantity(transaction.maxFeePerBlobGas)) }
    add("hash", .hash(signed.hash))
    add("input", .data(transaction.data))
    add("nonce", .quantity(transaction.nonce))
    add("to", transaction.to.map(JSON.address) ?? .null)
    add("transactionIndex", .null)
    add("value", .quantity(transaction.value))
    add("type", .quantity(UInt64(type.rawValue)))
    if type != .legacy { add("accessList", accessListJSON(transaction.accessList)) }
    if let chainId = transaction.chainId { add("chainId", .quantity(chainId)) }
    if type == .blob {
        add("blobVersionedHashes", .array(transaction.blobVersionedHashes.map(JSON.hash)))
    }
    if type == .setCode {
        add("authorizationList", .array(transaction.authorizationList.map(authorizationJSON)))
    }
    let parity = UInt256(signed.signature.yParity)
    if type == .legacy {
        let base = transaction.chainId.map { UInt256($0) << 1 &+ 35 } ?? 27
        add("v", .quantity(base &+ parity))
    } else {
        add("v", .quantity(parity))
    }
    add("r", .quantity(signed.signature.r))
    add("s", .quantity(signed.signature.s))
    if type != .legacy { add("yParity", .quantity(parity)) }
    return .object(members)
}

/// A notification of `eth_subscribe`.
func notification(_ id: String, _ result: JSON) -> JSON {
    JSONRPC.notification(
        method: "eth_subscription", params: ["subscription": .string(id), "result": result])
}

private func accessListJSON(_ entries: [AccessListEntry]) -> JSON {
    .array(
        entries.map { entry in
            [
                "address": .address(entry.address),
                "storageKeys": .array(entry.storageKeys.map { .hash(Hash32(word: $0)) }),
            ]
        })
}

private func authorizationJSON(_ authorization: Authorization) -> JSON {
    [
        "chainId": .quantity(authorization.chainId), "address": .address(authorization.address),
        "nonce": .quantity(authorization.nonce),
        "yParity": .quantity(authorization.signature.yParity),
        "r": .quantity(authorization.signature.r), "s": .quantity(authorization.signature.s),
    ]
}

/// One transaction of each of the five types, and both legacy forms, signed by a fixed key.
func sampleTransactions() throws -> [SignedTransaction] {
    let key = try #require(PrivateKey(bytes: [UInt8](repeating: 7, count: 32)))
    let to = Address(word: 0x1234_5678)
    let list = [AccessListEntry(address: to, storageKeys: [1, .max])]
    let authorization = Authorization(
        chainId: 0, address: to, nonce: .max, signature: Signature(yParity: 1, r: 5, s: .max))
    func make(
        _ type: TransactionType, _ chainId: UInt64?, to: Address?, data: [UInt8]
    ) throws -> SignedTransaction {
        let hasOnePrice = type == .legacy || type == .accessList
        var transaction = Transaction(
            type: type, chainId: chainId, nonce: 0, maxFeePerGas: 30_000_000_000,
            maxPriorityFeePerGas: hasOnePrice ? 30_000_000_000 : 1, gasLimit: 210_000, to: to,
            value: 1, data: data)
        if type != .legacy { transaction.accessList = list }
        if type == .blob {
            transaction.maxFeePerBlobGas = 9
            transaction.blobVersionedHashes = [Hash32(word: 1), Hash32(word: .max)]
        }
        if type == .setCode { transaction.authorizationList = [authorization, authorization] }
        return try SignedTransaction(transaction, signedBy: key)
    }
    return [
        try make(.legacy, nil, to: to, data: []),
        try make(.legacy, .max, to: nil, data: Array(0...255)),
        try make(.accessList, 1, to: nil, data: [1]),
        try make(.feeMarket, 1, to: to, data: [UInt8](repeating: 0xab, count: 231)),
        try make(.blob, 1, to: to, data: []),
        try make(.setCode, 1, to: to, data: [0]),
    ]
}
