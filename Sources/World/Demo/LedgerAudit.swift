import Chain
import Ethereum
import Store
import Strategy

/// A bot's ledger beside the chain, read when the bot has ended.
public struct LedgerAudit: Sendable {
    /// Bundles in the ledger: each was sent, or signed to be.
    public let bundlesSent: Int
    public let bundlesLost: [LostBundle]
    /// Bundles with which our own tokens serve a signed order.
    public let orderBundlesSent: Int
    /// The same of bundles of one transaction, with a signed order and a loan.
    public let atomicBundlesSent: Int
    public let atomicBundlesLost: [LostBundle]
    /// The target's transaction of each bundle.
    public let targets: [Hash32: Hash32]
    /// Bundles of which the bot does not know what became.
    public let unresolved: Int
    /// Where the bot found its books to differ from the chain, or we do at the end.
    public let differences: [LedgerDifference]
    /// The last block in the books, and the chain's.
    public let lastBooked: BlockReference?
    public let head: BlockReference

    /// Reads the ledger at a path; `balances` is what the chain says of every holding of ours.
    init(path: String, chain: Blockchain, balances: [Holding: UInt256]) throws {
        let ledger = try LedgerReader(path: path)
        try ledger.verifyBooks()
        let head = BlockReference(number: chain.head.number, hash: chain.head.hash)
        self.head = head
        lastBooked = try ledger.lastBookedBlock()
        bundlesSent = try ledger.bundleCount(.inventory, forOrders: false)
        orderBundlesSent = try ledger.bundleCount(.inventory, forOrders: true)
        atomicBundlesSent = try ledger.bundleCount(.atomic, forOrders: true)
        let lost = try ledger.lostBundles()
        bundlesLost = lost.filter { !$0.isForOrder }
        atomicBundlesLost = lost.filter { $0.mode == .atomic }
        unresolved = try ledger.unresolvedBundles().count
        var targets: [Hash32: Hash32] = [:]
        for lost in bundlesLost {
            targets[lost.bundleHash] = try ledger.bundle(lost.bundleHash)?
                .bundle.targetTransactionHash
        }
        self.targets = targets
        var differences: [LedgerDifference] = []
        for number in 0...head.number {
            differences += try ledger.differences(at: number) ?? []
        }
        let booked = try ledger.allBalances()
        for (holding, onChain) in balances.sorted(by: { $0.key < $1.key }) {
            let difference = LedgerDifference(
                block: head, holding: .init(account: holding.account, token: holding.token),
                bookedRaw: booked[.init(account: holding.account, token: holding.token)] ?? .zero,
                onChainRaw: onChain)
            if !difference.agrees { differences.append(difference) }
        }
        self.differences = differences
    }

    /// Whether at every block, and at the end by our own reading of the chain, the ledger equals
    /// the chain to the wei.
    public var matchesChain: Bool { differences.isEmpty && lastBooked == head }
}
