import Chain
import Ethereum

/// A bundle as a relay keeps it for one block, or, a private transaction, for several.
public struct PooledBundle: Sendable {
    public var hash: Hash32
    public var blockNumber: UInt64
    /// The last block that may hold it; the first one is `blockNumber`.
    public var lastBlockNumber: UInt64
    /// Unix seconds between which the block's time must lie; nil for no bound.
    public var minTimestamp: UInt64?
    public var maxTimestamp: UInt64?
    public var transactions: [BlockBuilder.Candidate]
    /// Transactions of the bundle that may fail without dropping it.
    public var revertingHashes: Set<Hash32>
    /// The sender's name for the bundle, under which he replaces or cancels it.
    public var replacementUuid: String?
    /// Who signed the request.
    public var signer: Address
    /// The order of arrival.
    public var arrival: UInt64

    public init(
        hash: Hash32, blockNumber: UInt64, lastBlockNumber: UInt64? = nil,
        minTimestamp: UInt64? = nil, maxTimestamp: UInt64? = nil,
        transactions: [BlockBuilder.Candidate],
        revertingHashes: Set<Hash32> = [], replacementUuid: String? = nil, signer: Address
    ) {
        self.hash = hash
        self.blockNumber = blockNumber
        self.lastBlockNumber = lastBlockNumber ?? blockNumber
        self.minTimestamp = minTimestamp
        self.maxTimestamp = maxTimestamp
        self.transactions = transactions
        self.revertingHashes = revertingHashes
        self.replacementUuid = replacementUuid
        self.signer = signer
        arrival = 0
    }
}

extension PooledBundle {
    fileprivate var bytes: Int { transactions.reduce(0) { $0 + $1.signed.raw.count } }
}

/// The bundles that wait for their block.
public struct BundlePool: Sendable {
    private var bundles: [PooledBundle] = []
    private var arrivals: UInt64 = 0

    /// What waits at most: a bundle costs its sender nothing, and may be for a block that never is.
    public static let limits = (bundles: 4096, bytes: 64 << 20)

    public init() {}

    /// Whether one more bundle may come.
    public var hasRoom: Bool {
        bundles.count < Self.limits.bundles
            && bundles.reduce(0) { $0 + $1.bytes } < Self.limits.bytes
    }

    /// Takes a bundle; one of the same signer and uuid goes.
    public mutating func insert(_ bundle: PooledBundle) {
        if let uuid = bundle.replacementUuid {
            bundles.removeAll { $0.replacementUuid == uuid && $0.signer == bundle.signer }
        }
        arrivals += 1
        var bundle = bundle
        bundle.arrival = arrivals
        bundles.append(bundle)
    }

    /// Takes a signer's bundle of this uuid out; whether there was one.
    public mutating func cancel(uuid: String, signer: Address) -> Bool {
        let before = bundles.count
        bundles.removeAll { $0.replacementUuid == uuid && $0.signer == signer }
        return bundles.count < before
    }

    /// Bundles for this block, in the order of arrival.
    public func candidates(blockNumber: UInt64, timestamp: UInt64) -> [PooledBundle] {
        bundles.filter {
            ($0.blockNumber...max($0.blockNumber, $0.lastBlockNumber)).contains(blockNumber)
                && timestamp >= $0.minTimestamp ?? 0
                && timestamp <= $0.maxTimestamp ?? .max
        }
    }

    /// Forgets bundles for blocks up to this one.
    public mutating func drop(upTo blockNumber: UInt64) {
        bundles.removeAll { max($0.blockNumber, $0.lastBlockNumber) <= blockNumber }
    }
}
