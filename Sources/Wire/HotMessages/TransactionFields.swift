import Ethereum

/// Collects the fields of a transaction object (execution-apis, TransactionInfo) in whatever order
/// they come.
struct TransactionFields {
    private(set) var hash: Hash32?
    private(set) var from: Address?
    private var type: TransactionType?
    private var chainId: UInt64?
    private var nonce: UInt64?
    private var gasPrice: UInt256?
    private var maxFeePerGas: UInt256?
    private var maxPriorityFeePerGas: UInt256?
    private var maxFeePerBlobGas: UInt256?
    private var gas: UInt64?
    private var to: Address?
    private var value: UInt256?
    private var input: [UInt8]?
    /// The older name of `input`.
    private var data: [UInt8]?
    private var accessList: [AccessListEntry]?
    private var blobVersionedHashes: [Hash32]?
    private var authorizationList: [Authorization]?
    private var v: UInt256?
    private var yParity: UInt64?
    private var r: UInt256?
    private var s: UInt256?
    private var seen = HotKeysSeen()

    /// Reads the key's value; false where the key is unknown. By the number of the key's bytes, so
    /// that most comparisons never happen.
    @inline(__always)
    mutating func read(
        _ key: HotKey, _ scanner: inout HotScanner
    ) throws(HotMessageError) -> Bool {
        switch key.count {
        case 1...2: return try readShort(key, &scanner)
        case 3...5: return try readMedium(key, &scanner)
        case 7...20: return try readLong(key, &scanner)
        default: return false
        }
    }

    @inline(__always)
    private mutating func readShort(
        _ key: HotKey, _ scanner: inout HotScanner
    ) throws(HotMessageError) -> Bool {
        if key.is("r") {
            try seen.read(0, "r", into: &r, &scanner, HotValue.quantity)
        } else if key.is("s") {
            try seen.read(1, "s", into: &s, &scanner, HotValue.quantity)
        } else if key.is("v") {
            try seen.read(2, "v", into: &v, &scanner, HotValue.quantity)
        } else if key.is("to") {
            try seen.read(3, "to", into: &to, &scanner, HotValue.address)
        } else {
            return false
        }
        return true
    }

    @inline(__always)
    private mutating func readMedium(
        _ key: HotKey, _ scanner: inout HotScanner
    ) throws(HotMessageError) -> Bool {
        if key.is("gas") {
            try seen.read(4, "gas", into: &gas, &scanner, HotValue.quantity64)
        } else if key.is("hash") {
            try seen.read(5, "hash", into: &hash, &scanner, HotValue.hash)
        } else if key.is("from") {
            try seen.read(6, "from", into: &from, &scanner, HotValue.address)
        } else if key.is("type") {
            try seen.read(7, "type", into: &type, &scanner, HotValue.transactionType)
        } else if key.is("data") {
            try seen.read(8, "data", into: &data, &scanner, HotValue.data)
        } else if key.is("nonce") {
            try seen.read(9, "nonce", into: &nonce, &scanner, HotValue.quantity64)
        } else if key.is("value") {
            try seen.read(10, "value", into: &value, &scanner, HotValue.quantity)
        } else if key.is("input") {
            try seen.read(11, "input", into: &input, &scanner, HotValue.data)
        } else {
            return false
        }
        return true
    }

