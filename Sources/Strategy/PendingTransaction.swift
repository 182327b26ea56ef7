import Ethereum

/// A signed transaction that waits for a block, as the mempool gave it.
public struct PendingTransaction: Equatable, Sendable {
    /// The bytes as signed: they go into the bundle unchanged.
    public var signed: SignedTransaction
    public var sender: Address

    public init(signed: SignedTransaction, sender: Address) {
        self.signed = signed
        self.sender = sender
    }

    /// keccak256 of the signed bytes.
    public var hash: Hash32 { signed.hash }
}
