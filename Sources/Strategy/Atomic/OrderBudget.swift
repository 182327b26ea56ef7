import EVM

/// Gas and time that one decision upon an order, or its validation, may take: executions, balance
/// reads and planning together.
///
/// An order costs its sender nothing until it lands, so that what it may cost us has to be bounded
/// by us. Without a clock gas alone bounds it, and the same order gives the same answer on every
/// machine.
public final class OrderBudget {
    /// Gas of one decision by default. A served one takes 6 to 9 million: the order alone, three
    /// trials, the proof, and the same again with four things changed.
    public static let standardGas: UInt64 = 30_000_000
    /// Microseconds of one decision by default.
    public static let standardMicroseconds: UInt64 = 150_000
    /// What the search for the best range counts as: it runs no code, and takes about as long as
    /// so much gas.
    static let planningGas: UInt64 = 2_000_000

    private let gasLimit: UInt64
    private let microseconds: UInt64
    private let isTimeOver: (() -> Bool)?
    /// Gas that was used so far, before refunds.
    public private(set) var gasUsed: UInt64 = 0

    /// `clock` tells nanoseconds of any beginning, as `TargetBudget`'s does.
    public init(
        gas: UInt64 = standardGas, microseconds: UInt64 = standardMicroseconds,
        clock: (@Sendable () -> UInt64)? = nil
    ) {
        gasLimit = gas
        self.microseconds = microseconds
        if let clock {
            let (end, overflows) = clock().addingReportingOverflow(microseconds &* 1000)
            isTimeOver = overflows ? nil : { clock() >= end }
        } else {
            isTimeOver = nil
        }
    }

    private var rest: UInt64 { gasLimit > gasUsed ? gasLimit - gasUsed : 0 }

    /// Takes all that is left: of work whose cost is not known.
    public func exhaust() { gasUsed = max(gasUsed, gasLimit) }

    /// Takes gas that was used; throws where it was more than there is, or the time is over.
    func spend(_ gas: UInt64) throws(ExecutionError) {
        gasUsed &+= gas
        if gasUsed > gasLimit { throw .budgetSpent(.gas(budget: gasLimit)) }
        if isTimeOver?() == true { throw .budgetSpent(.time(gasUsed: gasUsed)) }
    }

    /// Executes within what is left of the budget, and takes what was used.
    func execute(
        _ machine: VirtualMachine, atMost limit: UInt64 = .max,
        _ run: (ExecutionBudget) throws(ExecutionError) -> TransactionOutcome
    ) throws(ExecutionError) -> TransactionOutcome {
        let outcome: TransactionOutcome
        do throws(ExecutionError) {
            outcome = try run(ExecutionBudget(gas: min(limit, rest), isTimeOver: isTimeOver))
        } catch {
            switch error {
            case .budgetSpent(.gas(let budget)): gasUsed &+= budget
            case .budgetSpent(.time(let gas)): gasUsed &+= gas
            case .invalid, .unsimulatable: break
            }
            throw error
        }
        try spend(outcome.gasUsed + outcome.gasRefunded)
        return outcome
    }

    /// The rejection of what was not executed, with this budget's time in it.
    func rejection(_ error: ExecutionError) -> Rejection {
        if case .budgetSpent(let excess) = error {
            return .tooExpensive(excess, microsecondsAllowed: microseconds)
        }
        return Rejection(error)
    }
}
