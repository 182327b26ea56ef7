import Ethereum

/// What a block gives to the transactions in it.
public struct BlockEnvironment: Equatable, Sendable {
    public var fork: Fork
    public var chainId: UInt64
    public var number: UInt64
    /// Unix seconds.
    public var timestamp: UInt64
    /// Who receives the priority fees.
    public var coinbase: Address
    public var gasLimit: UInt64
    /// Wei per gas.
    public var baseFeePerGas: UInt256
    /// The beacon chain's randomness (EIP-4399).
    public var prevRandao: Hash32
    /// Wei per blob gas (EIP-4844, EIP-7516).
    public var blobBaseFee: UInt256
    /// The beacon chain's slot (EIP-7843); 0 before Amsterdam.
    public var slotNumber: UInt64

    public init(
        fork: Fork, chainId: UInt64, number: UInt64, timestamp: UInt64, coinbase: Address,
        gasLimit: UInt64, baseFeePerGas: UInt256, prevRandao: Hash32, blobBaseFee: UInt256,
        slotNumber: UInt64 = 0
    ) {
        self.fork = fork
        self.chainId = chainId
        self.number = number
        self.timestamp = timestamp
        self.coinbase = coinbase
        self.gasLimit = gasLimit
        self.baseFeePerGas = baseFeePerGas
        self.prevRandao = prevRandao
        self.blobBaseFee = blobBaseFee
        self.slotNumber = slotNumber
    }
}
