/// Why no block of a fork may hold a transaction, whatever the state (Yellow Paper 6.2).
public enum TransactionInvalidity: Error, Equatable, Sendable {
    case typeNotSupported(TransactionType, fork: Fork)
    /// A chain id in the signature before EIP-155.
    case replayProtectionNotSupported(fork: Fork)
    case wrongChain(transaction: UInt64, chain: UInt64)
    case signature(SignatureError)
    case gasLimitBelowIntrinsic(gasLimit: UInt64, intrinsicGas: UInt64)
    /// EIP-7825.
    case gasLimitAboveCap(gasLimit: UInt64, cap: UInt64)
    /// From Amsterdam the cap is on execution alone (EIP-8037).
    case intrinsicGasAboveCap(intrinsicGas: UInt64, cap: UInt64)
    /// The nonce is 2^64 − 1, which no account may go beyond (EIP-2681).
    case nonceAtMaximum
    /// Gas limit times price does not fit 256 bits. (The sum with the value is compared with the
    /// sender's balance, which is state.)
    case costOverflow
    case priorityFeeAboveMaxFee(maxFeePerGas: UInt256, maxPriorityFeePerGas: UInt256)
    /// EIP-3860.
    case initCodeTooLarge(bytes: Int, maximum: Int)
    case noBlobs
    case blobHashVersion(Hash32)
    case emptyAuthorizationList
}

/// Limits on what a single transaction may hold.
public enum TransactionLimit {
    /// Bytes of init code from Shanghai (EIP-3860): twice the limit of deployed code.
    public static let initCodeBytes = 49_152
    /// From Amsterdam (EIP-7954).
    public static let initCodeBytesAmsterdam = 131_072
    /// Gas of one transaction from Osaka (EIP-7825); of its execution from Amsterdam (EIP-8037).
    public static let gas: UInt64 = 1 << 24
    /// The first byte of a blob's versioned hash (EIP-4844).
    public static let blobHashVersion: UInt8 = 1
}

extension SignedTransaction {
    /// Checks everything that needs no state, and returns the sender.
    ///
    /// `chainId` is the chain that the transaction must be for, where it names one.
    public func validate(
        fork: Fork, chainId: UInt64
    ) throws(TransactionInvalidity) -> Address {
        try transaction.validateType(fork: fork, chainId: chainId)
        try transaction.validateFees()
        try transaction.validatePayload(fork: fork)
        let sender: Address
        do throws(SignatureError) { sender = try self.sender(fork: fork) } catch {
            throw .signature(error)
        }
        try transaction.validateGas(fork: fork, sender: sender)
        return sender
    }
}

extension TransactionType {
    /// The fork that brought the type.
    public var firstFork: Fork {
        switch self {
        case .legacy: .frontier
        case .accessList: .berlin
        case .feeMarket: .london
        case .blob: .cancun
        case .setCode: .prague
        }
    }
}

extension Transaction {
    fileprivate func validateType(fork: Fork, chainId: UInt64) throws(TransactionInvalidity) {
        guard fork >= type.firstFork else { throw .typeNotSupported(type, fork: fork) }
        guard let own = self.chainId else { return }
        guard fork >= .spuriousDragon else { throw .replayProtectionNotSupported(fork: fork) }
        guard own == chainId else { throw .wrongChain(transaction: own, chain: chainId) }
    }

    fileprivate func validateGas(
        fork: Fork, sender: Address
    ) throws(TransactionInvalidity) {
        let needed = max(
            intrinsicGas(fork: fork, sender: sender), floorGas(fork: fork, sender: sender))
        guard gasLimit >= needed else {
            throw .gasLimitBelowIntrinsic(gasLimit: gasLimit, intrinsicGas: needed)
        }
        if fork >= .amsterdam, needed > TransactionLimit.gas {
            throw .intrinsicGasAboveCap(intrinsicGas: needed, cap: TransactionLimit.gas)
        }
        if fork == .osaka, gasLimit > TransactionLimit.gas {
            throw .gasLimitAboveCap(gasLimit: gasLimit, cap: TransactionLimit.gas)
        }
    }

    fileprivate func validateFees() throws(TransactionInvalidity) {
        guard nonce < .max else { throw .nonceAtMaximum }
        guard maxPriorityFeePerGas <= maxFeePerGas else {
            throw .priorityFeeAboveMaxFee(
                maxFeePerGas: maxFeePerGas, maxPriorityFeePerGas: maxPriorityFeePerGas)
        }
        guard maxFeePerGas.multipliedChecked(by: UInt256(gasLimit)) != nil else {
            throw .costOverflow
        }
    }

    fileprivate func validatePayload(fork: Fork) throws(TransactionInvalidity) {
        let maximum =
            fork >= .amsterdam
            ? TransactionLimit.initCodeBytesAmsterdam : TransactionLimit.initCodeBytes
        if to == nil, fork >= .shanghai, data.count > maximum {
            throw .initCodeTooLarge(bytes: data.count, maximum: maximum)
        }
        if type == .blob {
            guard !blobVersionedHashes.isEmpty else { throw .noBlobs }
            for hash in blobVersionedHashes
            where UInt8(truncatingIfNeeded: hash.word.limb3 >> 56)
                != TransactionLimit.blobHashVersion
            {
                throw .blobHashVersion(hash)
            }
        }
        if type == .setCode, authorizationList.isEmpty { throw .emptyAuthorizationList }
    }
}
