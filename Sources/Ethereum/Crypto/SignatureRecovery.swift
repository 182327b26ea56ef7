import CSecp256k1

/// Why a signature has no signer.
public enum SignatureError: Error, Equatable, Sendable {
    /// The parity is neither 0 nor 1.
    case yParityOutOfRange(UInt64)
    /// r is 0 or not below the curve's order.
    case rOutOfRange(UInt256)
    /// s is 0 or not below the curve's order.
    case sOutOfRange(UInt256)
    /// s is above half the curve's order, which EIP-2 forbids.
    case highS(UInt256)
    /// No point has this r, or the key would be the point at infinity.
    case noSuchPoint
}

extension Signature {
    /// The account whose key signed the hash.
    ///
    /// `highSAllowed` says whether s may be above half the order: on Frontier, and in the
    /// precompile ecrecover.
    public func recoverAddress(
        messageHash: Hash32, highSAllowed: Bool = false
    ) throws(SignatureError) -> Address {
        guard yParity <= 1 else { throw .yParityOutOfRange(yParity) }
        guard !r.isZero, r < Secp256k1.order else { throw .rOutOfRange(r) }
        guard !s.isZero, s < Secp256k1.order else { throw .sOutOfRange(s) }
        guard highSAllowed || s <= Secp256k1.halfOrder else { throw .highS(s) }
        let address: Address? = withUnsafeTemporaryAllocation(byteCount: 96, alignment: 8) {
            buffer in
            let base = buffer.baseAddress.unsafelyUnwrapped
            let bytes = base.assumingMemoryBound(to: UInt8.self)
            r.storeBigEndian(to: base)
            s.storeBigEndian(to: base + 32)
            messageHash.word.storeBigEndian(to: base + 64)
            var signature = secp256k1_ecdsa_recoverable_signature()
            var key = secp256k1_pubkey()
            guard
                secp256k1_ecdsa_recoverable_signature_parse_compact(
                    Secp256k1.context, &signature, bytes, Int32(yParity)) == 1,
                secp256k1_ecdsa_recover(Secp256k1.context, &key, &signature, bytes + 64) == 1
            else { return nil }
            return Secp256k1.address(of: &key)
        }
        guard let address else { throw .noSuchPoint }
        return address
    }
}
