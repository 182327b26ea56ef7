import Ethereum

/// Follows a transaction as it is executed: `VirtualMachine.execute(_:sender:tracer:)`.
///
/// The machine is passed to be read (`account`, `storage`, `code(of:)`: values as of that moment),
/// not to be executed on or reset. What happens is told in this order: `begin`; then in the order
/// of execution `touch`, and `enter` and `leave` around each nested call; `finish`. Nothing is told
/// twice or taken back where a call reverts: its `leave` says so.
public protocol ExecutionTracer: AnyObject {
    /// The transaction as its outermost call, before anything has changed.
    func begin(_ call: TracedCall, on machine: VirtualMachine)
    /// An account that the transaction names, before the instruction that names it acts.
    func touch(_ account: Address, on machine: VirtualMachine)
    /// A slot that is about to be read or written.
    func touch(_ account: Address, slot: UInt256, on machine: VirtualMachine)
    /// A nested call or creation, or a self-destruction, begins.
    func enter(_ call: TracedCall)
    /// The newest call that was entered and not left ends.
    func leave(_ end: TracedEnd)
    /// Whether the next instruction is to be told, which takes much time; asked before each.
    var wantsSteps: Bool { get }
    /// An instruction is about to be paid and to act.
    func step(_ step: TracedStep)
    /// The transaction has ended; the machine shows the state after it.
    func finish(_ outcome: TransactionOutcome, on machine: VirtualMachine)
}

extension ExecutionTracer {
    /// No instruction is told.
    public var wantsSteps: Bool { false }

    public func step(_ step: TracedStep) {}
}

/// An instruction before it acts.
public struct TracedStep: Equatable, Sendable {
    public var opcode: Opcode
    /// Where in the code it stands, in bytes.
    public var offset: Int
    /// Gas that is left before the instruction.
    public var gas: UInt64
    /// 0 for the outermost call.
    public var depth: Int
    /// The stack's words, the top last.
    public var stack: [UInt256]
}

/// A call or creation as it begins.
public struct TracedCall: Equatable, Sendable {
    /// By which instruction; `selfDestruct` runs nothing.
    public enum Kind: String, Equatable, Sendable {
        case call, callCode, delegateCall, staticCall, create, create2, selfDestruct
    }

    public var kind: Kind
    /// The account that calls.
    public var from: Address
    /// The account that is called, creates or inherits; nil for a creation by transaction.
    public var to: Address?
    /// Wei that go along; for a delegate call those of the calling frame; nil for a static call.
    public var value: UInt256?
    /// Gas that the callee may use, with the stipend; of a transaction its gas limit.
    public var gas: UInt64
    /// Calldata, or init code.
    public var input: [UInt8]

    public init(
        kind: Kind, from: Address, to: Address?, value: UInt256?, gas: UInt64, input: [UInt8]
    ) {
        self.kind = kind
        self.from = from
        self.to = to
        self.value = value
        self.gas = gas
        self.input = input
    }
}

/// A call or creation as it ends.
public struct TracedEnd: Equatable, Sendable {
    /// Why a call did not succeed.
    public enum Failure: Equatable, Sendable {
        case reverted
        /// A rule was broken; all gas is spent.
        case halted(HaltReason)
        /// A precompiled contract refused its input.
        case precompileFailed
    }

    /// Gas that the callee used.
    public var gasUsed: UInt64
    /// What it returned, or its revert data; for a creation the deployed code.
    public var output: [UInt8]
    /// Nil for a success.
    public var failure: Failure?

    public init(gasUsed: UInt64, output: [UInt8], failure: Failure?) {
        self.gasUsed = gasUsed
        self.output = output
        self.failure = failure
    }
}
