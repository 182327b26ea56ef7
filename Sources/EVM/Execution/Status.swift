/// How an instruction or a frame ended. Inside the interpreter nothing throws.
enum Status: UInt8, BitwiseCopyable {
    /// Go on with the next instruction.
    case running
    /// A nested frame was pushed: go on there.
    case enterFrame

    case success
    case revert

    // All gas of the frame is spent from here on.
    case outOfGas, invalidOpcode, stackUnderflow, stackOverflow, invalidJump, staticCallViolation
    case returnDataOutOfBounds, createCollision, codeSizeLimit, initCodeSizeLimit
    case codeStartsWith0xEF, precompileFailure, nonceOverflow, callDepthExceeded
    case insufficientBalance

    /// The simulation cannot go on: `Machine.failure` says why.
    case abandoned

    /// The reason in public terms; nil for a status that is not a halt.
    var haltReason: HaltReason? {
        switch self {
        case .running, .enterFrame, .success, .revert, .abandoned: nil
        case .outOfGas: .outOfGas
        case .invalidOpcode: .invalidOpcode
        case .stackUnderflow: .stackUnderflow
        case .stackOverflow: .stackOverflow
        case .invalidJump: .invalidJump
        case .staticCallViolation: .staticCallViolation
        case .returnDataOutOfBounds: .returnDataOutOfBounds
        case .createCollision: .createCollision
        case .codeSizeLimit: .codeSizeLimit
        case .initCodeSizeLimit: .initCodeSizeLimit
        case .codeStartsWith0xEF: .codeStartsWith0xEF
        case .precompileFailure: .precompileFailure
        case .nonceOverflow: .nonceOverflow
        case .callDepthExceeded: .callDepthExceeded
        case .insufficientBalance: .insufficientBalance
        }
    }
}
