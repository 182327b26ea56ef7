import EVM
import Ethereum

/// What a user has of an atomic bundle, proven by execution with and without us.
public struct OrderOutcome: Equatable, Sendable {
    /// Worth of everything that accounts other than ours gain, at the hedge pool's price, in wei;
    /// exact for what is gained in WETH or ether.
    public let gainWei: UInt256
    /// The gain against the worth of what the swap gave, in hundredths of a basis point.
    public let gainPips: UInt64
}

/// One transaction that borrows, provides liquidity, executes a user's order, takes the liquidity
/// out, trades the change back and repays: executed on the head state and proven to leave nobody
/// worse off than the order alone. Only `AtomicSimulator` can make one, and only signed ones of it
/// are sent.
public struct SimulatedAtomicBundle: Sendable {
    public let plan: AtomicPlan
    public let order: SignedOrder
    /// Who signs our transaction.
    public let account: OperatorAccount
    /// The head on which it was proven.
    public let headHash: Hash32
    public let targetBlock: UInt64
    /// Unsigned, as executed.
    public let transaction: Transaction
    public let outcome: TransactionOutcome
    public let user: OrderOutcome
    /// What the position earned in fees, valued in wei at the hedge pool's price.
    public let feeWei: UInt256
    /// Wei that our transaction pays to the coinbase.
    public let tipWei: UInt256
    /// Wei that it burns and pays for gas.
    public let gasCostWei: UInt256
    /// What our accounts have more of WETH and ether, tip and gas paid.
    public let netProfitWei: Int256
    /// What came of the other ways of serving the order, where there are others.
    public internal(set) var otherModes: [ModeOutcome] = []

    /// Pools whose price it moves: nothing else of ours may rest on them in its block.
    public var pools: [Address] { [plan.pool.address, plan.hedge.address] }
}

/// A proven atomic bundle with our signature: one signed transaction for one block.
public struct SignedAtomicBundle: Sendable {
    public let simulated: SimulatedAtomicBundle
    public let transaction: SignedTransaction

    /// Signs our transaction with the operator's key.
    public init(_ simulated: SimulatedAtomicBundle, key: PrivateKey) throws {
        self.simulated = simulated
        transaction = try SignedTransaction(simulated.transaction, signedBy: key)
    }

    /// keccak256 of the transaction's hash: the name by which relays know the bundle.
    public var hash: Hash32 { Keccak256.hash(transaction.hash.bytes) }
}
