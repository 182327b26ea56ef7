import Ethereum

/// Transactions of an operator that put dust into ranges of a pool or take it out, each executed on
/// the head behind those before it. Only `GridKeeper` can make one.
public struct SimulatedGridChange: Sendable {
    /// Whether dust is put in or taken out.
    public enum Kind: String, Sendable {
        case seeding
        case retirement
    }

    public let kind: Kind
    public let pool: Address
    /// The ranges of all groups that it touches, from the nearest group on.
    public let ranges: [KeptRange]
    /// Who signs.
    public let account: OperatorAccount
    /// The head on which it was executed.
    public let headHash: Hash32
    public let targetBlock: UInt64
    /// Unsigned, as executed, one a group.
    public let transactions: [Transaction]
    public let gasUsed: UInt64
    /// Wei that the gas costs, what is paid above the base fee included.
    public let costWei: UInt256
}

/// A change of a grid with an operator's signatures.
public struct SignedGridChange: Sendable {
    public let simulated: SimulatedGridChange
    public let transactions: [SignedTransaction]

    /// Signs the transactions with the operator's key.
    public init(_ simulated: SimulatedGridChange, key: PrivateKey) throws {
        self.simulated = simulated
        transactions = try simulated.transactions.map {
            try SignedTransaction($0, signedBy: key)
        }
    }

    /// keccak256 of the transactions' hashes: the name by which relays know the bundle.
    public var hash: Hash32 { Keccak256.hash(transactions.flatMap { $0.hash.bytes }) }
}
