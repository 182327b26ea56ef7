extension MerkleTrie {
    /// The root of a trie without keys: the hash of the RLP of an empty string.
    public static let emptyRoot = Keccak256.hash([0x80])

    /// The root of the trie that holds these values, built at once from the sorted keys without the
    /// trie itself. Of equal keys the last stands; an empty value means no value.
    public static func root(of entries: [(key: [UInt8], value: [UInt8])]) -> Hash32 {
        var leaves: [BulkTrie.Leaf] = []
        leaves.reserveCapacity(entries.count)
        for (index, entry) in entries.enumerated() {
            leaves.append(
                BulkTrie.Leaf(nibbles: Nibbles.split(entry.key), value: entry.value, order: index))
        }
        leaves.sort { a, b in
            if a.nibbles == b.nibbles { return a.order < b.order }
            return a.nibbles.lexicographicallyPrecedes(b.nibbles)
        }
        var kept: [BulkTrie.Leaf] = []
        kept.reserveCapacity(leaves.count)
        for (index, leaf) in leaves.enumerated() where !leaf.value.isEmpty {
            if index + 1 < leaves.count, leaves[index + 1].nibbles == leaf.nibbles { continue }
            kept.append(leaf)
        }
        return root(ofSorted: kept)
    }

    /// The root over leaves with distinct keys in ascending order.
    static func root(ofSorted leaves: [BulkTrie.Leaf]) -> Hash32 {
        guard !leaves.isEmpty else { return emptyRoot }
        let trie = BulkTrie(leaves: leaves)
        var writer = RLPWriter(capacity: 640)
        trie.writeNode(leaves.startIndex..<leaves.endIndex, depth: 0, to: &writer)
        return Keccak256.hash(writer.bytes)
    }
}

/// The nodes of a trie over sorted leaves, written bottom-up into one buffer, in which each
/// finished node shrinks to its hash.
struct BulkTrie {
    struct Leaf {
        var nibbles: [UInt8]
        var value: [UInt8]
        /// The place among the entries given, which decides between equal keys.
        var order = 0
    }

    let leaves: [Leaf]

    /// Writes the node above the leaves of the range, which share their first `depth` half bytes.
    func writeNode(_ range: Range<Int>, depth: Int, to writer: inout RLPWriter) {
        let first = leaves[range.lowerBound]
        if range.count == 1 {
            writer.list { fields in
                fields.append(Nibbles.hexPrefix(first.nibbles[depth...], isLeaf: true))
                fields.append(first.value)
            }
            return
        }
        // The leaves are sorted: what the first and the last share, all share.
        let shared = Nibbles.commonPrefix(
            first.nibbles[depth...], leaves[range.upperBound - 1].nibbles[depth...])
        if shared > 0 {
            writer.list { fields in
                fields.append(
                    Nibbles.hexPrefix(first.nibbles[depth..<depth + shared], isLeaf: false))
                writeReference(range, depth: depth + shared, to: &fields)
            }
            return
        }
        writeBranch(range, depth: depth, to: &writer)
    }

    private func writeBranch(_ range: Range<Int>, depth: Int, to writer: inout RLPWriter) {
        writer.list { fields in
            var start = range.lowerBound
            var ownValue: [UInt8] = []
            if leaves[start].nibbles.count == depth {
                ownValue = leaves[start].value
                start += 1
            }
            for nibble: UInt8 in 0..<16 {
                var end = start
                while end < range.upperBound, leaves[end].nibbles[depth] == nibble { end += 1 }
                if start == end {
                    fields.appendEmptyString()
                } else {
                    writeReference(start..<end, depth: depth + 1, to: &fields)
                }
                start = end
            }
            fields.append(ownValue)
        }
    }

    private func writeReference(_ range: Range<Int>, depth: Int, to writer: inout RLPWriter) {
        let start = writer.bytes.count
        writeNode(range, depth: depth, to: &writer)
        writer.hashTail(from: start)
    }
}
