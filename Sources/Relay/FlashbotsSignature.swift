import Ethereum

/// The header by which a relay knows who sends: `X-Flashbots-Signature: <address>:<signature>`.
///
/// The signature is an EIP-191 personal message over the text "0x" and the 64 digits of
/// keccak256(body), the body byte for byte as sent.
public enum FlashbotsSignature {
    public static let headerName = "X-Flashbots-Signature"

    /// Why a request's signature is not accepted.
    public enum Failure: Error, Equatable, Sendable, CustomStringConvertible {
        case missing
        case malformed
        case wrongSigner(stated: Address, recovered: Address)

        /// In the words of the relays.
        public var description: String {
            switch self {
            case .missing: "signature is required"
            case .malformed: "error in signature check: malformed header"
            case .wrongSigner(let stated, let recovered):
                "error in signature check: header states \(stated), signature is of \(recovered)"
            }
        }
    }

    /// The hash that is signed for a body.
    public static func messageHash(body: [UInt8]) -> Hash32 {
        let text = Array(Keccak256.hash(body).description.utf8)
        let prefix = Array("\u{19}Ethereum Signed Message:\n\(text.count)".utf8)
        return Keccak256.hash(prefix + text)
    }

    /// The header's value for a body.
    public static func headerValue(body: [UInt8], key: PrivateKey) -> String {
        let signature = key.sign(messageHash(body: body))
        let bytes =
            signature.r.bigEndianBytes + signature.s.bigEndianBytes
            + [UInt8(truncatingIfNeeded: signature.yParity) + 27]
        return key.address.checksummed + ":" + Hex.prefixed(bytes)
    }

    /// Who signed a body, by its header. The last byte may be 27 or 28, as wallets write it, or 0
    /// or 1.
    public static func signer(body: [UInt8], headerValue: String?) throws(Failure) -> Address {
        guard let headerValue else { throw .missing }
        let parts = headerValue.split(separator: ":", maxSplits: 1)
        guard parts.count == 2, let stated = Address(hex: parts[0]),
            let bytes = Hex.decode(parts[1]), bytes.count == 65,
            let r = UInt256(bigEndian: bytes[0..<32]), let s = UInt256(bigEndian: bytes[32..<64])
        else { throw .malformed }
        let yParity = bytes[64] >= 27 ? bytes[64] - 27 : bytes[64]
        let signature = Signature(yParity: UInt64(yParity), r: r, s: s)
        guard
            let recovered = try? signature.recoverAddress(messageHash: messageHash(body: body))
        else { throw .malformed }
        guard recovered == stated else {
            throw .wrongSigner(stated: stated, recovered: recovered)
        }
        return recovered
    }
}
