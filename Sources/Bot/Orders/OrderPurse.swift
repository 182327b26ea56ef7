import Strategy

/// What all work on orders may take behind one head, whoever sends them: gas, and time where a
/// clock is. The mempool's turn comes between any two of them.
package struct OrderPurse {
    /// What the work is for. Taking orders in may use half, so that whoever sends rubbish cannot
    /// keep the bot from deciding upon what it has.
    package enum Work {
        case admission, decision
    }

    /// Gas of all work behind one head.
    package static let gasPerHead: UInt64 = 120_000_000
    /// Gas that one order's admission may take: it is executed five times.
    package static let admissionGas: UInt64 = 15_000_000
    /// Less than this is not begun with.
    private static let leastGas: UInt64 = 1_000_000
    /// Microseconds of all work behind one head.
    private static let microsecondsPerHead: UInt64 = 1_000_000

    private let clock: (@Sendable () -> UInt64)?
    private var gasUsed: UInt64 = 0
    private var admissionGasUsed: UInt64 = 0
    private var microsecondsUsed: UInt64 = 0

    /// A full purse; `clock` tells nanoseconds of any beginning.
    package init(clock: (@Sendable () -> UInt64)? = nil) { self.clock = clock }

    /// A new head fills it.
    package mutating func beginHead() { self = OrderPurse(clock: clock) }

    /// Does some work within what is left, and takes what it used; nil where the purse is empty.
    package mutating func spend<Value>(
        on work: Work, _ body: (OrderBudget) -> Value
    ) -> Value? {
        var gas = Self.gasPerHead.less(gasUsed)
        if work == .admission {
            gas = min(
                gas, (Self.gasPerHead / 2).less(admissionGasUsed),
                Self.admissionGas)
        }
        let time = Self.microsecondsPerHead.less(microsecondsUsed)
        guard gas >= Self.leastGas, time > 0 else { return nil }
        let begin = clock?()
        let budget = OrderBudget(
            gas: min(gas, OrderBudget.standardGas),
            microseconds: min(time, OrderBudget.standardMicroseconds), clock: clock)
        let value = body(budget)
        gasUsed &+= budget.gasUsed
        if work == .admission { admissionGasUsed &+= budget.gasUsed }
        if let clock, let begin {
            microsecondsUsed &+= clock().less(begin) / 1000
        }
        return value
    }
}

extension UInt64 {
    /// The difference; zero where it would be less.
    fileprivate func less(_ other: UInt64) -> UInt64 { self > other ? self - other : 0 }
}
