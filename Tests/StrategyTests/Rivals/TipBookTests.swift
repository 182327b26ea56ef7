import Ethereum
import Strategy
import Testing
import UniswapV3
import World

/// Shares that are learnt from synthetic competitors, each seeded.
@Suite("TipBook")
struct TipBookTests {
    static let pool = Address(word: 1)
    private static let gross = UInt256(1_000_000_000_000_000_000)

    private static func landed(_ bps: UInt64) -> TipBook.Event {
        .rivalLanded(
            grossWei: gross, tipWei: UInt256.mulDiv(gross, UInt256(bps), 10_000)!,
            deposit: .zero)
    }

    @Test("while nothing is known the share is the prior", arguments: [1000 as UInt64, 3000, 9000])
    func prior(share: UInt64) {
        let book = TipBook(priorShareBps: share)
        #expect(book.shareBps(pool: Self.pool) == share)
        #expect(book.chance(ofShareBps: 0, pool: Self.pool) == 0)
        #expect(book.chance(ofShareBps: 10_000, pool: Self.pool) > 0.999_999)
    }

    @Test("it comes to bid just above competitors who always bid the same")
    func constant() {
        for rival: UInt64 in [1050, 4550, 8850] {
            var book = TipBook(priorShareBps: 3000)
            for _ in 0..<200 { book.observe(Self.landed(rival), pool: Self.pool) }
            let share = book.shareBps(pool: Self.pool)
            #expect(share > rival && share <= rival + 150, "\(rival): \(share)")
        }
    }

    /// What a share brings on average against these bids, in parts of the profit.
    private static func payoff(_ share: UInt64, _ bids: [UInt64]) -> Double {
        let won = bids.count { $0 < share }
        return Double(won) / Double(bids.count) * Double(10_000 - share) / 10_000
    }

    @Test("against bids that are spread it earns what the best fixed share earns, within 4 %")
    func spread() {
        for seed: UInt64 in 1...8 {
            var random = SeededRandom(seed: seed, purpose: "rivals' bids")
            let centre = 2000 + random.next() % 5000
            let bids = (0..<400).map { _ in centre + random.next() % 1500 }
            var book = TipBook(priorShareBps: 3000)
            for bid in bids { book.observe(Self.landed(bid), pool: Self.pool) }
            let best = (0..<100).map { Self.payoff($0 * 100, bids) }.max() ?? 0
            let ours = Self.payoff(book.shareBps(pool: Self.pool), bids)
            #expect(ours >= 0.96 * best, "seed \(seed): \(ours) of \(best)")
            // The prior alone is far from it where rivals bid more.
            if centre > 3000 { #expect(Self.payoff(3000, bids) == 0) }
        }
    }

    @Test("own wins and losses alone lead above the unseen rival, and not far above")
    func censored() {
        for rival: UInt64 in [2050, 5050] {
            var book = TipBook(priorShareBps: 3000)
            var shares: [UInt64] = []
            for _ in 0..<400 {
                let share = book.shareBps(pool: Self.pool)
                shares.append(share)
                book.observe(
                    share > rival ? .won(shareBps: share) : .lost(shareBps: share),
                    pool: Self.pool)
            }
            let last = shares.suffix(100)
            #expect(last.count { $0 > rival } >= 70, "\(rival): \(last)")
            #expect((last.max() ?? 0) < rival + 2000, "\(rival): \(last)")
        }
    }

    @Test("when competitors change, it follows; when nobody is there, it bids next to nothing")
    func change() {
        var book = TipBook(priorShareBps: 3000)
        for _ in 0..<200 { book.observe(Self.landed(8050), pool: Self.pool) }
        #expect(book.shareBps(pool: Self.pool) > 8000)
        for _ in 0..<200 { book.observe(Self.landed(2050), pool: Self.pool) }
        let share = book.shareBps(pool: Self.pool)
        #expect(share > 2000 && share < 3000)
        for _ in 0..<300 { book.observe(.unopposed, pool: Self.pool) }
        #expect(book.shareBps(pool: Self.pool) <= 200)
    }

    @Test("a builder who tips himself cannot lead above the maximum; with a higher one he can")
    func maximum() {
        func shares(_ prior: UInt64, _ maximum: UInt64) -> [UInt64] {
            var book = TipBook(priorShareBps: prior, maximumShareBps: maximum)
            return (0..<200).map { _ in
                book.observe(Self.landed(9250), pool: Self.pool)
                return book.shareBps(pool: Self.pool)
            }
        }
        for prior: UInt64 in [3000, 8000, 9900] {
            #expect((shares(prior, 9000).max() ?? 0) <= 9000)
            #expect((shares(prior, 5000).max() ?? 0) <= 5000)
            #expect(shares(prior, 9900).last == 9300)
        }
        #expect(TipBook(priorShareBps: 3000, maximumShareBps: 0).shareBps(pool: Self.pool) == 0)
    }

    @Test("a deposit is halved by blocks and by events, and forgotten; one seen again is not")
    func deposits() {
        func deposit(_ amount: UInt64) -> TipBook.Event {
            .rivalLanded(
                grossWei: 100, tipWei: 90,
                deposit: TokenAmounts(amount0: UInt256(amount), amount1: 1))
        }
        var book = TipBook(priorShareBps: 3000)
        book.follow(block: 1000)
        book.observe(deposit(800), pool: Self.pool)
        func known(_ book: TipBook) -> UInt256? { book.rivalDeposit(pool: Self.pool)?.amount0 }
        for (block, amount) in [
            (1000, 800), (1149, 800), (1150, 400), (1300, 200), (1449, 200), (990, 800),
        ] as [(UInt64, UInt64)] {
            book.follow(block: block)
            #expect(known(book) == UInt256(amount), "\(block)")
        }
        book.follow(block: 1450)
        #expect(book.rivalDeposit(pool: Self.pool) == nil)
        // By events alone, whatever they are.
        book.follow(block: 2000)
        book.observe(deposit(800), pool: Self.pool)
        for _ in 0..<34 { book.observe(.unopposed, pool: Self.pool) }
        #expect(known(book) == 400)
        for _ in 0..<67 { book.observe(deposit(8), pool: Self.pool) }
        #expect(known(book) == 200)
        book.observe(.lost(shareBps: 3000), pool: Self.pool)
        #expect(known(book) == 8)
        // A competitor who comes every hundred blocks stays known in full.
        for block: UInt64 in [3000, 3100, 3200, 3300, 3400, 3500] {
            book.follow(block: block)
            book.observe(deposit(900), pool: Self.pool)
            #expect(known(book) == 900)
        }
    }

    @Test("pools do not learn from each other; the largest deposit of rivals is kept")
    func pools() {
        var book = TipBook(priorShareBps: 3000)
        let other = Address(word: 2)
        book.observe(
            .rivalLanded(
                grossWei: 100, tipWei: 90, deposit: TokenAmounts(amount0: 5, amount1: 6)),
            pool: Self.pool)
        book.observe(
            .rivalLanded(
                grossWei: 100, tipWei: 200, deposit: TokenAmounts(amount0: 7, amount1: 1)),
            pool: Self.pool)
        #expect(book.rivalDeposit(pool: Self.pool) == TokenAmounts(amount0: 7, amount1: 6))
        #expect(book.rivalDeposit(pool: other) == nil)
        #expect(book.shareBps(pool: other) == 3000 && book.weight(pool: other) == 0)
        #expect(book.weight(pool: Self.pool) > 1.9)
    }
}
