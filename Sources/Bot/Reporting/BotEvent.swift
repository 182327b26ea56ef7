import Ethereum
import Store
import Strategy

/// Something that happened to the bot, for whoever reports it.
public enum BotEvent: Sendable {
    case connected(node: String)
    case disconnected(reason: String, retryInMilliseconds: Int64)
    /// The bot stands behind a head: its block is booked and its bundles are resolved.
    case head(BlockReference, baseFeePerGas: UInt256)
    case rejected(txHash: Hash32, block: UInt64, Rejection)
    /// Proven; whether it was sent.
    case bundle(SimulatedBundle, sent: Bool)
    case submitted(bundle: Hash32, relay: String, SubmissionRecord.Answer)
    case resolved(bundle: Hash32, target: Hash32, BundleState)
    /// A position that stands open without its closing is being taken out of its pool.
    case unwinding(transaction: Hash32, pool: Address)
    /// It was mined, and the position stands as before; told once for each opening.
    case stillOpen(opening: Hash32, pool: Address, transaction: Hash32, nextTry: UInt64)
    /// Dust is put into ranges of a pool, by the relays, or taken out, by the public mempool: sent.
    case gridChange(SimulatedGridChange)
    /// The ranges of a pool in which dust of ours stands have changed.
    case gridStands(pool: Address, ranges: [KeptRange])
    case gridRefused(pool: Address, block: UInt64, GridRefusal)
    /// The books differ from the chain: nothing is sent any more.
    case booksDiffer([LedgerDifference])
    case failed(what: String)
    /// Orders are taken in here.
    case intake(host: String, port: Int)
    case orderTaken(SignedOrder)
    case orderRefused(SignedOrder, code: Int, reason: String)
    case orderDeclined(SignedOrder, block: UInt64, AtomicRejection)
    /// Proven; whether it was sent.
    case atomicBundle(SimulatedAtomicBundle, sent: Bool)
    /// An order served with our own tokens, proven; whether it was sent.
    case orderBundle(SimulatedOrderBundle, sent: Bool)
}

extension BotEvent: CustomStringConvertible {
    public var description: String {
        switch self {
        case .connected(let node): "connected to \(node)"
        case .disconnected(let reason, let delay):
            "connection lost: \(reason); trying again in \(delay) ms"
        case .head(let block, let fee): "\(block), base fee \(fee) wei"
        case .rejected(let hash, let block, let rejection):
            "block \(block) \(hash) declined: \(rejection)"
        case .bundle(let bundle, let sent):
            "block \(bundle.targetBlock) \(bundle.target.hash) bundle "
                + "\(sent ? "sent" : "proven, not sent (simulating)"): net "
                + "\(bundle.netProfitWei) wei, swapper gains \(bundle.swapper.gainWei) wei"
        case .submitted(let bundle, let relay, let answer): "\(bundle) to \(relay): \(answer)"
        case .resolved(let bundle, _, let state): "\(bundle) \(state.label)"
        case .unwinding(let transaction, let pool):
            "a position stands open in \(pool): \(transaction) takes it out"
        case .stillOpen(let opening, let pool, let transaction, let nextTry):
            "the position of \(opening) still stands in \(pool): \(transaction) was mined and did "
                + "not take all of it out. Type: jit-bot contract decode --tx \(transaction). "
                + "What a frozen token holds stays until its issuer lets it go. It is tried again "
                + "in block \(nextTry), and then more and more seldom"
        case .gridChange(let change):
            "block \(change.targetBlock) \(change.kind.rawValue) of dust in "
                + "\(change.ranges.count) ranges of \(change.pool) sent: \(change.gasUsed) gas, "
                + "\(change.costWei) wei"
        case .gridStands(let pool, let ranges):
            "dust stands in \(ranges.count) ranges of \(pool)"
        case .gridRefused(let pool, let block, let refusal):
            "block \(block) the dust of \(pool) stays as it is: \(refusal)"
        case .booksDiffer(let differences):
            "THE BOOKS DIFFER FROM THE CHAIN, sending stops: "
                + differences.map(\.description).joined(separator: "; ")
        case .failed(let what): what
        case .intake(let host, let port): "signed orders are taken in at http://\(host):\(port)"
        case .orderTaken(let order):
            "order \(order.hash) of \(order.account) (\(order.form.label)) taken in"
        case .orderRefused(let order, let code, let reason):
            "order \(order.hash) of \(order.account) refused: \(reason) (\(code))"
        case .orderDeclined(let order, let block, let rejection):
            "block \(block) order \(order.hash) declined: \(rejection)"
        case .atomicBundle(let bundle, let sent):
            "block \(bundle.targetBlock) order \(bundle.order.hash) bundle "
                + "\(sent ? "sent" : "proven, not sent (simulating)"): net "
                + "\(bundle.netProfitWei) wei, the user gains \(bundle.user.gainWei) wei"
        case .orderBundle(let bundle, let sent):
            "block \(bundle.targetBlock) order \(bundle.order.hash) bundle with our own tokens "
                + "\(sent ? "sent" : "proven, not sent (simulating)"): net "
                + "\(bundle.netProfitWei) wei, the user gains \(bundle.user.gainWei) wei"
        }
    }
}

extension BotEvent {
    /// Whether an operator must hear of it even when he wants quiet.
    public var isTrouble: Bool {
        switch self {
        case .booksDiffer, .failed, .unwinding, .stillOpen, .disconnected: true
        case .connected, .head, .rejected, .bundle, .submitted, .resolved, .intake, .orderTaken,
            .orderRefused, .orderDeclined, .atomicBundle, .orderBundle, .gridChange, .gridStands,
            .gridRefused:
            false
        }
    }
}
