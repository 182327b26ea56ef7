import Bot
import Ethereum
import Strategy
import Synchronization
import Testing

/// The book of orders, the purse of their work, and the places of their bundles.
@Suite("Orders that wait")
struct OrderQueueTests {
    private static func order(
        _ number: UInt64, account: UInt64 = 1, validUntil: UInt64? = nil
    ) -> SignedOrder {
        SignedOrder(
            hash: Hash32(word: UInt256(number)), account: Address(word: UInt256(account)),
            form: .safe(nonce: .zero), target: Address(word: UInt256(account)), calldata: [],
            validUntil: validUntil)
    }

    @Test("an account has one open order; a copy changes nothing of one that is open")
    func copies() throws {
        var book = OrderBook()
        let first = Self.order(1)
        try book.admit(first)
        book.insert(first)
        book.decided(first.hash, "sent", for: 7, isSent: true)
        #expect(throws: OrderBook.Full.account(waiting: first.hash)) {
            try book.admit(Self.order(2))
        }
        try book.admit(Self.order(2, account: 2))
        try book.admit(first)
        book.insert(first)
        #expect(book[first.hash]?.state == .sent(block: 7))
        #expect(book[first.hash]?.decisions == 1)
    }

    @Test("a dropped order may come again, and keeps what its lost bundles have earned it")
    func again() throws {
        var book = OrderBook()
        let order = Self.order(1, validUntil: 5)
        book.insert(order)
        book.lost(order.hash, in: 10)
        book.lost(order.hash, in: 11)
        book.set(order.hash, .dropped(reason: "its time is over"))
        book.insert(Self.order(1))
        let entry = try #require(book[order.hash])
        #expect(entry.state == .waiting && entry.decisions == 0)
        #expect(entry.order.validUntil == nil)
        #expect(entry.losses == 2 && entry.notBefore == 13)
        // One that has landed is not opened by a bundle that is told of late.
        book.set(order.hash, .landed(block: 20, transaction: .zero))
        book.lost(order.hash, in: 21)
        #expect(book[order.hash]?.state == .landed(block: 20, transaction: .zero))
    }

    @Test("validity, which nobody signs, can be made longer and not shorter")
    func validity() {
        var book = OrderBook()
        book.insert(Self.order(1, validUntil: 50))
        book.extend(Hash32(word: 1), validUntil: 1)
        #expect(book[Hash32(word: 1)]?.order.validUntil == 50)
        book.extend(Hash32(word: 1), validUntil: 90)
        #expect(book[Hash32(word: 1)]?.order.validUntil == 90)
        book.extend(Hash32(word: 1), validUntil: nil)
        #expect(book[Hash32(word: 1)]?.order.validUntil == nil)
        book.extend(Hash32(word: 1), validUntil: 1)
        #expect(book[Hash32(word: 1)]?.order.validUntil == nil)
    }

    @Test(
        "bundles that do not land make an order wait for 1, 2, 4, … blocks, and no longer than 64")
    func backOff() {
        var book = OrderBook()
        let hash = Hash32(word: 1)
        book.insert(Self.order(1))
        var waits: [UInt64] = []
        for _ in 0..<9 {
            book.decided(hash, "sent", for: 100, isSent: true)
            book.lost(hash, in: 100)
            waits.append((book[hash]?.notBefore ?? 0) - 100)
        }
        #expect(waits == [1, 2, 4, 8, 16, 32, 64, 64, 64])
    }

    @Test("an order that our contract cannot execute twice in a row is dropped, not the first time")
    func failsWithin() {
        var book = OrderBook()
        let hash = Hash32(word: 1)
        book.insert(Self.order(1))
        book.failedWithin(hash, reason: "no")
        book.decided(hash, "sent", for: 3, isSent: true)
        book.failedWithin(hash, reason: "no")
        #expect(book[hash]?.state.isOpen == true)
        book.failedWithin(hash, reason: "no")
        #expect(book[hash]?.state == .dropped(reason: "no"))
    }

    @Test("an order that is not served for ten minutes of slots is dropped")
    func decisions() {
        var book = OrderBook()
        let hash = Hash32(word: 1)
        book.insert(Self.order(1))
        for _ in 1..<OrderBook.decisionLimit {
            book.decided(hash, "no_swap", for: 3, isSent: false)
        }
        #expect(book[hash]?.state == .waiting)
        book.decided(hash, "no_swap", for: 3, isSent: false)
        #expect(book[hash]?.state.isOpen == false)
    }

    @Test("all work behind a head is bounded, taking in by half of it; a new head fills the purse")
    func purse() {
        var purse = OrderPurse()
        func work(_ kind: OrderPurse.Work) -> Int {
            var done = 0
            // A budget that is used up: nothing else is asked of it here.
            while purse.spend(on: kind, { $0.exhaust() }) != nil { done += 1 }
            return done
        }
        let admitted = work(.admission)
        #expect(admitted == Int(OrderPurse.gasPerHead / 2 / OrderPurse.admissionGas))
        #expect(work(.decision) == 2)
        #expect(work(.admission) == 0 && work(.decision) == 0)
        purse.beginHead()
        #expect(work(.decision) == 4)
        #expect(work(.admission) == 0)
    }

    @Test("time is bounded too, where there is a clock")
    func time() {
        let now = Mutex(UInt64(0))
        var purse = OrderPurse(clock: { now.withLock { $0 } })
        func slow() -> Void? {
            purse.spend(on: .decision) { _ in now.withLock { $0 += 400_000_000 } }
        }
        #expect(slow() != nil && slow() != nil && slow() != nil)
        #expect(slow() == nil)
        purse.beginHead()
        #expect(slow() != nil)
    }

    private static let pool = Address(word: 0xF001), hedge = Address(word: 0xF002)

    private static func live(
        _ number: UInt64, _ index: Int, netProfitWei: Int256
    ) -> LiveBundles.LiveAtomic {
        .init(
            order: Hash32(word: UInt256(number)), bundleHash: Hash32(word: UInt256(number)),
            pools: [pool, hedge], operatorIndex: index, replacementUuid: "u\(number)",
            netProfitWei: netProfitWei)
    }

    @Test("an order never takes the last operator account, unless there is but one")
    func lastAccount() throws {
        var three = LiveBundles(operatorCount: 3)
        #expect(try three.accountForOrder() == 0)
        three.insert(Self.live(1, 0, netProfitWei: 5))
        #expect(try three.accountForOrder() == 1)
        three.insert(Self.live(2, 1, netProfitWei: 5))
        #expect(throws: Rejection.operatorsBusy(count: 3)) { try three.accountForOrder() }
        #expect(try three.account() == 2)
        #expect(try LiveBundles(operatorCount: 1).accountForOrder() == 0)
        var reserved = LiveBundles(operatorCount: 2)
        reserved.reserved = [0]
        #expect(throws: Rejection.operatorsBusy(count: 2)) { try reserved.accountForOrder() }
    }

    @Test("a bundle for the mempool takes an order's pool only if it earns more, with its account")
    func displacing() throws {
        var bundles = LiveBundles(operatorCount: 2)
        bundles.insert(Self.live(1, 0, netProfitWei: 100))
        #expect(throws: Rejection.poolBusy(pool: Self.pool)) {
            try bundles.place(on: Self.pool, netProfitWei: 100)
        }
        let place = try bundles.place(on: Self.hedge, netProfitWei: 101)
        // The same account: by its nonce one of the two lands at most.
        #expect(place.operatorIndex == 0 && place.displaced?.order == Hash32(word: 1))
        let elsewhere = Address(word: 0xF003)
        let free = try bundles.place(on: elsewhere, netProfitWei: 1)
        #expect(free.operatorIndex == 1 && free.displaced == nil)
        // No account is free: the order's is taken where it earns less.
        bundles.reserved = [1]
        #expect(throws: Rejection.operatorsBusy(count: 2)) {
            try bundles.place(on: elsewhere, netProfitWei: 100)
        }
        #expect(try bundles.place(on: elsewhere, netProfitWei: 101).operatorIndex == 0)
        // A change of our own gives way to nothing.
        var fixed = LiveBundles(operatorCount: 1)
        fixed.insert(
            .init(
                order: nil, bundleHash: .zero, pools: [Self.pool], operatorIndex: 0,
                replacementUuid: "", netProfitWei: nil))
        #expect(throws: Rejection.poolBusy(pool: Self.pool)) {
            try fixed.place(on: Self.pool, netProfitWei: 1_000_000)
        }
        #expect(throws: Rejection.operatorsBusy(count: 1)) {
            try fixed.place(on: elsewhere, netProfitWei: 1_000_000)
        }
        bundles.remove(try #require(place.displaced))
        #expect(try bundles.place(on: Self.pool, netProfitWei: 1).operatorIndex == 0)
    }
}
