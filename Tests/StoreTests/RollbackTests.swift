import Ethereum
import Store
import Testing

@Suite struct RollbackTests {
    let ledger: Ledger
    let bundle = Sample.bundle(1)

    init() throws {
        ledger = try Ledger.inMemory()
        try ledger.book(block: Sample.block(5, [Sample.entry(100, .opening)]))
        try ledger.book(block: Sample.block(6, [Sample.entry(10, transaction: 1)]))
        try ledger.book(block: Sample.block(7, [Sample.entry(-1, .tip, transaction: 2)]))
    }

    @Test("orphaned blocks leave the books, and their receipts may be booked on the new branch")
    func newBranch() throws {
        try ledger.reconcile(
            block: Sample.block(7).reference, onChain: [Sample.wethOfExecutor: 109])
        let result = try ledger.rollBack(to: 5)
        #expect(result.blocks == [Sample.block(7).reference, Sample.block(6).reference])
        #expect(result.entriesRemoved == 2)
        #expect(try ledger.balance(of: Sample.wethOfExecutor) == 100)
        #expect(try ledger.differences(at: 7) == nil)
        try ledger.book(
            block: Sample.block(6, fork: 1, forkPoint: 5, [Sample.entry(11, transaction: 1)]))
        #expect(try ledger.balance(of: Sample.wethOfExecutor) == 111)
        try ledger.verifyBooks()
    }

    @Test("rolling back to the last block or beyond removes nothing, below the first is refused")
    func limits() throws {
        #expect(try ledger.rollBack(to: 7).blocks.isEmpty)
        #expect(try ledger.rollBack(to: 70).blocks.isEmpty)
        #expect(throws: LedgerError.rollbackBelowFirstBlock(asked: 4, firstBooked: 5)) {
            try ledger.rollBack(to: 4)
        }
        #expect(try ledger.lastBookedBlock()?.number == 7)
    }

    @Test("books that begin anew hold no block, and may begin on the same number again")
    func beginAnew() throws {
        try ledger.recordBundle(bundle)
        let state = BundleState.landed(Sample.block(5).reference, realisedProfitWei: 1)
        try ledger.resolve(bundle: bundle.bundleHash, as: state, atUnixMs: 1)
        let result = try ledger.beginAnew()
        #expect(result.blocks.map(\.number) == [7, 6, 5])
        #expect(result.entriesRemoved == 3)
        #expect(result.bundlesOrphaned == [bundle.bundleHash])
        #expect(try ledger.lastBookedBlock() == nil)
        try ledger.book(
            block: Sample.block(5, fork: 1, forkPoint: 4, [Sample.entry(7, .opening)]))
        #expect(try ledger.balance(of: Sample.wethOfExecutor) == 7)
        try ledger.verifyBooks()
    }

    @Test("a bundle that had landed in an orphaned block is orphaned, one below is not")
    func landedBundles() throws {
        let below = Sample.bundle(2)
        let lower = BundleState.landed(Sample.block(6).reference, realisedProfitWei: 1)
        let upper = BundleState.landed(Sample.block(7).reference, realisedProfitWei: 1)
        for (record, state) in [(bundle, upper), (below, lower)] {
            try ledger.recordBundle(record)
            try ledger.resolve(bundle: record.bundleHash, as: state, atUnixMs: 1)
        }
        #expect(try ledger.rollBack(to: 6).bundlesOrphaned == [bundle.bundleHash])
        #expect(
            try ledger.unresolvedBundles() == [
                StoredBundle(bundle: bundle, state: .orphaned(Sample.block(7).reference))
            ])
        #expect(try ledger.bundle(below.bundleHash)?.state == lower)
        #expect(
            try ledger.history(of: bundle.bundleHash)
                == [.built, upper, .orphaned(Sample.block(7).reference)])
    }

    @Test("a bundle that landed in a block not yet booked is orphaned too")
    func landedAhead() throws {
        try ledger.recordBundle(bundle)
        let ahead = BundleState.landed(Sample.block(8).reference, realisedProfitWei: 1)
        try ledger.resolve(bundle: bundle.bundleHash, as: ahead, atUnixMs: 1)
        #expect(try ledger.rollBack(to: 8).bundlesOrphaned.isEmpty)
        #expect(try ledger.rollBack(to: 7).bundlesOrphaned == [bundle.bundleHash])
    }

    @Test("an unwinding that is itself orphaned leaves the position to be unwound again")
    func unwindOrphaned() throws {
        try ledger.recordBundle(bundle)
        let hash = bundle.bundleHash
        try ledger.resolve(bundle: hash, as: .orphaned(nil), atUnixMs: 1)
        try ledger.resolve(bundle: hash, as: .unwound(Sample.block(7).reference), atUnixMs: 2)
        #expect(try ledger.unresolvedBundles().isEmpty)
        try ledger.rollBack(to: 6)
        #expect(try ledger.unresolvedBundles().map(\.bundle.bundleHash) == [hash])
    }
}
