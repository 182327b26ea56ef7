import EVM
import Ethereum
import JSON
import Wire

/// A tree of calls as geth's `callTracer` writes it: members in its order, errors in its words.
enum CallTraceJSON {
    static func frame(_ frame: CallTracer.Frame, onlyTop: Bool) -> JSON {
        let (call, end) = (frame.call, frame.end)
        var members: [JSON.Member] = [
            .init("from", .address(call.from)), .init("gas", .quantity(call.gas)),
            .init("gasUsed", .quantity(end.gasUsed)),
        ]
        let isCreation = call.kind == .create || call.kind == .create2
        // What failed to be created has no address.
        if let to = call.to, !isCreation || end.failure == nil {
            members.append(.init("to", .address(to)))
        }
        members.append(.init("input", .data(call.input)))
        if !end.output.isEmpty { members.append(.init("output", .data(end.output))) }
        if let failure = end.failure {
            members.append(.init("error", .string(text(failure))))
            if failure == .reverted, let reason = NodeRPC.revertText(end.output) {
                members.append(.init("revertReason", .string(reason)))
            }
        }
        if !onlyTop, !frame.calls.isEmpty {
            members.append(
                .init("calls", .array(frame.calls.map { self.frame($0, onlyTop: false) })))
        }
        if let value = call.value { members.append(.init("value", .quantity(value))) }
        members.append(.init("type", .string(name(call.kind))))
        return .object(members)
    }

    private static func name(_ kind: TracedCall.Kind) -> String {
        switch kind {
        case .call: "CALL"
        case .callCode: "CALLCODE"
        case .delegateCall: "DELEGATECALL"
        case .staticCall: "STATICCALL"
        case .create: "CREATE"
        case .create2: "CREATE2"
        case .selfDestruct: "SELFDESTRUCT"
        }
    }

    private static func text(_ failure: TracedEnd.Failure) -> String {
        switch failure {
        case .reverted: "execution reverted"
        case .precompileFailed: "precompiled contract failed"
        case .halted(let reason): text(reason)
        }
    }

    /// Geth's words (core/vm/errors.go), as far as they carry no numbers.
    private static func text(_ reason: HaltReason) -> String {
        switch reason {
        case .outOfGas: "out of gas"
        case .invalidOpcode: "invalid opcode"
        case .stackUnderflow: "stack underflow"
        case .stackOverflow: "stack limit reached 1024"
        case .invalidJump: "invalid jump destination"
        case .staticCallViolation: "write protection"
        case .returnDataOutOfBounds: "return data out of bounds"
        case .createCollision: "contract address collision"
        case .codeSizeLimit: "max code size exceeded"
        case .initCodeSizeLimit: "max initcode size exceeded"
        case .codeStartsWith0xEF: "invalid code: must not begin with 0xef"
        case .precompileFailure: "precompiled contract failed"
        case .nonceOverflow: "nonce uint64 overflow"
        case .callDepthExceeded: "max call depth exceeded"
        case .insufficientBalance: "insufficient balance for transfer"
        }
    }
}
