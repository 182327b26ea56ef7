import Ethereum

/// What is checked before a transaction may touch the state (Yellow Paper 6.2; EIP-1559, 2681,
/// 2930, 3607, 3860, 4844, 7623, 7702, 7825, 8037).
enum TransactionValidation {
    /// Gas and wei that a valid transaction is charged in advance.
    struct Charge {
        var intrinsicGas: Int64
        /// Gas that the transaction pays for at least.
        var floorGas: Int64
        var effectiveGasPrice: UInt256
        var blobGas: UInt64
        /// Wei taken before execution: all gas at the effective price, and the blobs.
        var wei: UInt256
    }

    static func check(
        _ transaction: Transaction, from address: Address, sender: Account, senderHasCode: Bool,
        rules: ForkRules, block: BlockEnvironment
    ) throws(InvalidTransaction) -> Charge {
        try checkEnvelope(transaction, rules: rules, block: block)
        if senderHasCode { throw .senderHasCode }
        if transaction.nonce < sender.nonce {
            throw .nonceTooLow(account: sender.nonce, transaction: transaction.nonce)
        }
        if transaction.nonce > sender.nonce {
            throw .nonceTooHigh(account: sender.nonce, transaction: transaction.nonce)
        }
        if transaction.nonce == Limit.nonce { throw .nonceAtMaximum }
        if transaction.to == nil, transaction.data.count > rules.maximumInitCode {
            throw .initCodeTooLarge(bytes: transaction.data.count)
        }
        let intrinsicGas = transaction.intrinsicGas(fork: rules.fork, sender: address)
        let floorGas = transaction.floorGas(fork: rules.fork, sender: address)
        let neededGas = max(intrinsicGas, floorGas)
        if transaction.gasLimit < neededGas {
            throw .gasLimitBelowIntrinsic(gasLimit: transaction.gasLimit, intrinsicGas: neededGas)
        }
        if neededGas > UInt64(rules.executionGasCap) {
            throw .intrinsicGasAboveCap(
                intrinsicGas: neededGas, cap: UInt64(rules.executionGasCap))
        }
        if transaction.type == .setCode {
            if transaction.to == nil { throw .setCodeCreatesContract }
            if transaction.authorizationList.isEmpty { throw .emptyAuthorizationList }
        }
        try checkBlobs(transaction, rules: rules, block: block)
        return try charge(
            transaction, sender: sender, intrinsicGas: Int64(clamping: intrinsicGas),
            floorGas: Int64(clamping: floorGas), block: block)
    }

    private static func checkEnvelope(
        _ transaction: Transaction, rules: ForkRules, block: BlockEnvironment
    ) throws(InvalidTransaction) {
        if transaction.type.rawValue > rules.newestTransactionType.rawValue {
            throw .typeNotSupported(transaction.type, fork: rules.fork)
        }
        if let chainId = transaction.chainId, chainId != block.chainId {
            throw .wrongChain(transaction: chainId, chain: block.chainId)
        }
        if transaction.chainId == nil, transaction.type != .legacy {
            throw .wrongChain(transaction: nil, chain: block.chainId)
        }
        let available = min(block.gasLimit, UInt64(Int64.max))
        if transaction.gasLimit > available {
            throw .gasLimitAboveBlock(gasLimit: transaction.gasLimit, available: available)
        }
        if transaction.gasLimit > rules.transactionGasCap {
            throw .gasLimitAboveCap(gasLimit: transaction.gasLimit, cap: rules.transactionGasCap)
        }
        if transaction.maxPriorityFeePerGas > transaction.maxFeePerGas {
            throw .priorityFeeAboveMaxFee
        }
        if transaction.maxFeePerGas < block.baseFeePerGas {
            throw .maxFeeBelowBaseFee(
                maxFeePerGas: transaction.maxFeePerGas, baseFeePerGas: block.baseFeePerGas)
        }
    }

    private static func checkBlobs(
        _ transaction: Transaction, rules: ForkRules, block: BlockEnvironment
    ) throws(InvalidTransaction) {
        guard transaction.type == .blob else { return }
        let count = transaction.blobVersionedHashes.count
        if transaction.to == nil { throw .blobCreatesContract }
        if count == 0 { throw .noBlobs }
        if count > rules.maximumBlobs {
            throw .tooManyBlobs(count: count, maximum: rules.maximumBlobs)
        }
        // The first byte says how the commitment was hashed: 1 is KZG.
        for hash in transaction.blobVersionedHashes where hash.word.limb3 >> 56 != 1 {
            throw .blobHashVersion
        }
        if transaction.maxFeePerBlobGas < block.blobBaseFee {
            throw .blobFeeTooLow(
                maxFeePerBlobGas: transaction.maxFeePerBlobGas, blobBaseFee: block.blobBaseFee)
        }
    }

    /// The sender must own the most that the transaction could cost, not only what it will.
    private static func charge(
        _ transaction: Transaction, sender: Account, intrinsicGas: Int64, floorGas: Int64,
        block: BlockEnvironment
    ) throws(InvalidTransaction) -> Charge {
        let gasLimit = UInt256(transaction.gasLimit)
        let blobGas = UInt64(transaction.blobVersionedHashes.count) &* Gas.blob
        guard let gasWei = gasLimit.multipliedChecked(by: transaction.maxFeePerGas),
            let blobWei = UInt256(blobGas).multipliedChecked(by: transaction.maxFeePerBlobGas),
            let fees = gasWei.addingChecked(blobWei),
            let needed = fees.addingChecked(transaction.value)
        else { throw .costOverflow }
        if sender.balance < needed {
            throw .insufficientFunds(balance: sender.balance, needed: needed)
        }
        let price = transaction.effectiveGasPrice(baseFeePerGas: block.baseFeePerGas)
        // Both products are at most the checked ones above.
        let wei = gasLimit &* price &+ UInt256(blobGas) &* block.blobBaseFee
        return Charge(
            intrinsicGas: intrinsicGas, floorGas: floorGas, effectiveGasPrice: price,
            blobGas: blobGas, wei: wei)
    }
}
