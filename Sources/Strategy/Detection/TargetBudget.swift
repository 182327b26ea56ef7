import EVM

/// What executing somebody's transaction may take, so that no hostile one holds the bot up.
///
/// Time is told by a clock that is passed in: nanoseconds of any beginning that only rise. Without
/// one gas alone bounds it, and the same target gives the same answer on every machine.
public struct TargetBudget: Sendable {
    /// Gas of one execution, before refunds; a swap over three pools takes 400,000.
    public var gas: UInt64
    /// Microseconds of one execution.
    public var microseconds: UInt64
    public var clock: (@Sendable () -> UInt64)?

    public init(
        gas: UInt64, microseconds: UInt64, clock: (@Sendable () -> UInt64)? = nil
    ) {
        self.gas = gas
        self.microseconds = microseconds
        self.clock = clock
    }

    /// Three million gas and two milliseconds, without a clock.
    public static let standard = TargetBudget(gas: 3_000_000, microseconds: 2000)

    /// Executes the target within this budget; its failure to execute is a rejection.
    func execute(
        _ target: PendingTransaction, machine: VirtualMachine
    ) throws(Rejection) -> TransactionOutcome {
        var budget = ExecutionBudget(gas: gas)
        if let clock {
            let (end, overflows) = clock().addingReportingOverflow(microseconds &* 1000)
            if !overflows { budget.isTimeOver = { clock() >= end } }
        }
        do {
            return try machine.execute(
                target.signed.transaction, sender: target.sender, budget: budget)
        } catch .budgetSpent(let excess) {
            throw .tooExpensive(excess, microsecondsAllowed: microseconds)
        } catch {
            throw Rejection(error)
        }
    }
}
