import Contracts
import EVM
import Ethereum

/// What a pending transaction does on the head state, by execution: every swap on a genuine pool,
/// in order, and its gas.
public struct SwapProbe: Equatable, Sendable {
    /// In the order of the events; of followed pools and of others.
    public var swaps: [ProbedSwap]
    /// Gas at its peak: before the refund.
    public var gasUsed: UInt64
    /// What the sender allows.
    public var gasLimit: UInt64

    package init(swaps: [ProbedSwap], gasUsed: UInt64, gasLimit: UInt64) {
        self.swaps = swaps
        self.gasUsed = gasUsed
        self.gasLimit = gasLimit
    }

    /// Executes the transaction alone on the head state and reads its swaps; the machine is left as
    /// it was found.
    public static func run(
        _ target: PendingTransaction, on head: HeadState, machine: VirtualMachine,
        budget: TargetBudget = .standard
    ) throws(Rejection) -> SwapProbe {
        let start = machine.checkpoint()
        let outcome = try budget.execute(target, machine: machine)
        machine.rollback(to: start)
        guard outcome.status == .success else { throw .targetReverts }
        let swaps = try ProbedSwap.all(in: outcome.logs, on: head, machine: machine)
        guard !swaps.isEmpty else { throw .noSwap }
        return SwapProbe(
            swaps: swaps, gasUsed: outcome.gasUsed + outcome.gasRefunded,
            gasLimit: target.signed.transaction.gasLimit)
    }
}
