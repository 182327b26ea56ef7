/// A transaction as the network carries it: what is asked for, the sender's signature, and the
/// bytes.
public struct SignedTransaction: Equatable, Sendable {
    public let transaction: Transaction
    public let signature: Signature
    /// The envelope (EIP-2718): the RLP list of a legacy transaction, or a type byte and a list. A
    /// blob transaction is in the form of blocks, without blobs.
    public let raw: [UInt8]
    /// keccak256 of the envelope.
    public let hash: Hash32

    /// The transaction that exactly these bytes encode. Its signature is read, not checked:
    /// `sender()` does that.
    public init(decoding raw: [UInt8]) throws(TransactionDecodingError) {
        (transaction, signature) = try TransactionDecoding.decode(raw)
        self.raw = raw
        hash = Keccak256.hash(raw)
    }

    /// Signs the transaction.
    public init(
        _ transaction: Transaction, signedBy key: PrivateKey
    ) throws(TransactionSigningError) {
        try transaction.checkFieldsOfType()
        self.init(transaction, signature: key.sign(transaction.signingHash))
    }

    /// Joins a transaction with a signature that was made elsewhere.
    public init(_ transaction: Transaction, signature: Signature) {
        self.transaction = transaction
        self.signature = signature
        raw = transaction.envelope(signature: signature)
        hash = Keccak256.hash(raw)
    }

    /// The fields encoded anew; equal to `raw`.
    public var encoded: [UInt8] { transaction.envelope(signature: signature) }

    /// The hash that the sender signed.
    public var signingHash: Hash32 { transaction.signingHash }

    /// The account that signed, recovered anew at each call (some 45 µs).
    ///
    /// - Parameter fork: On Frontier s may be above half the curve's order; from Homestead on not
    ///   (EIP-2).
    public func sender(fork: Fork = .homestead) throws(SignatureError) -> Address {
        try signature.recoverAddress(
            messageHash: signingHash, highSAllowed: fork < .homestead)
    }
}

extension Transaction {
    fileprivate func checkFieldsOfType() throws(TransactionSigningError) {
        if type != .legacy, chainId == nil { throw .chainIdMissing(type) }
        if to == nil, type == .blob || type == .setCode { throw .recipientMissing(type) }
        if type == .legacy, !accessList.isEmpty { throw .accessListNotOfType(type) }
        if type != .blob, !blobVersionedHashes.isEmpty || !maxFeePerBlobGas.isZero {
            throw .blobsNotOfType(type)
        }
        if type != .setCode, !authorizationList.isEmpty { throw .authorizationsNotOfType(type) }
        if type == .legacy || type == .accessList, maxFeePerGas != maxPriorityFeePerGas {
            throw .feesDiffer(
                maxFeePerGas: maxFeePerGas, maxPriorityFeePerGas: maxPriorityFeePerGas)
        }
    }
}
