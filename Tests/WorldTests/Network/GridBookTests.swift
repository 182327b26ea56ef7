import Bot
import EVM
import Ethereum
import Strategy
import TestSupport
import Testing

/// When a grid of dust may be changed again.
@Suite("GridBook")
struct GridBookTests {
    private static let terms = GridTerms(rangesPerSide: 2, minimumBlocks: 300)

    private static func seeding() throws -> SimulatedGridChange {
        let scene = try Scene(.standard())
        let pool = try scene.followedPool
        let head = try scene.head(pools: [pool])
        let machine = VirtualMachine(block: head.nextBlock, state: head.state)
        let keeper = GridKeeper(head: head, terms: terms, machine: machine)
        return try #require(
            try keeper.change(pool, kept: keeper.kept(pool), account: scene.account))
    }

    /// The first block, from 101 on, in which the pool may be changed again.
    private static func next(
        _ book: GridBook, _ change: SimulatedGridChange
    ) -> UInt64? {
        (101...1000 as ClosedRange<UInt64>).first { book.mayChange(change.pool, block: $0) }
    }

    @Test("behind a seeding that landed a pool rests, wherever the price has gone since")
    func landed() throws {
        let change = try Self.seeding()
        var book = GridBook()
        #expect(Self.next(book, change) == 101)
        book.sent(change)
        // None of its ranges is near the price any more.
        _ = book.take(
            [change.pool: []], block: 100,
            nonces: [change.account.address: change.account.nonce + 1], Self.terms)
        #expect(Self.next(book, change) == 400)
    }

    @Test("one that did not land is tried again, ever more seldom, until one lands")
    func missed() throws {
        let change = try Self.seeding()
        var book = GridBook()
        func miss(landing: Bool = false) {
            book.sent(change)
            _ = book.take(
                [change.pool: change.ranges], block: 100,
                nonces: [change.account.address: change.account.nonce + (landing ? 1 : 0)],
                Self.terms)
        }
        var rests: [UInt64?] = []
        for _ in 0..<8 {
            miss()
            rests.append(Self.next(book, change))
        }
        #expect(rests == [102, 104, 108, 116, 132, 164, 164, 164])
        miss(landing: true)
        #expect(Self.next(book, change) == 400)
        miss()
        #expect(Self.next(book, change) == 102)
    }
}
