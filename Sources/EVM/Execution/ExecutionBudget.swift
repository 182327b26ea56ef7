/// How much gas and time one execution of a transaction may take, whatever its sender allows it.
///
/// The code cannot see the budget: it finds the gas that its sender gave it. An execution that uses
/// more ends with `ExecutionError.budgetSpent`, and the state is as before.
public struct ExecutionBudget {
    /// Gas that may be used, before refunds, with what is paid before any code.
    public var gas: UInt64
    /// Whether the time is over. Asked now and then; a clock is not read here. Nil for no bound.
    public var isTimeOver: (() -> Bool)?

    public init(gas: UInt64, isTimeOver: (() -> Bool)? = nil) {
        self.gas = gas
        self.isTimeOver = isTimeOver
    }

    /// Which of the two was spent.
    public enum Excess: Equatable, Sendable {
        /// More gas than this budget would be used.
        case gas(budget: UInt64)
        /// The time was over after about so much gas.
        case time(gasUsed: UInt64)
    }
}

/// Holds an execution to its budget: asked at each backward jump, at each instruction that does
/// more than move words, and when a frame ends.
///
/// Gas is not counted: each frame has a floor, the gas at which the budget is spent. A callee's
/// floor follows from its caller's and from what the caller keeps.
final class Meter {
    private let budget: ExecutionBudget
    /// The floors of the running frames, the outermost first.
    private var floors: [Int64] = []
    /// Questions until the clock is asked again.
    private var patience: Int
    private(set) var excess: ExecutionBudget.Excess?

    /// Questions between two looks at the clock, each some tens of nanoseconds of work at least.
    private static let patience = 64
    /// A precompiled contract may work for long: its call weighs as much as so many questions.
    private static let precompileWeight = 32

    init(_ budget: ExecutionBudget) {
        self.budget = budget
        patience = Self.patience
        floors.reserveCapacity(16)
    }

    /// The outermost frame is about to run with this gas, of a limit of which so much was not
    /// taken before.
    func begin(gas: Int64, paidBefore: Int64) {
        floors.removeAll(keepingCapacity: true)
        floors.append(gas &- (Int64(clamping: budget.gas) &- paidBefore))
        excess = nil
    }

    /// A frame was entered; its caller has kept this gas.
    func entered(callerGas: Int64) {
        floors.append((floors.last ?? 0) &- callerGas)
    }

    /// The newest frame was left.
    func left() { floors.removeLast() }

    /// Whether the newest frame may go on with this gas.
    @inline(__always)
    func allows(gas: Int64) -> Bool {
        patience &-= 1
        return gas >= floors[floors.count &- 1] && patience > 0 || look(gas)
    }

    /// Whether a precompiled contract may be called by a frame with this gas; what it may use is
    /// the budget's rest where that is less.
    func allowsPrecompile(gas: Int64) -> Bool {
        patience &-= Self.precompileWeight
        return allows(gas: gas)
    }

    /// Gas that is left of the budget when the newest frame has this gas.
    func rest(gas: Int64) -> Int64 { gas &- floors[floors.count &- 1] }

    /// More gas is asked for than the budget has.
    func spent() { excess = .gas(budget: budget.gas) }

    @inline(never)
    private func look(_ gas: Int64) -> Bool {
        guard gas >= floors[floors.count &- 1] else {
            spent()
            return false
        }
        patience = Self.patience
        if budget.isTimeOver?() == true {
            let rest = UInt64(clamping: rest(gas: gas))
            excess = .time(gasUsed: budget.gas > rest ? budget.gas - rest : 0)
            return false
        }
        return true
    }
}
