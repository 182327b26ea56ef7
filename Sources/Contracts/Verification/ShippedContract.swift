import Ethereum

/// A contract of ours as it is shipped: what the compiler made of its source.
public enum ShippedContract: String, CaseIterable, Sendable {
    case jitExecutor = "JitExecutor"
    case jitFlash = "JitFlash"
    case jitTrampoline = "JitTrampoline"

    /// A named value of the ABI: an immutable, or a constructor's argument.
    public struct Field: Equatable, Sendable {
        public var name: String
        public var type: ABIType

        init(_ name: String, _ type: ABIType) {
            self.name = name
            self.type = type
        }
    }

    /// The source file, below the project's root.
    public var sourcePath: String { "contracts/\(rawValue).vy" }

    /// Code that deploys it; the constructor's arguments follow.
    public var creationCode: [UInt8] {
        let hex =
            switch self {
            case .jitExecutor: JitExecutorArtifact.creationCodeHex
            case .jitFlash: JitFlashArtifact.creationCodeHex
            case .jitTrampoline: JitTrampolineArtifact.creationCodeHex
            }
        return Hex.decode(hex) ?? []
    }

    /// Code on chain without its immutables, one word each, which follow.
    public var runtimeCode: [UInt8] {
        let hex =
            switch self {
            case .jitExecutor: JitExecutorArtifact.runtimeCodeHex
            case .jitFlash: JitFlashArtifact.runtimeCodeHex
            case .jitTrampoline: JitTrampolineArtifact.runtimeCodeHex
            }
        return Hex.decode(hex) ?? []
    }

    /// Immutables in the order of their words behind the code.
    public var immutables: [Field] {
        switch self {
        case .jitExecutor:
            [
                Field("FACTORY", .address), Field("WETH", .address),
                Field("POSITION_MANAGER", .address), Field("maxLoanSize", .uint(bits: 256)),
            ]
        case .jitFlash:
            [
                Field("EXECUTOR", .address), Field("TRAMPOLINE", .address),
                Field("FACTORY", .address), Field("WETH", .address),
                Field("MAX_WETH_LOAN", .uint(bits: 256)),
            ]
        case .jitTrampoline: []
        }
    }

    /// The constructor's arguments.
    public var arguments: [Field] {
        switch self {
        case .jitExecutor:
            [
                Field("minProfitThreshold", .uint(bits: 256)), Field("maxLoan", .uint(bits: 256)),
                Field("profitRecipient", .address), Field("positionManager", .address),
            ]
        case .jitFlash: [Field("executor", .address), Field("trampoline", .address)]
        case .jitTrampoline: []
        }
    }

    /// Whether it keeps anything in its storage.
    public var keepsState: Bool { self != .jitTrampoline }

    /// Arguments that stay in the code: their names, and the immutables that must equal them.
    public var kept: [(argument: String, immutable: String)] {
        switch self {
        case .jitExecutor: [("maxLoan", "maxLoanSize"), ("positionManager", "POSITION_MANAGER")]
        case .jitFlash: [("executor", "EXECUTOR"), ("trampoline", "TRAMPOLINE")]
        case .jitTrampoline: []
        }
    }

    /// The words of an error's number; nil for one that this contract does not raise.
    public func words(ofError code: UInt8) -> String? {
        switch self {
        case .jitExecutor: JitErrorWords.jitExecutor[code]
        case .jitFlash: JitErrorWords.jitFlash[code]
        case .jitTrampoline: nil
        }
    }
}
