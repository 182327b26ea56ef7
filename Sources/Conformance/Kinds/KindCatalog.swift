/// All kinds of vectors that are known, in the order in which they are asked.
enum KindCatalog {
    /// The kinds that are judged.
    static let judged: [any ConformanceKind.Type] = [
        StateTests.self, TransactionVectors.self, RLPVectors.self, TrieVectors.self,
        TrieNeighbourVectors.self, RawTransactions.self, RecordedBlocks.self,
        TransactionReceipts.self, TransactionPrestates.self, PrecompileVectors.self,
        PoolHistories.self, PoolQuotes.self, RouterCalls.self, JitLabels.self,
    ]

    /// The kinds that are only counted.
    static let ignored: [IgnoredKind] = [
        IgnoredKind(
            name: "keystore",
            shapes: [
                ["json", "password", "priv"], ["crypto", "version"], ["Crypto", "version"],
            ]),
        IgnoredKind(name: "ABI vector", shapes: [["args", "result", "types"]]),
        IgnoredKind(name: "EIP-712 vector", shapes: [["types", "primaryType", "domain"]]),
        IgnoredKind(
            name: "pool state", shapes: [["sqrtPriceX96", "tick", "liquidity", "fee", "ticks"]]),
        IgnoredKind(
            name: "block of pool calls", shapes: [["block", "transactions", "pool_calls"]]),
        IgnoredKind(name: "block's traces", shapes: [["block_number", "miner", "traces"]]),
        IgnoredKind(name: "blockchain test", shapes: [["blocks", "genesisBlockHeader"]]),
        IgnoredKind(
            name: "basic test",
            shapes: [
                ["seq", "term", "out"], ["seed", "key", "addr"], ["inputs", "result"],
                ["key", "unsigned", "signed"], ["decryption_type", "cipher"],
                ["genesis_rlp_hex"], ["nonce", "alloc", "timestamp"],
            ]),
    ]
}
