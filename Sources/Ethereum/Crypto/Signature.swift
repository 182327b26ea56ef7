/// An ECDSA signature over secp256k1 with the parity of the point that it commits to, so that the
/// signer's key can be recovered.
public struct Signature: Equatable, Hashable, Sendable {
    /// The parity of the ephemeral point's y coordinate: 0 or 1; other values are kept as read, and
    /// recover nothing.
    public var yParity: UInt64
    public var r: UInt256
    public var s: UInt256

    public init(yParity: UInt64, r: UInt256, s: UInt256) {
        self.yParity = yParity
        self.r = r
        self.s = s
    }
}
