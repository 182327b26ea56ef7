import CSecp256k1

/// The curve of Ethereum's keys (SEC 2, secp256k1), through libsecp256k1.
public enum Secp256k1 {
    /// n, the number of the group's points: private keys, r and s are from 1 to n − 1.
    public static let order = UInt256(
        0xbfd2_5e8c_d036_4141, 0xbaae_dce6_af48_a03b, 0xffff_ffff_ffff_fffe, 0xffff_ffff_ffff_ffff)

    /// ⌊n / 2⌋: the greatest s of a transaction's signature from Homestead on (EIP-2).
    public static let halfOrder = order >> 1

    /// Created once and never changed after, so that all threads may use it. The library has
    /// created every context since 0.2 with all that signing needs.
    nonisolated(unsafe) static let context: OpaquePointer = secp256k1_context_create(
        UInt32(SECP256K1_CONTEXT_NONE))

    /// The last 20 bytes of the hash of the key's point (Yellow Paper, appendix F).
    static func address(of key: inout secp256k1_pubkey) -> Address {
        withUnsafeTemporaryAllocation(byteCount: 65, alignment: 8) { buffer in
            let base = buffer.baseAddress.unsafelyUnwrapped
            serialize(&key, to: base)
            let point = UnsafeRawBufferPointer(start: base + 1, count: 64)
            return Address(word: Keccak256.hash(point).word)
        }
    }

    /// Writes 0x04 and the point's two coordinates: 65 bytes.
    static func serialize(_ key: inout secp256k1_pubkey, to base: UnsafeMutableRawPointer) {
        var length = 65
        secp256k1_ec_pubkey_serialize(
            context, base.assumingMemoryBound(to: UInt8.self), &length, &key,
            UInt32(SECP256K1_EC_UNCOMPRESSED))
    }
}
