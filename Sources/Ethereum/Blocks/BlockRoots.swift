/// Roots of a block's lists: tries from the RLP of an item's place to the item (Yellow Paper
/// 4.3.2).
public enum BlockRoots {
    /// The root of the trie of encoded transactions by their index.
    public static func transactionsRoot(of transactions: [SignedTransaction]) -> Hash32 {
        root(of: transactions.map(\.raw))
    }

    /// The root of the trie of encoded receipts by their index.
    public static func receiptsRoot(of receipts: [Receipt]) -> Hash32 {
        root(of: receipts.map(\.encoded))
    }

    /// EIP-4895.
    public static func withdrawalsRoot(of withdrawals: [Withdrawal]) -> Hash32 {
        root(of: withdrawals.map(\.encoded))
    }

    private static func root(of items: [[UInt8]]) -> Hash32 {
        MerkleTrie.root(
            of: items.enumerated().map { index, item in
                var key = RLPWriter(capacity: 9)
                key.append(UInt64(index))
                return (key.bytes, item)
            })
    }
}
