import Chain
import Devnet
import Ethereum
import Testing

@Suite("Reorganisation")
struct ReorganisationTests {
    @Test("transactions of orphaned blocks, bundles' too, return and are mined again")
    func returning() throws {
        var node = SmallChain.node()
        try node.buildBlock()
        let base = node.chain.head.hash
        let first = try SmallChain.transaction(0)
        let bundled = try [SmallChain.transaction(1), SmallChain.transaction(0, nonce: 1)]
        try node.submit(first)
        try node.buildBlock()
        node.submit(SmallChain.bundle(bundled, block: 3))
        try node.buildBlock()
        let old = Array(node.chain.blocks.suffix(2))
        #expect(old.map(\.transactions.count) == [1, 2])
        let stateBefore = node.chain.state

        let events = try node.reorganise(depth: 2)
        #expect(node.chain.head.number == 3)
        #expect(node.chain.blocks[1].hash == base)
        #expect(node.chain.blocks[2].header.parentHash == base)
        #expect(node.chain.blocks[2].hash != old[0].hash)
        #expect(
            Set(node.chain.blocks.suffix(2).flatMap(\.transactions).map(\.signed.hash))
                == Set(([first] + bundled).map(\.signed.hash)))
        #expect(node.mempool.count == 0)
        for address in [SmallChain.counter, SmallChain.reverter] {
            #expect(
                node.chain.state.storage(address, slot: .zero)
                    == stateBefore.storage(address, slot: .zero))
        }
        guard case .reorganised(let orphans) = events[0] else {
            Issue.record("\(events[0])")
            return
        }
        #expect(orphans.map(\.hash) == old.reversed().map(\.hash))
        let heads = events.dropFirst().compactMap { event -> UInt64? in
            if case .newHead(let block) = event { block.number } else { nil }
        }
        #expect(heads == [2, 3])
    }

    @Test("no blocks, or as many as there are, are not replaced")
    func depths() throws {
        var node = SmallChain.node()
        try node.buildBlock()
        try node.buildBlock()
        let head = node.chain.head.hash
        for depth in [0, -1, 2, 100] {
            let events = try node.reorganise(depth: depth)
            #expect(events.isEmpty)
            #expect(node.chain.head.hash == head)
        }
        let events = try node.reorganise(depth: 1)
        #expect(events.count == 2)
        #expect(node.chain.head.hash != head)
    }
}
