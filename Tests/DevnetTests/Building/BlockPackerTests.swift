import Chain
import Devnet
import Ethereum
import Testing

@Suite("Packing of blocks")
struct BlockPackerTests {
    /// Mines one block of these bundles and pooled transactions.
    private func pack(
        _ bundles: [PooledBundle], pooled: [BlockBuilder.Candidate] = []
    ) throws -> DevnetNode {
        var node = SmallChain.node()
        for candidate in pooled { try node.submit(candidate) }
        for bundle in bundles { node.submit(bundle) }
        try node.buildBlock()
        return node
    }

    @Test("a bundle is in the block whole, one behind the other, in front of single transactions")
    func whole() throws {
        let bundle = try [
            SmallChain.transaction(0), SmallChain.transaction(1),
            SmallChain.transaction(0, nonce: 1),
        ]
        // It pays more than any of the bundle.
        let single = try SmallChain.transaction(2, tip: 90 &* SmallChain.gwei)
        let node = try pack([SmallChain.bundle(bundle)], pooled: [single])
        #expect(node.minedHashes == (bundle + [single]).map(\.signed.hash))
        #expect(node.lastBundleResults.map(\.refusal) == [nil])
        // Three counts of 22,100 gas at first, one of an old slot else; the tips are the payment.
        let tips = node.chain.head.transactions.prefix(3).reduce(UInt256.zero) {
            $0 &+ UInt256($1.outcome.gasUsed) &* SmallChain.gwei
        }
        #expect(node.lastBundleResults.map(\.paysWei) == [tips])
    }

    @Test("a transaction that fails drops its bundle whole, and the state with it")
    func nothing() throws {
        let good = try SmallChain.transaction(0)
        let bad = try SmallChain.transaction(1, to: SmallChain.reverter)
        let node = try pack([SmallChain.bundle([good, bad])])
        #expect(node.minedHashes.isEmpty)
        #expect(node.chain.state.storage(SmallChain.counter, slot: .zero) == .zero)
        #expect(node.chain.state.account(good.sender)?.nonce == 0)
        guard
            case .bundleTransactionFails(1, .revert, let output)? = node.lastBundleResults[0]
                .refusal
        else { return #expect(Bool(false), "\(node.lastBundleResults)") }
        #expect(output == SmallChain.revertData)
        let allowed = try pack([SmallChain.bundle([good, bad], mayFail: [bad.signed.hash])])
        #expect(allowed.minedHashes == [good, bad].map(\.signed.hash))
        #expect(
            allowed.chain.head.transactions.map { $0.outcome.status == .success } == [true, false])
        // The permission is for the one transaction.
        let other = try pack([SmallChain.bundle([good, bad], mayFail: [good.signed.hash])])
        #expect(other.minedHashes.isEmpty)
    }

    @Test("the bundle that pays more comes first, whichever came first")
    func payment() throws {
        let poor = try SmallChain.transaction(0, tip: 1)
        let rich = try SmallChain.transaction(1, tip: 5 &* SmallChain.gwei)
        // It pays the coinbase itself, and the most.
        let direct = try SmallChain.transaction(
            2, to: SmallChain.coinbase, value: SmallChain.ether, tip: 1)
        let node = try pack([poor, rich, direct].map { SmallChain.bundle([$0]) })
        #expect(node.minedHashes == [direct, rich, poor].map(\.signed.hash))
        #expect(node.lastBundleResults[2].paysWei >= SmallChain.ether)
    }

    @Test("of two bundles with one transaction the better paying one is in the block")
    func conflict() throws {
        let target = try SmallChain.transaction(3)
        let poor = try [SmallChain.transaction(0, tip: 1), target]
        let rich = try [SmallChain.transaction(1, tip: 5 &* SmallChain.gwei), target]
        let node = try pack(
            [SmallChain.bundle(poor), SmallChain.bundle(rich)], pooled: [target])
        #expect(node.minedHashes == rich.map(\.signed.hash))
        #expect(node.lastBundleResults.map { $0.refusal == nil } == [false, true])
        #expect(node.mempool.count == 0)
    }

    @Test("a bundle whose block was is not tried again, one that comes is kept")
    func timing() throws {
        let late = SmallChain.bundle([try SmallChain.transaction(0)], block: 1)
        let early = SmallChain.bundle([try SmallChain.transaction(1)], block: 2)
        var node = SmallChain.node()
        try node.buildBlock()
        node.submit(late)
        node.submit(early)
        try node.buildBlock()
        #expect(node.minedHashes == early.transactions.map(\.signed.hash))
        try node.buildBlock()
        #expect(node.minedHashes.isEmpty)
        #expect(node.recentBundleResults.map(\.hash) == [early.hash])
    }

    @Test("without bundles those of the slot are lost")
    func lostSlot() throws {
        var node = SmallChain.node()
        let single = try SmallChain.transaction(1)
        node.submit(SmallChain.bundle([try SmallChain.transaction(0)]))
        try node.submit(single)
        _ = try node.buildBlock(
            timestamp: SmallChain.genesisTime + 1, withBundles: false)
        #expect(node.minedHashes == [single.signed.hash])
        try node.buildBlock()
        #expect(node.minedHashes.isEmpty)
    }

    @Test("a transaction without room blocks its sender's later ones, not those of others")
    func room() throws {
        let big = try [
            SmallChain.transaction(0, gasLimit: SmallChain.gasLimit, tip: 9 &* SmallChain.gwei),
            SmallChain.transaction(1, gasLimit: SmallChain.gasLimit, tip: 8 &* SmallChain.gwei),
        ]
        let behind = try SmallChain.transaction(1, nonce: 1, tip: 7 &* SmallChain.gwei)
        let small = try SmallChain.transaction(2, tip: 1)
        let node = try pack([], pooled: big + [behind, small])
        #expect(node.minedHashes == [big[0], small].map(\.signed.hash))
        #expect(node.mempool.count == 2)
    }
}
