import Ethereum
import Store
import Testing

@Suite struct BookingTests {
    let ledger: Ledger

    init() throws { ledger = try Ledger.inMemory() }

    @Test("an empty ledger has no block, and every balance is 0")
    func empty() throws {
        #expect(try ledger.lastBookedBlock() == nil)
        #expect(try ledger.allBalances().isEmpty)
        #expect(try ledger.balance(of: Sample.ether) == 0)
        #expect(try ledger.summary().lastBlock == nil)
    }

    @Test("amounts beyond 64 and 128 bits add up to the wei")
    func largeAmounts() throws {
        let large = Int256(bitPattern: UInt256(UInt64.max, .max, .max, 1))
        try ledger.book(
            block: Sample.block(
                5, [Sample.entry(large, .opening), Sample.entry(Sample.ether, 7, .opening)]))
        try ledger.book(
            block: Sample.block(
                6, [Sample.entry(1, transaction: 1), Sample.entry(-3, .tip, transaction: 1)]))
        #expect(try ledger.balance(of: Sample.wethOfExecutor) == large &- 2)
        #expect(
            try ledger.allBalances() == [
                Sample.wethOfExecutor: large &- 2, Sample.ether: 7,
            ])
        #expect(
            try ledger.entries(of: Sample.wethOfExecutor, limit: 2).map(\.balanceAfterRaw)
                == [large &- 2, large &+ 1])
        try ledger.verifyBooks()
    }

    @Test("a balance beyond 255 bits is refused and nothing of its block is booked")
    func overflow() throws {
        let most = Int256(bitPattern: .max >> 1)
        try ledger.book(block: Sample.block(5, [Sample.entry(most, .opening)]))
        #expect(throws: LedgerError.balanceOverflow(Sample.wethOfExecutor)) {
            try ledger.book(
                block: Sample.block(
                    6, [Sample.entry(Sample.ether, 1, transaction: 1), Sample.entry(1)]))
        }
        #expect(try ledger.lastBookedBlock()?.number == 5)
        #expect(try ledger.balance(of: Sample.ether) == 0)
        try ledger.book(block: Sample.block(6, [Sample.entry(-1)]))
        #expect(try ledger.balance(of: Sample.wethOfExecutor) == most &- 1)
    }

    @Test("the least amount that can be written can be read: a node may say what it likes")
    func leastAmount() throws {
        let ledger = try Ledger.inMemory()
        let least = Int256(bitPattern: .one << 255)
        #expect(Int256(decimal: least.description) == least)
        #expect(Int256(decimal: String(least.description.dropFirst())) == nil)
        try ledger.book(block: Sample.block(5, [Sample.entry(least, .opening)]))
        #expect(try ledger.balance(of: Sample.wethOfExecutor) == least)
        try ledger.verifyBooks()
    }

    @Test("booking a block again changes nothing, with other entries it is refused")
    func bookedTwice() throws {
        let block = Sample.block(5, [Sample.entry(9, .gas, transaction: 1), Sample.entry(2)])
        #expect(try ledger.book(block: block) == .booked)
        #expect(try ledger.book(block: block) == .alreadyBooked)
        #expect(try ledger.balance(of: Sample.wethOfExecutor) == 11)
        var other = block
        other.entries[0].deltaRaw = 8
        #expect(throws: LedgerError.blockBookedDifferently(block.reference)) {
            try ledger.book(block: other)
        }
        #expect(try ledger.balance(of: Sample.wethOfExecutor) == 11)
    }

    @Test("the same receipt in a later block, or twice in one, is refused")
    func receiptTwice() throws {
        let entry = Sample.entry(9, .gas, transaction: 1)
        try ledger.book(block: Sample.block(5, [entry]))
        #expect(throws: LedgerError.entryBookedTwice(entry)) {
            try ledger.book(block: Sample.block(6, [entry]))
        }
        let opening = Sample.entry(9, .opening)
        #expect(throws: LedgerError.entryBookedTwice(opening)) {
            try ledger.book(block: Sample.block(6, [opening, opening]))
        }
        // Another kind of the same transaction is another entry.
        try ledger.book(block: Sample.block(6, [Sample.entry(1, .tip, transaction: 1)]))
    }

    @Test("a gap, a wrong parent and a replaced block are refused by name")
    func chainOrder() throws {
        try ledger.book(block: Sample.block(5))
        #expect(throws: LedgerError.blockGap(lastBooked: 5, given: 7)) {
            try ledger.book(block: Sample.block(7))
        }
        #expect(throws: LedgerError.blockGap(lastBooked: 5, given: 4)) {
            try ledger.book(block: Sample.block(4))
        }
        let stray = Sample.block(6, fork: 1)
        #expect(
            throws: LedgerError.wrongParent(
                of: stray.reference, given: stray.parentHash,
                booked: Sample.block(5).reference)
        ) { try ledger.book(block: stray) }
        #expect(
            throws: LedgerError.blockReplaced(
                booked: Sample.block(5).reference, given: Sample.block(5, fork: 1).reference)
        ) { try ledger.book(block: Sample.block(5, fork: 1)) }
        #expect(try ledger.book(block: Sample.block(6)) == .booked)
        #expect(try ledger.bookedBlock(number: 5) == Sample.block(5).reference)
        #expect(try ledger.bookedBlock(number: 4) == nil)
        #expect(try ledger.bookedBlock(number: .max) == nil)
    }

    @Test("a block number beyond SQLite's integers is refused")
    func hugeNumber() throws {
        var block = Sample.block(5)
        block.number = .max
        #expect(throws: LedgerError.numberTooLarge(field: "block number", value: .max)) {
            try ledger.book(block: block)
        }
    }
}
