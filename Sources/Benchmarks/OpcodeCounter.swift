import EVM
import Ethereum

/// Counts the instructions that a transaction executes.
final class OpcodeCounter: ExecutionTracer {
    private(set) var count = 0

    var wantsSteps: Bool { true }

    func step(_ step: TracedStep) { count += 1 }

    func begin(_ call: TracedCall, on machine: VirtualMachine) {}
    func touch(_ account: Address, on machine: VirtualMachine) {}
    func touch(_ account: Address, slot: UInt256, on machine: VirtualMachine) {}
    func enter(_ call: TracedCall) {}
    func leave(_ end: TracedEnd) {}
    func finish(_ outcome: TransactionOutcome, on machine: VirtualMachine) {}
}
