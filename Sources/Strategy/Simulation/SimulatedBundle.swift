import Contracts
import EVM
import Ethereum

/// A bundle [open, target, close] that has been executed on the head state and has proven the
/// swapper unharmed. Only `BundleSimulator` can make one, and only signed ones of it are sent.
public struct SimulatedBundle: Sendable {
    public let plan: JitPlan
    public let target: PendingTransaction
    /// Who signs our two transactions.
    public let account: OperatorAccount
    /// The head on which it was proven.
    public let headHash: Hash32
    public let targetBlock: UInt64
    /// Our two transactions, unsigned, as executed.
    public let open: Transaction
    public let close: Transaction
    public let openOutcome: TransactionOutcome
    public let targetOutcome: TransactionOutcome
    public let closeOutcome: TransactionOutcome
    public let swapper: SwapperOutcome
    /// Raw units that the executor got back less those that it paid in.
    public let inventoryDelta0: Int256
    public let inventoryDelta1: Int256
    /// What the position earned in fees, valued in wei at the worst fair price.
    public let feeWei: UInt256
    /// Wei that `close` pays to the coinbase.
    public let tipWei: UInt256
    /// Wei that our two transactions burn and pay for gas.
    public let gasCostWei: UInt256
    /// The trade that brings the inventory back, and what it is expected to cost.
    public let hedge: Hedge
    /// The inventory's change at the worst fair price, less tip, gas and the hedge's cost.
    public let netProfitWei: Int256
    /// The states of the pool in which `open` goes through.
    public internal(set) var guardBounds: GuardBounds
    /// On how many states of the pool profit and proof hold: the head, and those of a window.
    public internal(set) var provenStates: Int
    /// The least net profit on any of them.
    public internal(set) var lowestNetProfitWei: Int256
    /// Raw units that `open` may take at most, in whichever of the states.
    public internal(set) var maxDeposits: (UInt256, UInt256)
    /// Why the guard is exact although a window was asked for.
    public internal(set) var windowRejection: Rejection?
    /// What came of the other ways of serving the target, where there are others.
    public internal(set) var otherModes: [ModeOutcome] = []

    /// Gas of our two transactions.
    public var gasUsed: UInt64 { openOutcome.gasUsed + closeOutcome.gasUsed }

    /// The tip's share of the profit after gas, in basis points, rounded down.
    public var bidShareBps: UInt64 {
        guard !netProfitWei.isNegative else { return 10_000 }
        let profit = netProfitWei.magnitude &+ tipWei
        return UInt256.mulDiv(tipWei, 10_000, profit)?.asUInt64 ?? 0
    }

    /// What the bundle deposits for its time at most, in raw units by token.
    public var deposits: [Address: UInt256] {
        [plan.pool.key.token0: maxDeposits.0, plan.pool.key.token1: maxDeposits.1]
    }
}
