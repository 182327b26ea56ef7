/// Reads the fields of a signed transaction from its envelope.
enum TransactionDecoding {
    static func decode(
        _ raw: [UInt8]
    ) throws(TransactionDecodingError) -> (transaction: Transaction, signature: Signature) {
        guard let first = raw.first else { throw .empty }
        if first >= 0xc0 { return try legacy(raw) }
        guard let type = TransactionType(rawValue: first), type != .legacy else {
            throw .unknownType(first)
        }
        return try typed(type, raw)
    }

    private static func legacy(
        _ raw: [UInt8]
    ) throws(TransactionDecodingError) -> (transaction: Transaction, signature: Signature) {
        var v = UInt256.zero
        var (transaction, signature): (Transaction, Signature)
        do throws(RLPDecodingError) {
            var input = RLPReader(raw)
            var fields = try input.list()
            try input.finish()
            let nonce = try fields.uint64()
            let gasPrice = try fields.uint256()
            transaction = Transaction(
                type: .legacy, chainId: nil, nonce: nonce, maxFeePerGas: gasPrice,
                maxPriorityFeePerGas: gasPrice, gasLimit: try fields.uint64(),
                to: try fields.optionalAddress(), value: try fields.uint256(),
                data: Array(try fields.bytes()))
            v = try fields.uint256()
            signature = Signature(yParity: 0, r: try fields.uint256(), s: try fields.uint256())
            try fields.finish()
        } catch { throw .rlp(error) }
        (transaction.chainId, signature.yParity) = try chainAndParity(ofV: v)
        return (transaction, signature)
    }

    /// EIP-155: 27 and 28 name no chain; from 35 on v is 35 + 2 · chain id + parity.
    private static func chainAndParity(
        ofV v: UInt256
    ) throws(TransactionDecodingError) -> (chainId: UInt64?, yParity: UInt64) {
        if v == 27 || v == 28 { return (nil, v.limb0 - 27) }
        guard v >= 35, let chainId = ((v &- 35) >> 1).asUInt64 else { throw .signatureV(v) }
        return (chainId, (v &- 35).limb0 & 1)
    }

    private static func typed(
        _ type: TransactionType, _ raw: [UInt8]
    ) throws(TransactionDecodingError) -> (transaction: Transaction, signature: Signature) {
        let wideChainId: UInt256
        let wideYParity: UInt256
        // The network form's first field is the list of the fields that are expected here.
        var isNetworkForm = false
        var (transaction, signature): (Transaction, Signature)
        do throws(RLPDecodingError) {
            var input = RLPReader(raw, from: 1, to: raw.count)
            var fields = try input.list()
            try input.finish()
            if type == .blob, fields.nextIsList {
                isNetworkForm = true
                throw RLPDecodingError(offset: fields.position, cause: .expectedBytes)
            }
            wideChainId = try fields.uint256()
            transaction = try body(type, &fields)
            wideYParity = try fields.uint256()
            signature = Signature(yParity: 0, r: try fields.uint256(), s: try fields.uint256())
            try fields.finish()
        } catch { throw isNetworkForm ? .blobSidecarPresent : .rlp(error) }
        guard let chainId = wideChainId.asUInt64 else { throw .chainIdTooLarge(wideChainId) }
        guard let yParity = wideYParity.asUInt64 else { throw .yParityTooLarge(wideYParity) }
        for authorization in transaction.authorizationList
        where authorization.signature.yParity > 0xff {
            throw .authorizationYParityTooLarge(authorization.signature.yParity)
        }
        if transaction.to == nil, type == .blob || type == .setCode {
            throw .recipientMissing(type)
        }
        transaction.chainId = chainId
        signature.yParity = yParity
        return (transaction, signature)
    }

    /// The fields from the nonce to the last before the signature.
    private static func body(
        _ type: TransactionType, _ fields: inout RLPReader
    ) throws(RLPDecodingError) -> Transaction {
        let nonce = try fields.uint64()
        let priorityFee = type == .accessList ? nil : try fields.uint256()
        let maxFee = try fields.uint256()
        var transaction = Transaction(
            type: type, chainId: nil, nonce: nonce, maxFeePerGas: maxFee,
            maxPriorityFeePerGas: priorityFee ?? maxFee, gasLimit: try fields.uint64(),
            to: try fields.optionalAddress(), value: try fields.uint256(),
            data: Array(try fields.bytes()), accessList: try accessList(&fields))
        if type == .blob {
            transaction.maxFeePerBlobGas = try fields.uint256()
            var hashes = try fields.list()
            while !hashes.isAtEnd { transaction.blobVersionedHashes.append(try hashes.hash()) }
        }
        if type == .setCode { transaction.authorizationList = try authorizations(&fields) }
        return transaction
    }

    private static func accessList(
        _ fields: inout RLPReader
    ) throws(RLPDecodingError) -> [AccessListEntry] {
        var entries = try fields.list()
        var accessList: [AccessListEntry] = []
        while !entries.isAtEnd {
            var entry = try entries.list()
            let address = try entry.address()
            var keys = try entry.list()
            try entry.finish()
            var storageKeys: [UInt256] = []
            while !keys.isAtEnd { storageKeys.append(try keys.hash().word) }
            accessList.append(AccessListEntry(address: address, storageKeys: storageKeys))
        }
        return accessList
    }

    private static func authorizations(
        _ fields: inout RLPReader
    ) throws(RLPDecodingError) -> [Authorization] {
        var entries = try fields.list()
        var authorizations: [Authorization] = []
        while !entries.isAtEnd {
            var entry = try entries.list()
            let chainId = try entry.uint256()
            let address = try entry.address()
            let nonce = try entry.uint64()
            let signature = Signature(
                yParity: try entry.uint64(), r: try entry.uint256(), s: try entry.uint256())
            try entry.finish()
            authorizations.append(
                Authorization(
                    chainId: chainId, address: address, nonce: nonce, signature: signature))
        }
        return authorizations
    }
}
