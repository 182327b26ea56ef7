import Ethereum

/// A proven bundle with our signatures: three signed transactions for one block.
public struct SignedBundle: Sendable {
    public let simulated: SimulatedBundle
    public let open: SignedTransaction
    public let close: SignedTransaction

    /// Signs our two transactions with the operator's key.
    public init(_ simulated: SimulatedBundle, key: PrivateKey) throws {
        self.simulated = simulated
        open = try SignedTransaction(simulated.open, signedBy: key)
        close = try SignedTransaction(simulated.close, signedBy: key)
    }

    /// The transactions in their order, the target's bytes as its sender signed them.
    public var transactions: [SignedTransaction] { [open, simulated.target.signed, close] }

    /// keccak256 of the transactions' hashes: the name by which relays know the bundle.
    public var hash: Hash32 {
        Keccak256.hash(transactions.flatMap { $0.hash.bytes })
    }
}
