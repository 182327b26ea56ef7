import Ethereum
import Store
import Testing

@Suite struct ReconciliationTests {
    let ledger: Ledger
    let weth = Sample.wethOfExecutor

    init() throws {
        ledger = try Ledger.inMemory()
        try ledger.book(block: Sample.block(5, [Sample.entry(100, .opening)]))
        try ledger.book(block: Sample.block(6, [Sample.entry(10, transaction: 1)]))
    }

    @Test("equal books have no differences, one wei more or less is one")
    func oneWei() throws {
        let block = Sample.block(6).reference
        #expect(try ledger.differences(at: 6) == nil)
        #expect(try ledger.reconcile(block: block, onChain: [weth: 110, Sample.ether: 0]) == [])
        #expect(try ledger.differences(at: 6) == [])
        for (onChain, difference) in [(UInt256(111), Int256(1)), (UInt256(109), Int256(-1))] {
            let found = try ledger.reconcile(block: block, onChain: [weth: onChain])
            #expect(found.map(\.differenceRaw) == [difference])
            #expect(try ledger.differences(at: 6) == found)
        }
        #expect(try ledger.reconcile(block: block, onChain: [weth: 110]) == [])
        #expect(try ledger.differences(at: 6) == [])
    }

    @Test("an earlier block is compared with the books as of then")
    func earlierBlock() throws {
        #expect(try ledger.reconcile(block: Sample.block(5).reference, onChain: [weth: 100]) == [])
        #expect(try ledger.reconcile(block: Sample.block(6).reference, onChain: [weth: 100]) != [])
        #expect(try ledger.differences(at: 5) == [])
    }

    @Test("a difference that lasts is reported at every block until it is gone")
    func lasting() throws {
        for (number, onChain) in [(6, UInt256(99)), (7, 99), (8, 110), (9, 110)] {
            if number > 6 { try ledger.book(block: Sample.block(number)) }
            try ledger.reconcile(block: Sample.block(number).reference, onChain: [weth: onChain])
            #expect(try ledger.differences(at: UInt64(number))?.count == (onChain == 99 ? 1 : 0))
        }
    }

    @Test("a balance on the chain that was never booked is a difference")
    func neverBooked() throws {
        let found = try ledger.reconcile(
            block: Sample.block(6).reference, onChain: [weth: 110, Sample.ether: 3])
        #expect(found.map(\.holding) == [Sample.ether])
        #expect(found.first?.bookedRaw == 0)
    }

    @Test("a booked balance that was not read is refused, not taken for 0")
    func notRead() throws {
        #expect(throws: LedgerError.balanceNotRead(weth, bookedRaw: 110)) {
            try ledger.reconcile(block: Sample.block(6).reference, onChain: [:])
        }
        #expect(try ledger.differences(at: 6) == nil)
    }

    @Test("a block that is not booked, or another of its number, is refused")
    func unknownBlock() throws {
        for block in [Sample.block(7).reference, Sample.block(6, fork: 1).reference] {
            #expect(throws: LedgerError.blockNotBooked(block)) {
                try ledger.reconcile(block: block, onChain: [weth: 110])
            }
        }
    }

    @Test("the largest balance that a token can claim is a difference without a signed number")
    func lyingToken() throws {
        let found = try ledger.reconcile(
            block: Sample.block(6).reference, onChain: [weth: .max])
        #expect(found.map(\.onChainRaw) == [.max])
        #expect(found.first?.differenceRaw == nil)
        #expect(try ledger.differences(at: 6) == found)
    }

    @Test("a negative balance never equals the chain's")
    func negative() throws {
        try ledger.book(block: Sample.block(7, [Sample.entry(-111, transaction: 2)]))
        let bits = Int256(-1).bitPattern
        let found = try ledger.reconcile(block: Sample.block(7).reference, onChain: [weth: bits])
        #expect(found.map(\.bookedRaw) == [-1])
    }
}
