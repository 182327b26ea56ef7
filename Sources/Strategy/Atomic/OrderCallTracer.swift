import Contracts
import EVM
import Ethereum

/// Watches our transaction to tell whose fault a failure is: the order's, whose call by the
/// trampoline fails, or another's, a lender's for one.
final class OrderCallTracer: ExecutionTracer {
    /// Revert data of the order's call; nil where it was not made, or has succeeded.
    private(set) var failure: [UInt8]?

    private let flash: Address
    private let forward: [UInt8]
    private var depth = 0
    private var orderDepth: Int?

    init(flash: Address) {
        self.flash = flash
        forward = Calldata(JitFlash.forwardSelector).bytes
    }

    func begin(_ call: TracedCall, on machine: VirtualMachine) {}
    func touch(_ account: Address, on machine: VirtualMachine) {}
    func touch(_ account: Address, slot: UInt256, on machine: VirtualMachine) {}
    func finish(_ outcome: TransactionOutcome, on machine: VirtualMachine) {}

    func enter(_ call: TracedCall) {
        depth += 1
        // Only our contract calls in its own name.
        if orderDepth == nil, call.from == flash, call.kind == .call,
            call.input.starts(with: forward)
        {
            orderDepth = depth
        }
    }

    func leave(_ end: TracedEnd) {
        if depth == orderDepth, end.failure != nil { failure = end.output }
        depth -= 1
    }
}
