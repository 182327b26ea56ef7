import Ethereum

/// The coinbase that simulations are given: an account that nobody has.
///
/// Who builds the next block is not known beforehand. The parent's fee recipient would be a guess,
/// and somebody: an account that may swap itself, and that a target can know.
public enum SimulatedCoinbase {
    /// The account for simulations on a head: the last twenty bytes of Keccak-256 of the head's
    /// hash and a secret.
    ///
    /// Nothing stands there on the head's state: who could have put it there would have had to know
    /// the hash of a block before it was finished. The secret keeps targets, which can read their
    /// parent's hash, from telling a simulation by it.
    public static func on(head: Hash32, secret: Hash32) -> Address {
        Address(word: Keccak256.hash(head.bytes + secret.bytes).word)
    }
}
