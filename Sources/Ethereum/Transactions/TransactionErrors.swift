/// Why bytes are not a signed transaction.
public enum TransactionDecodingError: Error, Equatable, Sendable {
    case empty
    /// The first byte begins neither an RLP list nor an envelope that is known (EIP-2718).
    case unknownType(UInt8)
    case rlp(RLPDecodingError)
    /// A legacy v which is none of 27, 28, and those from 35 to 2^64 + 34 that hold a chain id
    /// (EIP-155).
    case signatureV(UInt256)
    /// A chain id above 64 bits.
    case chainIdTooLarge(UInt256)
    /// The parity of a typed transaction's signature is above 64 bits.
    case yParityTooLarge(UInt256)
    /// The parity of an authorisation's signature is above 8 bits (EIP-7702).
    case authorizationYParityTooLarge(UInt64)
    /// Types 3 and 4 have no form that creates a contract.
    case recipientMissing(TransactionType)
    /// A blob transaction as it is gossiped, with its blobs; blocks hold it without.
    case blobSidecarPresent
}

/// Why a transaction cannot be signed: its type has no place for what it says.
public enum TransactionSigningError: Error, Equatable, Sendable {
    case chainIdMissing(TransactionType)
    case recipientMissing(TransactionType)
    case accessListNotOfType(TransactionType)
    case blobsNotOfType(TransactionType)
    case authorizationsNotOfType(TransactionType)
    /// Types 0 and 1 have one price, so that both fees must be equal.
    case feesDiffer(maxFeePerGas: UInt256, maxPriorityFeePerGas: UInt256)
}
