import Ethereum

/// What differs between forks in the execution of a transaction, as data: each fork is the one
/// before it with its changes. Prices and instructions by fork are in `InstructionTable`.
struct ForkRules: Sendable {
    private(set) var fork: Fork
    /// The newest transaction type that is accepted.
    private(set) var newestTransactionType = TransactionType.feeMarket
    /// Gas that one transaction may ask for.
    private(set) var transactionGasCap = UInt64.max
    /// Gas of one transaction that instructions may spend; what it has beyond is for the state's
    /// growth alone. The gas before the first instruction must fit as well.
    private(set) var executionGasCap = Int64.max
    /// Blobs that one transaction may carry.
    private(set) var maximumBlobs = 0
    /// Whether the block's coinbase is warm from the start.
    private(set) var warmsCoinbase = false
    /// Bytes of deployed code.
    private(set) var maximumCode = Limit.codeSize
    /// Bytes of init code, and gas for each word of it.
    private(set) var maximumInitCode = Int.max
    private(set) var initCodeWordGas: Int64 = 0
    /// Whether SELFDESTRUCT only removes what the same transaction created.
    private(set) var selfDestructOnlyNew = false
    /// Whether what destroys itself keeps the wei that it has.
    private(set) var selfDestructKeepsWei = false
    /// Whether an account without nonce and code, but with storage, cannot be created.
    private(set) var storageBlocksCreation = true
    /// Whether the state's growth has gas of its own (`StateGas`).
    private(set) var hasStateGas = false
    /// Whether moving wei writes a log.
    private(set) var logsTransfers = false
    /// Gas for an account's first use in a transaction, and for wei that a call sends.
    private(set) var coldAccountAccess = Gas.coldAccountAccess
    private(set) var callValue = Gas.callValue
    /// Whether an account's code may be the mark that it runs another's.
    private(set) var hasDelegations = false
    /// The precompiled contracts: 1 to the last, and one far from them (0 for none).
    private(set) var lastPrecompile: UInt64 = 0x09
    private(set) var outlyingPrecompile: UInt64 = 0
    private(set) var modularExponentiation = ModularExponentiation.Rules.berlin

    /// The rules of a fork, or nil where it cannot be run.
    static func of(_ fork: Fork) -> ForkRules? { all.first { $0.fork == fork } }

    /// The rules that a machine holds while its block's fork cannot be run.
    static let newest = amsterdam

    /// The forks that can be run, from the oldest. A new one is added below and here.
    static let all = [london, paris, shanghai, cancun, prague, osaka, amsterdam]

    private static let london = ForkRules(fork: .london)

    /// EIP-4399 gives 0x44 another meaning, which the block's environment knows.
    private static let paris = london.followed(by: .paris)

    private static let shanghai = paris.followed(by: .shanghai) { rules in
        // EIP-3651.
        rules.warmsCoinbase = true
        // EIP-3860.
        rules.maximumInitCode = 2 * Limit.codeSize
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

    private static let amsterdam = osaka.followed(by: .amsterdam) { rules in
        // EIP-7708.
        rules.logsTransfers = true
        // EIP-7954.
        rules.maximumCode = Limit.codeSizeAmsterdam
        rules.maximumInitCode = 2 * Limit.codeSizeAmsterdam
        // EIP-8037: the cap of EIP-7825 is on execution alone.
        rules.hasStateGas = true
        rules.transactionGasCap = .max
        rules.executionGasCap = Int64(TransactionLimit.gas)
        // EIP-8038.
        rules.coldAccountAccess = Gas.coldAccountAccessAmsterdam
        rules.callValue = Gas.callValueAmsterdam
        // EIP-8246.
        rules.selfDestructKeepsWei = true
        // EIP-7610 is not part of it.
        rules.storageBlocksCreation = false
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
