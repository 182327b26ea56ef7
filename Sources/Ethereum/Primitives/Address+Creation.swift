extension Address {
    /// The address of a contract that a transaction or CREATE makes (Yellow Paper 7): the last 20
    /// bytes of the hash of the RLP of sender and the sender's nonce before the creation.
    public static func create(sender: Address, nonce: UInt64) -> Address {
        var writer = RLPWriter(capacity: 32)
        writer.list { fields in
            fields.append(sender)
            fields.append(nonce)
        }
        return Address(word: Keccak256.hash(writer.bytes).word)
    }

    /// The address of a contract that CREATE2 makes (EIP-1014): the last 20 bytes of
    /// keccak256(0xff ‖ sender ‖ salt ‖ hash of the init code).
    public static func create2(sender: Address, salt: UInt256, initCodeHash: Hash32) -> Address {
        withUnsafeTemporaryAllocation(byteCount: 96, alignment: 8) { buffer in
            let base = buffer.baseAddress.unsafelyUnwrapped
            // The word's upper 12 bytes are zeros, the last of which 0xff replaces.
            sender.word.storeBigEndian(to: base)
            buffer[11] = 0xff
            salt.storeBigEndian(to: base + 32)
            initCodeHash.word.storeBigEndian(to: base + 64)
            let preimage = UnsafeRawBufferPointer(start: base + 11, count: 85)
            return Address(word: Keccak256.hash(preimage).word)
        }
    }
}
