/// A point of secp256k1: what a private key's signatures are checked against.
public struct PublicKey: Equatable, Hashable, Sendable {
    public let x: UInt256
    public let y: UInt256

    /// x and y, 32 bytes each, most significant first.
    public var bytes: [UInt8] { x.bigEndianBytes + y.bigEndianBytes }

    /// The last 20 bytes of the hash of both coordinates (Yellow Paper, appendix F).
    public var address: Address { Address(word: Keccak256.hash(x, y).word) }
}
