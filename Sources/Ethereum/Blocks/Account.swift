/// An account without its storage (Yellow Paper 4.1).
public struct Account: Equatable, Hashable, Sendable {
    public var nonce: UInt64
    /// Wei.
    public var balance: UInt256
    /// `Keccak256.ofEmpty` where there is no code.
    public var codeHash: Hash32

    public init(nonce: UInt64 = 0, balance: UInt256 = .zero, codeHash: Hash32 = Keccak256.ofEmpty) {
        self.nonce = nonce
        self.balance = balance
        self.codeHash = codeHash
    }

    /// Nonce 0, balance 0 and no code: such an account is not kept in the state (EIP-161).
    public var isEmpty: Bool { nonce == 0 && balance.isZero && codeHash == Keccak256.ofEmpty }
}
