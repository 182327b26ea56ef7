import Chain
import EVM
import Ethereum

/// A node of a chain that it builds itself: state, mempool, and the bundles of its relay. One
/// thread owns it; whoever wants to know of changes asks for the events that each step returns.
public struct DevnetNode {
    /// Something that subscribers hear of.
    public enum Event: Sendable {
        case pendingTransaction(SignedTransaction, sender: Address)
        case newHead(Block)
        /// Blocks that are no longer of the chain, newest first.
        case reorganised([Block])
    }

    public private(set) var chain: Blockchain
    public private(set) var mempool = Mempool()
    public private(set) var bundles = BundlePool()
    /// What became of each bundle of the block that was built last.
    public private(set) var lastBundleResults: [BundleReport] = []
    /// Those of the blocks before too, as far as they are kept, the newest last.
    public private(set) var recentBundleResults: [BundleReport] = []
    public let coinbase: Address
    private let seed: UInt64

    /// What the relay can say of a bundle once its block is built.
    public struct BundleReport: Sendable {
        public var hash: Hash32
        public var blockNumber: UInt64
        public var paysWei: UInt256
        /// Nil where the bundle is in the block.
        public var refusal: BlockBuilder.Refusal?
    }

    /// Bundles whose outcome is kept.
    private static let keptResults = 4096

    /// A node on a chain.
    public init(chain: Blockchain, coinbase: Address, seed: UInt64) {
        self.chain = chain
        self.coinbase = coinbase
        self.seed = seed
    }

    /// What the next block gives to its transactions at this time, in Unix seconds.
    public func nextEnvironment(timestamp: UInt64) -> BlockEnvironment {
        let number = chain.head.number + 1
        return chain.environment(
            after: chain.head.number, timestamp: timestamp, coinbase: coinbase,
            prevRandao: Keccak256.hash(UInt256(seed), UInt256(number)))
    }

    /// Takes a signed transaction into the mempool.
    public mutating func submit(
        _ signed: SignedTransaction, sender: Address
    ) throws(Mempool.Refusal) -> [Event] {
        try mempool.insert(
            signed, sender: sender, state: chain.state, chainId: chain.chainId,
            blockGasLimit: chain.head.header.gasLimit)
        return [.pendingTransaction(signed, sender: sender)]
    }

    /// Takes a bundle for a coming block.
    public mutating func submit(_ bundle: PooledBundle) { bundles.insert(bundle) }

    /// Takes a bundle back; whether there was one.
    public mutating func cancelBundle(uuid: String, signer: Address) -> Bool {
        bundles.cancel(uuid: uuid, signer: signer)
    }

    /// Builds the next block at this time and makes it the head. Without bundles, those of the slot
    /// are lost, as when another builder wins it.
    public mutating func buildBlock(
        timestamp: UInt64, withBundles: Bool = true
    ) throws -> [Event] {
        let environment = nextEnvironment(timestamp: timestamp)
        let builder = try chain.builder(
            environment,
            parentBeaconBlockRoot: Keccak256.hash(
                environment.prevRandao.word, UInt256(environment.number)))
        let candidates =
            withBundles
            ? bundles.candidates(blockNumber: environment.number, timestamp: timestamp) : []
        let results = BlockPacker.pack(
            builder, bundles: candidates, mempool: mempool, state: chain.state)
        lastBundleResults = results.map {
            BundleReport(
                hash: $0.bundle.hash, blockNumber: environment.number, paysWei: $0.paysWei,
                refusal: $0.refusal)
        }
        recentBundleResults += lastBundleResults
        recentBundleResults.removeFirst(max(0, recentBundleResults.count - Self.keptResults))
        let block = chain.append(builder)
        mempool.dropUsed(state: chain.state)
        bundles.drop(upTo: block.number)
        return [.newHead(block)]
    }

    /// Replaces the newest blocks by as many others, without bundles, one second later each: a
    /// chain reorganisation. What the old blocks held goes back into the mempool, bundles'
    /// transactions too, as they have become public.
    public mutating func reorganise(depth: Int) throws -> [Event] {
        let head = chain.head.number
        guard depth > 0, UInt64(depth) < head else { return [] }
        let base = head - UInt64(depth)
        let orphans = chain.blocks.suffix(depth)
        chain = chain.upTo(base)
        for transaction in orphans.flatMap(\.transactions) {
            _ = try? mempool.insert(
                transaction.signed, sender: transaction.sender, state: chain.state,
                chainId: chain.chainId, blockGasLimit: chain.head.header.gasLimit)
        }
        var events: [Event] = [.reorganised(orphans.reversed())]
        for orphan in orphans {
            events += try buildBlock(timestamp: orphan.header.timestamp + 1, withBundles: false)
        }
        return events
    }
}
