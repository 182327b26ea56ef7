/// Keys of a trie as half bytes, and their compact form (Yellow Paper, appendix C).
package enum Nibbles {
    /// The half bytes of a key, the upper half first.
    static func split(_ key: [UInt8]) -> [UInt8] {
        var nibbles: [UInt8] = []
        nibbles.reserveCapacity(2 * key.count)
        for byte in key {
            nibbles.append(byte >> 4)
            nibbles.append(byte & 15)
        }
        return nibbles
    }

    /// The key of an even number of half bytes.
    static func join(_ nibbles: [UInt8]) -> [UInt8] {
        stride(from: 0, to: nibbles.count - 1, by: 2).map { nibbles[$0] << 4 | nibbles[$0 + 1] }
    }

    /// The hex-prefix form: a flag for leaf or extension and for an odd number, then the half bytes
    /// two a byte.
    package static func hexPrefix(_ nibbles: some Collection<UInt8>, isLeaf: Bool) -> [UInt8] {
        let flag: UInt8 = isLeaf ? 0x20 : 0
        var packed: [UInt8] = []
        packed.reserveCapacity(nibbles.count / 2 + 1)
        var upper: UInt8?
        if nibbles.count % 2 == 0 { packed.append(flag) } else { upper = flag >> 4 | 1 }
        for nibble in nibbles {
            if let half = upper {
                packed.append(half << 4 | nibble)
                upper = nil
            } else {
                upper = nibble
            }
        }
        return packed
    }

    /// How many half bytes both start with.
    static func commonPrefix(_ a: ArraySlice<UInt8>, _ b: ArraySlice<UInt8>) -> Int {
        var count = 0
        for (x, y) in zip(a, b) {
            guard x == y else { break }
            count += 1
        }
        return count
    }
}
