import Ethereum

/// What differs between forks in the execution of a transaction, as data: each fork is the one
/// before it with its changes. Prices and instructions by fork are in `InstructionTable`.
struct ForkRules: Sendable {
    private(set) var fork: Fork
    /// The newest transaction type that is accepted.
    private(set) var newestTransactionType = TransactionType.feeMarket
    /// Gas that one transaction may ask for.
    private(set) var transactionGasCap = UInt64.max
    /// Blobs that one transaction may carry.
    private(set) var maximumBlobs = 0
    /// Whether the block's coinbase is warm from the start.
    private(set) var warmsCoinbase = false
    /// Bytes of init code, and gas for each word of it.
    private(set) var maximumInitCode = Int.max
    private(set) var initCodeWordGas: Int64 = 0
    /// Whether SELFDESTRUCT only removes what the same transaction created.
    private(set) var selfDestructOnlyNew = false
    /// Whether an account's code may be the mark that it runs another's.
    private(set) var hasDelegations = false
    /// The precompiled contracts: 1 to the last, and one far from them (0 for none).
    private(set) var lastPrecompile: UInt64 = 0x09
    private(set) var outlyingPrecompile: UInt64 = 0
    private(set) var modularExponentiation = ModularExponentiation.Rules.berlin

    /// The rules of a fork, or nil where it cannot be run.
    static func of(_ fork: Fork) -> ForkRules? { all.first { $0.fork == fork } }

    /// The rules that a machine holds while its block's fork cannot be run.
    static let newest = osaka

    /// The forks that can be run, from the oldest. A new one is added below and here.
    static let all = [london, paris, shanghai, cancun, prague, osaka]

    private static let london = ForkRules(fork: .london)

    /// EIP-4399 gives 0x44 another meaning, which the block's environment knows.
    private static let paris = london.followed(by: .paris)

    private static let shanghai = paris.followed(by: .shanghai) { rules in
        // EIP-3651.
        rules.warmsCoinbase = true
        // EIP-3860.
        rules.maximumInitCode = Limit.initCodeSize
        rules.initCodeWordGas = Gas.initCodeWord
    }

    private static let cancun = shanghai.followed(by: .cancun) { rules in
        // EIP-4844.
        rules.newestTransactionType = .blob
        rules.maximumBlobs = 6
        rules.lastPrecompile = 0x0A
        // EIP-6780.
        rules.selfDestructOnlyNew = true
    }

    private static let prague = cancun.followed(by: .prague) { rules in
        // EIP-7702.
        rules.newestTransactionType = .setCode
        rules.hasDelegations = true
        // EIP-7691.
        rules.maximumBlobs = 9
        // EIP-2537.
        rules.lastPrecompile = 0x11
    }

    private static let osaka = prague.followed(by: .osaka) { rules in
        // EIP-7825.
        rules.transactionGasCap = TransactionLimit.gas
        // EIP-7594.
        rules.maximumBlobs = 6
        // EIP-7951.
        rules.outlyingPrecompile = 0x100
        // EIP-7823, EIP-7883.
        rules.modularExponentiation = .osaka
    }

    private init(fork: Fork) { self.fork = fork }

    /// The rules of the next fork: these with its changes.
    private func followed(
        by fork: Fork, _ change: (inout ForkRules) -> Void = { _ in }
    ) -> ForkRules {
        var rules = self
        rules.fork = fork
        change(&rules)
        return rules
    }
}