    @inline(__always)
    private mutating func readLong(
        _ key: HotKey, _ scanner: inout HotScanner
    ) throws(HotMessageError) -> Bool {
        if key.is("chainId") {
            try seen.read(12, "chainId", into: &chainId, &scanner, HotValue.quantity64)
        } else if key.is("yParity") {
            try seen.read(13, "yParity", into: &yParity, &scanner, HotValue.quantity64)
        } else if key.is("gasPrice") {
            try seen.read(14, "gasPrice", into: &gasPrice, &scanner, HotValue.quantity)
        } else if key.is("accessList") {
            try seen.read(
                15, "accessList", into: &accessList, &scanner, TransactionLists.accessList)
        } else if key.is("maxFeePerGas") {
            try seen.read(16, "maxFeePerGas", into: &maxFeePerGas, &scanner, HotValue.quantity)
        } else if key.is("maxFeePerBlobGas") {
            try seen.read(
                17, "maxFeePerBlobGas", into: &maxFeePerBlobGas, &scanner, HotValue.quantity)
        } else if key.is("authorizationList") {
            try seen.read(
                18, "authorizationList", into: &authorizationList, &scanner,
                TransactionLists.authorizations)
        } else if key.is("blobVersionedHashes") {
            try seen.read(
                19, "blobVersionedHashes", into: &blobVersionedHashes, &scanner,
                TransactionLists.hashes)
        } else if key.is("maxPriorityFeePerGas") {
            try seen.read(
                20, "maxPriorityFeePerGas", into: &maxPriorityFeePerGas, &scanner,
                HotValue.quantity)
        } else {
            return false
        }
        return true
    }

    /// The transaction and its signature.
    ///
    /// - Parameter offset: Where the object begins, for errors.
    func transaction(at offset: Int) throws(HotMessageError) -> (Transaction, Signature) {
        // Nodes from before EIP-2718 state no type.
        let type = type ?? .legacy
        let hasOnePrice = type == .legacy || type == .accessList
        let maxFee =
            hasOnePrice
            ? try required(gasPrice, "gasPrice", at: offset)
            : try required(maxFeePerGas, "maxFeePerGas", at: offset)
        let priorityFee =
            hasOnePrice
            ? maxFee : try required(maxPriorityFeePerGas, "maxPriorityFeePerGas", at: offset)
        let (chain, parity) = try chainAndParity(type, at: offset)
        var transaction = Transaction(
            type: type, chainId: chain, nonce: try required(nonce, "nonce", at: offset),
            maxFeePerGas: maxFee, maxPriorityFeePerGas: priorityFee,
            gasLimit: try required(gas, "gas", at: offset), to: to,
            value: try required(value, "value", at: offset),
            data: try required(input ?? data, "input", at: offset))
        if type != .legacy { transaction.accessList = accessList ?? [] }
        if type == .blob {
            transaction.maxFeePerBlobGas = try required(
                maxFeePerBlobGas, "maxFeePerBlobGas", at: offset)
            transaction.blobVersionedHashes = try required(
                blobVersionedHashes, "blobVersionedHashes", at: offset)
        }
        if type == .setCode {
            transaction.authorizationList = try required(
                authorizationList, "authorizationList", at: offset)
        }
        if to == nil, type == .blob || type == .setCode {
            throw HotMessageError(offset: offset, cause: .missingKey("to"))
        }
        let signature = Signature(
            yParity: parity, r: try required(r, "r", at: offset),
            s: try required(s, "s", at: offset))
        return (transaction, signature)
    }

    /// A legacy v holds both, or no chain (EIP-155); of a typed one, yParity and v are the same.
    private func chainAndParity(
        _ type: TransactionType, at offset: Int
    ) throws(HotMessageError) -> (chainId: UInt64?, yParity: UInt64) {
        guard type == .legacy else {
            let chain = try required(chainId, "chainId", at: offset)
            if let yParity { return (chain, yParity) }
            let v = try required(v, "yParity", at: offset)
            guard let parity = v.asUInt64 else {
                throw HotMessageError(offset: offset, cause: .signatureV(v))
            }
            return (chain, parity)
        }
        let v = try required(v, "v", at: offset)
        if v == 27 || v == 28 { return (nil, v.limb0 - 27) }
        guard v >= 35, let chain = ((v &- 35) >> 1).asUInt64 else {
            throw HotMessageError(offset: offset, cause: .signatureV(v))
        }
        return (chain, (v &- 35).limb0 & 1)
    }
}
