import Ethereum

/// What differs between forks, as data; one value per fork that can be run.
struct ForkRules: Sendable {
    let fork: Fork
    /// The highest address of a precompiled contract.
    let lastPrecompile: UInt64
    /// Whether SELFDESTRUCT only removes what the same transaction created (EIP-6780).
    let selfDestructOnlyNew: Bool
    /// Blobs that a transaction may carry; 0 before EIP-4844.
    let maximumBlobs: Int
    /// The newest transaction type that is accepted.
    let newestTransactionType: TransactionType

    /// The rules of a fork, or nil where it cannot be run.
    static func of(_ fork: Fork) -> ForkRules? { all.first { $0.fork == fork } }

    /// The rules that a machine holds while its block's fork cannot be run.
    static let newest = all[all.count - 1]

    private static let all = [
        ForkRules(
            fork: .shanghai, lastPrecompile: 0x09, selfDestructOnlyNew: false, maximumBlobs: 0,
            newestTransactionType: .feeMarket),
        ForkRules(
            fork: .cancun, lastPrecompile: 0x0A, selfDestructOnlyNew: true, maximumBlobs: 6,
            newestTransactionType: .blob),
    ]
}
