import Chain
import EVM
import Ethereum
import Testing

@Suite("Blockchain")
struct BlockchainTests {
    @Test("executed again, a block's transactions do exactly what they did")
    func reexecute() throws {
        var small = SmallChain()
        try small.mine([SmallChain.counter])
        let block = try small.mine(
            [SmallChain.hashKeeper, SmallChain.reverter, SmallChain.counter])
        var seen: [Int] = []
        var last: StateChanges?
        try small.chain.reexecute(2) { index, outcome, machine in
            seen.append(index)
            #expect(outcome == block.transactions[index].outcome)
            last = machine.changes()
        }
        #expect(seen == [0, 1, 2])
        #expect(last == block.changes)
    }

    @Test("executed again without one transaction, the rest does what it does without it")
    func without() throws {
        var small = SmallChain()
        let block = try small.mine([SmallChain.counter, SmallChain.counter])
        // Without the last, the first is as before.
        try small.chain.reexecute(1, without: [block.transactions[1].signed.hash]) {
            (index, outcome, machine) throws in
            #expect(index == 0 && outcome == block.transactions[0].outcome)
            #expect(try machine.storage(SmallChain.counter, slot: 0) == 1)
        }
        // Without the first, the second's nonce is too high: it is left out, and that is told.
        var told = 0
        try small.chain.reexecute(1, without: [block.transactions[0].signed.hash]) {
            (index, outcome, machine) throws in
            told += 1
            #expect(index == 1 && outcome == nil)
            #expect(try machine.storage(SmallChain.counter, slot: 0).isZero)
        }
        #expect(told == 1)
    }

    @Test("a contract reads the parent's hash, and the beacon root of its own block is kept")
    func ancestors() throws {
        var small = SmallChain()
        let first = try small.mine([SmallChain.counter])
        let second = try small.mine([SmallChain.hashKeeper])
        #expect(small.chain.state.storage(SmallChain.hashKeeper, slot: 0) == first.hash.word)
        let ring = UInt256(second.header.timestamp % 8191 + 8191)
        #expect(small.chain.state.storage(BeaconRoots.address, slot: ring) == 0xBEAC)
    }

    @Test("the base fee of a block follows from its parent's gas")
    func baseFee() throws {
        var small = SmallChain()
        let first = try small.mine([])
        #expect(first.header.baseFeePerGas == 875_000_000)
        let second = try small.mine([])
        #expect(second.header.baseFeePerGas == 765_625_000)
    }

    @Test("a branch point is the chain as it was; the chain itself stays")
    func branch() throws {
        var small = SmallChain()
        let first = try small.mine([SmallChain.counter])
        try small.mine([SmallChain.counter])
        var branch = small
        branch.chain = small.chain.upTo(1)
        #expect(branch.chain.head.hash == first.hash)
        #expect(branch.chain.state.storage(SmallChain.counter, slot: 0) == 1)
        #expect(small.chain.head.number == 2)
        branch.nonce = 1
        let other = try branch.mine([SmallChain.recipient])
        #expect(other.hash != small.chain.head.hash)
        #expect(small.chain.block(2)?.hash == small.chain.head.hash)
        #expect(small.chain.block(3) == nil && small.chain.state(after: 3) == nil)
    }
}
