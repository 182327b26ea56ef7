import CSecp256k1

/// What peers encrypt to a key (devp2p, rlpx.md, "ECIES Encryption"), without shared data for the
/// authentication: an ephemeral point of 65 bytes, 16 bytes of counter, the text in AES-128 counter
/// mode, and 32 bytes of HMAC-SHA256 over what is between.
package enum ECIES {
    private static let pointBytes = 65
    private static let counterBytes = 16
    private static let tagBytes = 32

    /// The text; nil for a message that was not encrypted to this key, or was changed.
    package static func open(_ message: [UInt8], with key: PrivateKey) -> [UInt8]? {
        guard message.count >= pointBytes + counterBytes + tagBytes,
            let shared = key.sharedSecret(with: Array(message[..<pointBytes]))
        else { return nil }
        // NIST SP 800-56, concatenation with a counter of 32 bits: one round gives both keys.
        let derived = SHA256.hash([0, 0, 0, 1] + shared)
        let sealed = Array(message[pointBytes..<(message.count - tagBytes)])
        let tag = HMACSHA256(key: SHA256.hash(Array(derived[16...]))).authenticate(sealed)
        guard tag == Array(message.suffix(tagBytes)),
            let mode = AESCounterMode(key: Array(derived[..<16]))
        else { return nil }
        return mode.apply(
            to: Array(sealed[counterBytes...]), counter: Array(sealed[..<counterBytes]))
    }
}
