import Ethereum

/// Whether an execution is watched, or held to a budget: the parameter of all that a frame runs
/// through. The compiler makes a copy for each, and in that of `Unwatched` nothing is left of what
/// `W.isOn` and `W.isMetered` guard.
protocol Watching {
    static var isOn: Bool { get }
    static var isMetered: Bool { get }
}

/// Nobody looks.
enum Unwatched: Watching {
    @inline(__always) static var isOn: Bool { false }
    @inline(__always) static var isMetered: Bool { false }
}

/// The machine's `watch` is told; its `meter` is asked where there is one.
enum Watched: Watching {
    @inline(__always) static var isOn: Bool { true }
    @inline(__always) static var isMetered: Bool { true }
}

/// The machine's `meter` is asked.
enum Metered: Watching {
    @inline(__always) static var isOn: Bool { false }
    @inline(__always) static var isMetered: Bool { true }
}

/// Tells a tracer what the machine does.
final class Watch {
    private let tracer: any ExecutionTracer
    private let machine: VirtualMachine
    /// The gas of the frames that were entered.
    private var entryGas: [Int64] = []
    /// What a creation by this kind of instruction is called until its frame is there.
    private var creationKind = TracedCall.Kind.create

    init(_ tracer: any ExecutionTracer, _ machine: VirtualMachine) {
        self.tracer = tracer
        self.machine = machine
    }

    // MARK: Instructions

    /// Before an instruction is paid.
    func step(
        _ frame: FramePointer, pc: UnsafePointer<UInt8>, sp: UnsafeMutablePointer<UInt256>,
        gas: Int64
    ) {
        guard tracer.wantsSteps else { return }
        let words = UnsafeBufferPointer(
            start: frame.pointee.stackBase + 1, count: sp - frame.pointee.stackBase)
        tracer.step(
            TracedStep(
                opcode: Opcode(byte: pc.pointee), offset: pc - frame.pointee.code,
                gas: UInt64(clamping: gas), depth: entryGas.count, stack: Array(words)))
    }

    /// Before an instruction acts: what it names.
    func perform(_ opcode: Opcode, _ frame: FramePointer) {
        let sp = frame.pointee.sp
        switch opcode {
        case .sload, .sstore:
            tracer.touch(frame.pointee.address, slot: sp[0], on: machine)
        case .balance, .extcodesize, .extcodecopy, .extcodehash, .selfdestruct:
            tracer.touch(Address(word: sp[0]), on: machine)
        case .call, .callcode, .delegatecall, .staticcall:
            let address = Address(word: sp[-1])
            tracer.touch(address, on: machine)
            // Whose code acts in its place (EIP-7702).
            if let delegate = (try? machine.code(of: address))?.delegate {
                tracer.touch(delegate, on: machine)
            }
        case .create: creationKind = .create
        case .create2: creationKind = .create2
        default: break
        }
    }

    func selfDestructed(_ account: Address, to heir: Address, _ wei: UInt256) {
        tracer.enter(
            TracedCall(
                kind: .selfDestruct, from: account, to: heir, value: wei, gas: 0, input: []))
        tracer.leave(TracedEnd(gasUsed: 0, output: [], failure: nil))
    }

    // MARK: Frames

    /// A nested frame is there and about to run.
    func entered(_ kind: Calls.Kind, _ frame: FramePointer, to: Address, input: [UInt8]) {
        entryGas.append(frame.pointee.gas)
        enter(
            kind, from: (frame - 1).pointee.address, to, frame.pointee.value, frame.pointee.gas,
            input)
    }

    /// An account that no operand names: a creation's.
    func named(_ account: Address) { tracer.touch(account, on: machine) }

    /// A creation that gets no frame.
    func refusedCreation(
        _ creator: FramePointer, to: Address?, _ value: UInt256, gas: Int64, used: Int64,
        initCode: [UInt8], _ reason: HaltReason
    ) {
        tracer.enter(
            TracedCall(
                kind: creationKind, from: creator.pointee.address, to: to, value: value,
                gas: UInt64(clamping: gas), input: initCode))
        leave(used, [], .halted(reason))
    }

    /// The frame of a creation is there.
    func created(_ frame: FramePointer, initCode: [UInt8]) {
        entryGas.append(frame.pointee.gas)
        tracer.enter(
            TracedCall(
                kind: creationKind, from: frame.pointee.caller, to: frame.pointee.address,
                value: frame.pointee.value, gas: UInt64(clamping: frame.pointee.gas),
                input: initCode))
    }

    /// A nested frame has ended, and its gas and return data are settled.
    func left(_ frame: FramePointer, _ status: Status, output: [UInt8]) {
        let gas = entryGas.popLast() ?? 0
        leave(gas &- frame.pointee.gas, output, Self.failure(status))
    }

    /// A call that has no frame: to a precompiled contract, to an account without code, or refused.
    func frameless(
        _ kind: Calls.Kind, _ caller: FramePointer, _ to: Address, _ value: UInt256, gas: Int64,
        used: Int64, input: [UInt8], output: [UInt8], _ failure: TracedEnd.Failure?
    ) {
        let wei = kind == .delegateCall ? caller.pointee.value : value
        enter(kind, from: caller.pointee.address, to, wei, gas, input)
        leave(used, output, failure)
    }

    private func enter(
        _ kind: Calls.Kind, from: Address, _ to: Address, _ value: UInt256, _ gas: Int64,
        _ input: [UInt8]
    ) {
        tracer.enter(
            TracedCall(
                kind: kind.traced, from: from, to: to, value: kind == .staticCall ? nil : value,
                gas: UInt64(clamping: gas), input: input))
    }

    private func leave(_ used: Int64, _ output: [UInt8], _ failure: TracedEnd.Failure?) {
        tracer.leave(
            TracedEnd(gasUsed: UInt64(clamping: used), output: output, failure: failure))
    }

    private static func failure(_ status: Status) -> TracedEnd.Failure? {
        if status == .revert { return .reverted }
        return status.haltReason.map { .halted($0) }
    }
}

extension Calls.Kind {
    fileprivate var traced: TracedCall.Kind {
        switch self {
        case .call: .call
        case .callCode: .callCode
        case .delegateCall: .delegateCall
        case .staticCall: .staticCall
        }
    }
}
