import Devnet
import Ethereum
import Testing

@Suite("Bundle pool")
struct BundlePoolTests {
    private func hashes(_ pool: BundlePool, block: UInt64 = 1, time: UInt64 = 50) -> [Hash32] {
        pool.candidates(blockNumber: block, timestamp: time).map(\.hash)
    }

    @Test("a name belongs to its signer: he replaces and cancels, others do not")
    func names() throws {
        var pool = BundlePool()
        let first = SmallChain.bundle([try SmallChain.transaction(0)], uuid: "a")
        let second = SmallChain.bundle([try SmallChain.transaction(1)], uuid: "a")
        let foreign = SmallChain.bundle([try SmallChain.transaction(2)], uuid: "a", signer: 1)
        let nameless = SmallChain.bundle([try SmallChain.transaction(3)])
        for bundle in [first, foreign, nameless, second] { pool.insert(bundle) }
        #expect(hashes(pool) == [foreign.hash, nameless.hash, second.hash])
        let (me, other) = (SmallChain.wallet(0).address, SmallChain.wallet(1).address)
        func cancel(_ uuid: String, _ signer: Address) -> Bool {
            pool.cancel(uuid: uuid, signer: signer)
        }
        #expect(!cancel("b", me))
        #expect(!cancel("a", SmallChain.wallet(2).address))
        #expect(cancel("a", me))
        #expect(!cancel("a", me))
        #expect(hashes(pool) == [foreign.hash, nameless.hash])
        #expect(cancel("a", other))
        #expect(hashes(pool) == [nameless.hash])
    }

    @Test("bounds of time are inclusive; none is no bound")
    func times() throws {
        var bundle = SmallChain.bundle([try SmallChain.transaction(0)])
        func isCandidate(_ min: UInt64?, _ max: UInt64?) -> Bool {
            bundle.minTimestamp = min
            bundle.maxTimestamp = max
            var pool = BundlePool()
            pool.insert(bundle)
            return !hashes(pool, time: 50).isEmpty
        }
        #expect(isCandidate(nil, nil))
        #expect(isCandidate(50, 50))
        #expect(!isCandidate(51, nil))
        #expect(!isCandidate(nil, 49))
    }

    @Test("a bundle is for one block, or for a range of them, and then forgotten")
    func blocks() throws {
        var pool = BundlePool()
        var ranged = SmallChain.bundle([try SmallChain.transaction(0)], block: 2)
        ranged.lastBlockNumber = 4
        let single = SmallChain.bundle([try SmallChain.transaction(1)], block: 3)
        pool.insert(ranged)
        pool.insert(single)
        let expected: [[Hash32]] = [
            [], [ranged.hash], [ranged.hash, single.hash], [ranged.hash], [],
        ]
        #expect((1...5).map { hashes(pool, block: $0) } == expected)
        pool.drop(upTo: 3)
        #expect((1...5).map { hashes(pool, block: $0).count } == [0, 1, 1, 1, 0])
        pool.drop(upTo: 4)
        #expect((1...5).allSatisfy { hashes(pool, block: $0).isEmpty })
    }
}
