/// HMAC with SHA-256 (RFC 2104), of a key whose two first blocks are worked out once.
package struct HMACSHA256 {
    private let inner: SHA256.State
    private let outer: SHA256.State

    package init(key: [UInt8]) {
        var block = [UInt8](repeating: 0, count: MerkleDamgard.blockSize)
        if key.count > block.count {
            block.replaceSubrange(0..<32, with: SHA256.hash(key))
        } else {
            block.replaceSubrange(0..<key.count, with: key)
        }
        inner = Self.state(after: block.map { $0 ^ 0x36 })
        outer = Self.state(after: block.map { $0 ^ 0x5C })
    }

    /// The 32 bytes that authenticate a message.
    package func authenticate(_ message: [UInt8]) -> [UInt8] {
        var state = inner
        var hash = [UInt8](repeating: 0, count: 32)
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 64) { schedule in
            let w = schedule.baseAddress.unsafelyUnwrapped
            message.withUnsafeBytes { bytes in
                MerkleDamgard.forEachBlock(
                    bytes, bigEndianLength: true, precedingBytes: MerkleDamgard.blockSize
                ) { SHA256.compress(&state, $0, w) }
            }
            withUnsafeTemporaryAllocation(
                byteCount: MerkleDamgard.blockSize, alignment: 8
            ) { block in
                let base = block.baseAddress.unsafelyUnwrapped
                Self.prepare(block)
                SHA256.store(state, to: base)
                state = outer
                SHA256.compress(&state, UnsafeRawPointer(base), w)
                hash.withUnsafeMutableBytes { SHA256.store(state, to: $0.baseAddress!) }
            }
        }
        return hash
    }

    /// PBKDF2 (RFC 8018, 5.2): `count` bytes made of the password, which is the key.
    package func derive(salt: [UInt8], rounds: UInt64, count: Int) -> [UInt8] {
        var derived: [UInt8] = []
        var index: UInt32 = 0
        while derived.count < count {
            index &+= 1
            let number = (0..<4).map { UInt8(truncatingIfNeeded: index >> UInt32(24 - 8 * $0)) }
            derived += chain(from: authenticate(salt + number), rounds: rounds)
        }
        return Array(derived.prefix(count))
    }

    /// The exclusive or of the first value and its `rounds` − 1 successors, each the HMAC of the
    /// one before.
    private func chain(from first: [UInt8], rounds: UInt64) -> [UInt8] {
        var result = first
        withUnsafeTemporaryAllocation(byteCount: MerkleDamgard.blockSize, alignment: 8) { block in
            withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 64) { schedule in
                let base = block.baseAddress.unsafelyUnwrapped
                let w = schedule.baseAddress.unsafelyUnwrapped
                // Padding and length are the same in all rounds: both halves hash 64 + 32 bytes.
                Self.prepare(block)
                first.withUnsafeBytes { base.copyMemory(from: $0.baseAddress!, byteCount: 32) }
                var round: UInt64 = 1
                while round < rounds {
                    for start in [inner, outer] {
                        var state = start
                        SHA256.compress(&state, UnsafeRawPointer(base), w)
                        SHA256.store(state, to: base)
                    }
                    for offset in 0..<32 { result[offset] ^= block[offset] }
                    round &+= 1
                }
            }
        }
        return result
    }

    /// A last block whose first 32 bytes are still to come, behind one block.
    private static func prepare(_ block: UnsafeMutableRawBufferPointer) {
        for offset in 32..<MerkleDamgard.blockSize { block[offset] = 0 }
        block[32] = 0x80
        let bits = UInt16(8 * (MerkleDamgard.blockSize + 32))
        block[62] = UInt8(bits >> 8)
        block[63] = UInt8(bits & 0xFF)
    }

    private static func state(after block: [UInt8]) -> SHA256.State {
        var state = SHA256.State()
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 64) { schedule in
            block.withUnsafeBytes {
                SHA256.compress(
                    &state, $0.baseAddress!, schedule.baseAddress.unsafelyUnwrapped)
            }
        }
        return state
    }
}

extension SHA256 {
    /// The hash of the bytes.
    package static func hash(_ bytes: [UInt8]) -> [UInt8] {
        var result = [UInt8](repeating: 0, count: 32)
        bytes.withUnsafeBytes { input in
            result.withUnsafeMutableBytes { hash(input, into: $0.baseAddress!) }
        }
        return result
    }
}
