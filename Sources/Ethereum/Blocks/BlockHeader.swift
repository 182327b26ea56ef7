/// A block's header (Yellow Paper 4.3), with the fields that forks appended.
///
/// The appended fields are present from their fork on; each implies those before it. Encoding ends
/// at the first that is nil.
public struct BlockHeader: Equatable, Hashable, Sendable {
    public var parentHash: Hash32
    public var ommersHash: Hash32
    /// Who receives the priority fees.
    public var coinbase: Address
    public var stateRoot: Hash32
    public var transactionsRoot: Hash32
    public var receiptsRoot: Hash32
    public var logsBloom: LogsBloom
    /// 0 from Paris on.
    public var difficulty: UInt256
    public var number: UInt64
    public var gasLimit: UInt64
    public var gasUsed: UInt64
    /// Unix seconds.
    public var timestamp: UInt64
    public var extraData: [UInt8]
    /// The proof of work's mix hash; from Paris on the beacon chain's randomness (EIP-4399).
    public var prevRandao: Hash32
    /// The proof of work's 8 bytes; 0 from Paris on.
    public var nonce: UInt64
    /// Wei per gas, from London (EIP-1559).
    public var baseFeePerGas: UInt256?
    /// From Shanghai (EIP-4895).
    public var withdrawalsRoot: Hash32?
    /// From Cancun (EIP-4844).
    public var blobGasUsed: UInt64?
    /// From Cancun (EIP-4844).
    public var excessBlobGas: UInt64?
    /// From Cancun (EIP-4788).
    public var parentBeaconBlockRoot: Hash32?
    /// From Prague (EIP-7685).
    public var requestsHash: Hash32?
    /// From Amsterdam (EIP-7928).
    public var blockAccessListHash: Hash32?
    /// The beacon chain's slot, from Amsterdam (EIP-7843).
    public var slotNumber: UInt64?

    /// The hash of the RLP of an empty list: the ommers of every block from Paris on.
    public static let emptyOmmersHash = Keccak256.hash([0xc0])

    /// A header of the fields that all forks have; the appended ones are set after.
    public init(
        parentHash: Hash32, ommersHash: Hash32 = emptyOmmersHash, coinbase: Address,
        stateRoot: Hash32, transactionsRoot: Hash32 = MerkleTrie.emptyRoot,
        receiptsRoot: Hash32 = MerkleTrie.emptyRoot, logsBloom: LogsBloom = LogsBloom(),
        difficulty: UInt256 = .zero, number: UInt64, gasLimit: UInt64, gasUsed: UInt64,
        timestamp: UInt64, extraData: [UInt8] = [], prevRandao: Hash32 = .zero, nonce: UInt64 = 0
    ) {
        self.parentHash = parentHash
        self.ommersHash = ommersHash
        self.coinbase = coinbase
        self.stateRoot = stateRoot
        self.transactionsRoot = transactionsRoot
        self.receiptsRoot = receiptsRoot
        self.logsBloom = logsBloom
        self.difficulty = difficulty
        self.number = number
        self.gasLimit = gasLimit
        self.gasUsed = gasUsed
        self.timestamp = timestamp
        self.extraData = extraData
        self.prevRandao = prevRandao
        self.nonce = nonce
    }

    /// The block's hash: that of the header's RLP.
    public var hash: Hash32 { Keccak256.hash(encoded) }
}
