import Ethereum
import JSON

/// A state test's `transaction`: fields of which some are lists, one entry of which each case
/// takes.
struct StateTestTransaction {
    private let fields: JSONObject

    init(_ test: JSONObject) throws(FieldError) {
        fields = try test.object("transaction")
    }

    /// The sender: the field, or the account of the field `secretKey`.
    func sender() throws(FieldError) -> Address {
        if fields["sender"] != nil { return try fields.address("sender") }
        let bytes = try fields.bytes("secretKey")
        guard let key = PrivateKey(bytes: bytes) else {
            throw FieldError(field: "secretKey", expected: "a key", found: "no scalar in range")
        }
        return key.address
    }

    /// The transaction of a case's indexes.
    func transaction(_ indexes: JSONObject) throws(FieldError) -> Transaction {
        let dataIndex = try index("data", indexes)
        let accessList = try accessList(dataIndex)
        let isFeeMarket = fields["maxFeePerGas"] != nil
        let price = try fields.word(isFeeMarket ? "maxFeePerGas" : "gasPrice")
        var transaction = Transaction(
            type: try type(accessList != nil), chainId: StateTestEnvironment.chainId,
            nonce: try fields.uint64("nonce"), maxFeePerGas: price,
            maxPriorityFeePerGas: isFeeMarket ? try fields.word("maxPriorityFeePerGas") : price,
            gasLimit: try element("gasLimit", indexes, of: "gas", "an integer below 2^64") {
                $0.looseQuantity?.asUInt64
            },
            to: fields["to"]?.string == "" ? nil : try fields.address("to"),
            value: try element(
                "value", indexes, of: "value", "an integer below 2^256", \.looseQuantity),
            data: try element("data", indexes, of: "data", "bytes", \.hexBytes),
            accessList: accessList ?? [])
        if fields["maxFeePerBlobGas"] != nil {
            transaction.maxFeePerBlobGas = try fields.word("maxFeePerBlobGas")
            for hash in try fields.array("blobVersionedHashes") {
                guard let hash = hash.string.flatMap({ Hash32(hex: $0) }) else {
                    throw FieldError(
                        field: "blobVersionedHashes", expected: "hashes", found: hash.excerpt)
                }
                transaction.blobVersionedHashes.append(hash)
            }
        }
        if fields["authorizationList"] != nil {
            transaction.authorizationList = try authorizations()
        }
        return transaction
    }

    private func type(_ hasAccessList: Bool) throws(FieldError) -> TransactionType {
        if fields["authorizationList"] != nil { return .setCode }
        if fields["maxFeePerBlobGas"] != nil { return .blob }
        if fields["maxFeePerGas"] != nil { return .feeMarket }
        return hasAccessList ? .accessList : .legacy
    }

    private func index(_ name: String, _ indexes: JSONObject) throws(FieldError) -> Int {
        Int(clamping: try indexes.uint64(name))
    }

    private func element<Value>(
        _ name: String, _ indexes: JSONObject, of indexName: String, _ expected: String,
        _ convert: (JSON) -> Value?
    ) throws(FieldError) -> Value {
        let items = try fields.array(name)
        let index = try index(indexName, indexes)
        guard index < items.count, let value = convert(items[index]) else {
            throw FieldError(
                field: "\(name)[\(index)]", expected: expected,
                found: index < items.count ? items[index].excerpt : "nothing")
        }
        return value
    }

    /// Nil where the case has none: the transaction is of the legacy type then.
    private func accessList(_ index: Int) throws(FieldError) -> [AccessListEntry]? {
        guard fields["accessLists"] != nil else { return nil }
        let lists = try fields.array("accessLists")
        guard index < lists.count, case .array(let entries) = lists[index] else { return nil }
        var accessList: [AccessListEntry] = []
        for entry in entries {
            guard let object = entry.asObject else {
                throw FieldError(field: "accessLists", expected: "objects", found: entry.excerpt)
            }
            var storageKeys: [UInt256] = []
            for key in try object.array("storageKeys") {
                guard let word = key.looseQuantity else {
                    throw FieldError(field: "storageKeys", expected: "words", found: key.excerpt)
                }
                storageKeys.append(word)
            }
            accessList.append(
                AccessListEntry(address: try object.address("address"), storageKeys: storageKeys))
        }
        return accessList
    }

    private func authorizations() throws(FieldError) -> [Authorization] {
        var list: [Authorization] = []
        for item in try fields.array("authorizationList") {
            guard let object = item.asObject else {
                throw FieldError(
                    field: "authorizationList", expected: "objects", found: item.excerpt)
            }
            let parityName = object["yParity"] != nil ? "yParity" : "v"
            list.append(
                Authorization(
                    chainId: try object.word("chainId"), address: try object.address("address"),
                    nonce: try object.uint64("nonce"),
                    signature: Signature(
                        yParity: try object.uint64(parityName), r: try object.word("r"),
                        s: try object.word("s"))))
        }
        return list
    }
}
