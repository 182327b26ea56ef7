import Ethereum

/// The tree of a transaction's calls (Geth's `callTracer`).
public final class CallTracer: ExecutionTracer {
    /// A call with the calls that it made, in their order.
    public struct Frame: Equatable, Sendable {
        public var call: TracedCall
        /// For the outermost call the transaction's gas used, after refund.
        public var end: TracedEnd
        public var calls: [Frame]
    }

    /// The outermost call, once the transaction has ended.
    public private(set) var root: Frame?
    /// Bytes that the calls hold: a caller pays for its memory once and may pass it on to thousands
    /// of calls. Whoever lets others choose the code asks, and ends the execution by its budget.
    public private(set) var heldBytes = 0
    /// The calls that have begun and not ended, the newest last.
    private var open: [Frame] = []

    /// A tracer for one transaction after another.
    public init() {}

    public func begin(_ call: TracedCall, on machine: VirtualMachine) {
        root = nil
        heldBytes = 0
        open.removeAll()
        enter(call)
    }

    public func touch(_ account: Address, on machine: VirtualMachine) {}

    public func touch(_ account: Address, slot: UInt256, on machine: VirtualMachine) {}

    public func enter(_ call: TracedCall) {
        heldBytes += MemoryLayout<Frame>.stride + call.input.count
        open.append(
            Frame(call: call, end: TracedEnd(gasUsed: 0, output: [], failure: nil), calls: []))
    }

    public func leave(_ end: TracedEnd) {
        guard var frame = open.popLast() else { return }
        frame.end = end
        heldBytes += end.output.count
        if open.isEmpty { root = frame } else { open[open.count - 1].calls.append(frame) }
    }

    public func finish(_ outcome: TransactionOutcome, on machine: VirtualMachine) {
        if let created = outcome.createdAddress, !open.isEmpty { open[0].call.to = created }
        let failure: TracedEnd.Failure? =
            switch outcome.status {
            case .success: nil
            case .revert: .reverted
            case .halt(let reason): .halted(reason)
            }
        leave(TracedEnd(gasUsed: outcome.gasUsed, output: outcome.output, failure: failure))
    }
}
