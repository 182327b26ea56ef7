/// A modified Merkle-Patricia trie in memory (Yellow Paper, appendix D), changed key by key.
///
/// For what is changed and asked for its root again; a root over known entries is cheaper through
/// `MerkleTrie.root(of:)`. Keys may differ in length. An empty value means no value.
public struct MerkleTrie: Sendable {
    private var top = TrieNode.empty

    /// A trie without keys.
    public init() {}

    /// The hash of the top node.
    public var root: Hash32 {
        if case .empty = top { return MerkleTrie.emptyRoot }
        var writer = RLPWriter(capacity: 640)
        top.write(to: &writer)
        return Keccak256.hash(writer.bytes)
    }

    /// The value of the key; nil where there is none. Setting nil or an empty value removes the
    /// key.
    public subscript(key: [UInt8]) -> [UInt8]? {
        get { top.value(at: Nibbles.split(key)[...]) }
        set {
            let path = Nibbles.split(key)[...]
            if let newValue, !newValue.isEmpty {
                top = top.inserting(newValue, at: path)
            } else {
                top = top.removing(path) ?? top
            }
        }
    }

    /// All keys in ascending order.
    public var keys: [[UInt8]] {
        var keys: [[UInt8]] = []
        top.collectKeys(below: [], into: &keys)
        return keys
    }

    /// The least key above this one, which need not be in the trie; nil where there is none. Walks
    /// the whole trie.
    public func key(after key: [UInt8]) -> [UInt8]? {
        keys.first { key.lexicographicallyPrecedes($0) }
    }

    /// The greatest key below this one, which need not be in the trie; nil where there is none.
    /// Walks the whole trie.
    public func key(before key: [UInt8]) -> [UInt8]? {
        keys.last { $0.lexicographicallyPrecedes(key) }
    }
}
