/// The kinds of transaction envelopes (EIP-2718), by their type byte.
public enum TransactionType: UInt8, CaseIterable, Sendable {
    /// Before EIP-2718: an RLP list without a type byte, with or without a chain id (EIP-155).
    case legacy = 0
    /// EIP-2930.
    case accessList = 1
    /// EIP-1559.
    case feeMarket = 2
    /// EIP-4844.
    case blob = 3
    /// EIP-7702.
    case setCode = 4
}

/// An address and the storage slots of it that a transaction says it will touch (EIP-2930).
public struct AccessListEntry: Equatable, Hashable, Sendable {
    public var address: Address
    public var storageKeys: [UInt256]

    public init(address: Address, storageKeys: [UInt256]) {
        self.address = address
        self.storageKeys = storageKeys
    }
}

/// An account's signed wish to run the code of another address (EIP-7702).
public struct Authorization: Equatable, Hashable, Sendable {
    /// The chain that it is for; 0 means any.
    public var chainId: UInt256
    public var address: Address
    public var nonce: UInt64
    public var signature: Signature

    public init(chainId: UInt256, address: Address, nonce: UInt64, signature: Signature) {
        self.chainId = chainId
        self.address = address
        self.nonce = nonce
        self.signature = signature
    }
}

/// What a transaction asks for, without its signature. Fields that its type does not have hold
/// their empty value.
public struct Transaction: Equatable, Sendable {
    public var type: TransactionType
    /// Nil only for a legacy transaction without replay protection.
    public var chainId: UInt64?
    public var nonce: UInt64
    /// Wei per gas at most, base fee included; the gas price of types 0 and 1.
    public var maxFeePerGas: UInt256
    /// Wei per gas at most above the base fee; equal to `maxFeePerGas` in types 0 and 1.
    public var maxPriorityFeePerGas: UInt256
    public var gasLimit: UInt64
    /// Nil creates a contract.
    public var to: Address?
    /// Wei.
    public var value: UInt256
    /// Calldata, or the init code of a creation.
    public var data: [UInt8]
    public var accessList: [AccessListEntry]
    /// Wei per blob gas at most (type 3).
    public var maxFeePerBlobGas: UInt256
    public var blobVersionedHashes: [Hash32]
    public var authorizationList: [Authorization]

    public init(
        type: TransactionType = .feeMarket, chainId: UInt64? = 1, nonce: UInt64,
        maxFeePerGas: UInt256, maxPriorityFeePerGas: UInt256, gasLimit: UInt64, to: Address?,
        value: UInt256 = .zero, data: [UInt8] = [], accessList: [AccessListEntry] = [],
        maxFeePerBlobGas: UInt256 = .zero, blobVersionedHashes: [Hash32] = [],
        authorizationList: [Authorization] = []
    ) {
        self.type = type
        self.chainId = chainId
        self.nonce = nonce
        self.maxFeePerGas = maxFeePerGas
        self.maxPriorityFeePerGas = maxPriorityFeePerGas
        self.gasLimit = gasLimit
        self.to = to
        self.value = value
        self.data = data
        self.accessList = accessList
        self.maxFeePerBlobGas = maxFeePerBlobGas
        self.blobVersionedHashes = blobVersionedHashes
        self.authorizationList = authorizationList
    }

    /// Wei per gas that the sender pays at this base fee: min(maxFee, baseFee + maxPriorityFee).
    public func effectiveGasPrice(baseFeePerGas: UInt256) -> UInt256 {
        min(maxFeePerGas, baseFeePerGas.addingChecked(maxPriorityFeePerGas) ?? .max)
    }
}
