/// All kinds of vectors that are known, in the order in which they are asked.
enum KindCatalog {
    /// The kinds that are judged.
    static let judged: [any ConformanceKind.Type] = [
        StateTests.self, TransactionVectors.self, RLPVectors.self, TrieVectors.self,
        TrieNeighbourVectors.self, RawTransactions.self, RecordedBlocks.self,
        TransactionReceipts.self, TransactionPrestates.self, PrecompileVectors.self,
        ABIVectors.self, KeystoreVectors.self, TypedDataVectors.self, HexPrefixVectors.self,
        KeyVectors.self, SignedTransactionVectors.self, GenesisVectors.self,
        DecryptionVectors.self, PoolHistories.self, PoolQuotes.self, RouterCalls.self,
        JitLabels.self,
    ]

    /// The kinds that are only counted.
    static let ignored: [IgnoredKind] = [
        IgnoredKind(
            name: "keystore without password",
            shapes: [["crypto", "version"], ["Crypto", "version"]]),
        IgnoredKind(
            name: "pool state", shapes: [["sqrtPriceX96", "tick", "liquidity", "fee", "ticks"]]),
        IgnoredKind(
            name: "block of pool calls", shapes: [["block", "transactions", "pool_calls"]]),
        IgnoredKind(name: "block's traces", shapes: [["block_number", "miner", "traces"]]),
        IgnoredKind(name: "blockchain test", shapes: [["blocks", "genesisBlockHeader"]]),
        // Headers and accounts had other fields then.
        IgnoredKind(name: "genesis before Frontier", shapes: [["inputs", "result"]]),
        // No block of a proof of work is made or verified here.
        IgnoredKind(
            name: "difficulty test",
            shapes: [
                ["parentTimestamp", "currentDifficulty"],
                ["parentDifficulty", "currentBlockNumber"],
            ]),
        IgnoredKind(name: "proof of work test", shapes: [["header", "cache_size"]]),
        // The object format is part of no fork.
        IgnoredKind(name: "EOF test", shapes: [["vectors", "_info"]]),
        IgnoredKind(
            name: "state test filler", shapes: [["env", "pre", "transaction", "expect"]]),
    ]
}
