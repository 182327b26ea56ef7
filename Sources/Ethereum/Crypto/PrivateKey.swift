import CSecp256k1

/// A signing key: a scalar from 1 to n − 1. Its text shows the address alone.
public struct PrivateKey: Sendable {
    private let scalar: UInt256

    /// The key of exactly 32 bytes; nil where they are 0 or not below the curve's order.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 32, let scalar = UInt256(bigEndian: bytes), !scalar.isZero,
            scalar < Secp256k1.order
        else { return nil }
        self.scalar = scalar
    }

    /// The key of 64 hexadecimal digits, with or without `0x`; nil for anything else.
    public init?(hex text: some StringProtocol) {
        guard let bytes = Hex.decode(text) else { return nil }
        self.init(bytes: bytes)
    }

    /// The point that belongs to the key.
    public var publicKey: PublicKey {
        withUnsafeTemporaryAllocation(byteCount: 65, alignment: 8) { buffer in
            let base = buffer.baseAddress.unsafelyUnwrapped
            scalar.storeBigEndian(to: base)
            var key = secp256k1_pubkey()
            let created = secp256k1_ec_pubkey_create(
                Secp256k1.context, &key, base.assumingMemoryBound(to: UInt8.self))
            precondition(created == 1, "the scalar was checked when the key was made")
            Secp256k1.serialize(&key, to: base)
            return PublicKey(
                x: UInt256(bigEndianAt: base + 1), y: UInt256(bigEndianAt: base + 33))
        }
    }

    /// The x coordinate of the key times a point, which whoever has the point's key knows as well;
    /// nil where the 65 bytes are no point.
    package func sharedSecret(with point: [UInt8]) -> [UInt8]? {
        var key = secp256k1_pubkey()
        guard
            point.count == 65,
            secp256k1_ec_pubkey_parse(Secp256k1.context, &key, point, point.count) == 1,
            secp256k1_ec_pubkey_tweak_mul(Secp256k1.context, &key, scalar.bigEndianBytes) == 1
        else { return nil }
        var product = [UInt8](repeating: 0, count: 65)
        product.withUnsafeMutableBytes { Secp256k1.serialize(&key, to: $0.baseAddress!) }
        return Array(product[1..<33])
    }

    /// The account that the key signs for.
    public var address: Address { publicKey.address }

    /// The signature of a hash, with the deterministic nonce of RFC 6979 and the lower s (EIP-2).
    public func sign(_ hash: Hash32) -> Signature {
        withUnsafeTemporaryAllocation(byteCount: 64, alignment: 8) { buffer in
            let base = buffer.baseAddress.unsafelyUnwrapped
            let bytes = base.assumingMemoryBound(to: UInt8.self)
            hash.word.storeBigEndian(to: base)
            scalar.storeBigEndian(to: base + 32)
            var signature = secp256k1_ecdsa_recoverable_signature()
            let signed = secp256k1_ecdsa_sign_recoverable(
                Secp256k1.context, &signature, bytes, bytes + 32, nil, nil)
            precondition(signed == 1, "the scalar was checked when the key was made")
            var recoveryId: Int32 = 0
            secp256k1_ecdsa_recoverable_signature_serialize_compact(
                Secp256k1.context, bytes, &recoveryId, &signature)
            return Signature(
                yParity: UInt64(recoveryId), r: UInt256(bigEndianAt: base),
                s: UInt256(bigEndianAt: base + 32))
        }
    }
}

extension PrivateKey: CustomStringConvertible, CustomReflectable {
    /// The address, not the secret.
    public var description: String { "PrivateKey(of: \(address))" }

    /// No children, so that no dump shows the secret.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
