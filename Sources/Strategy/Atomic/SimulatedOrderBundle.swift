import EVM
import Ethereum

/// A bundle [open, a user's order that our operator submits, close] with our own tokens: executed
/// on the head state and proven to leave nobody worse off than the order alone. Only
/// `OrderInventorySimulator` can make one, and only signed ones of it are sent.
public struct SimulatedOrderBundle: Sendable {
    public let plan: JitPlan
    public let order: SignedOrder
    /// Who signs all three transactions.
    public let account: OperatorAccount
    /// The head on which it was proven.
    public let headHash: Hash32
    public let targetBlock: UInt64
    /// Unsigned, as executed.
    public let open: Transaction
    public let submission: Transaction
    public let close: Transaction
    /// Gas of all three.
    public let gasUsed: UInt64
    public let user: OrderOutcome
    /// What the position earned in fees, valued in wei at the worst fair price.
    public let feeWei: UInt256
    /// Wei that `close` pays to the coinbase.
    public let tipWei: UInt256
    /// Wei that the three transactions burn and pay for gas, before what an operation pays back.
    public let gasCostWei: UInt256
    /// The trade that brings the inventory back, and what it is expected to cost.
    public let hedge: Hedge
    /// What our accounts have more, valued at the worst fair price, less the hedge's cost: gas and
    /// tip are paid, and what an operation pays back for its gas is in it. No more of it than the
    /// chain holds the bundle to: a gift of the order's is not in it.
    public let netProfitWei: Int256
    /// What came of the other ways of serving the order.
    public internal(set) var otherModes: [ModeOutcome] = []

    /// Pools whose price it moves: nothing else of ours may rest on them in its block.
    public var pools: [Address] { [plan.pool.address] }

    /// What it deposits for its time at most, in raw units by token.
    public var deposits: [Address: UInt256] {
        [plan.pool.key.token0: plan.deposit0, plan.pool.key.token1: plan.deposit1]
    }
}

/// A bundle around an order with our signatures: three transactions of one operator for one block.
public struct SignedOrderBundle: Sendable {
    public let simulated: SimulatedOrderBundle
    public let open: SignedTransaction
    public let submission: SignedTransaction
    public let close: SignedTransaction

    /// Signs our transactions with the operator's key.
    public init(_ simulated: SimulatedOrderBundle, key: PrivateKey) throws {
        self.simulated = simulated
        open = try SignedTransaction(simulated.open, signedBy: key)
        submission = try SignedTransaction(simulated.submission, signedBy: key)
        close = try SignedTransaction(simulated.close, signedBy: key)
    }

    /// In their order in the block.
    public var transactions: [SignedTransaction] { [open, submission, close] }

    /// keccak256 of the transactions' hashes: the name by which relays know the bundle.
    public var hash: Hash32 { Keccak256.hash(transactions.flatMap { $0.hash.bytes }) }
}

/// A proven bundle for an order, whichever mode leaves more.
public enum SimulatedOrder: Sendable {
    case atomic(SimulatedAtomicBundle)
    case inventory(SimulatedOrderBundle)

    /// What it leaves, for comparing.
    public var offer: ModeOffer {
        switch self {
        case .atomic(let bundle):
            ModeOffer(
                mode: .atomic, gasUsed: bundle.outcome.gasUsed, netProfitWei: bundle.netProfitWei)
        case .inventory(let bundle):
            ModeOffer(
                mode: bundle.plan.mode, gasUsed: bundle.gasUsed,
                netProfitWei: bundle.netProfitWei)
        }
    }

    /// The same with what came of the other modes.
    func with(_ otherModes: [ModeOutcome]) -> SimulatedOrder {
        switch self {
        case .atomic(var bundle):
            bundle.otherModes = otherModes
            return .atomic(bundle)
        case .inventory(var bundle):
            bundle.otherModes = otherModes
            return .inventory(bundle)
        }
    }
}
