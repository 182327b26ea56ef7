import Ethereum
import Store
import Testing

@Suite struct BooksPropertyTests {
    @Test(
        "whatever is booked, rolled back and reconciled, the ledger equals a plain list of blocks",
        arguments: UInt64(1)...8)
    func randomSequences(seed: UInt64) throws {
        let directory = try TemporaryDirectory()
        var random = SeededRandom(seed: seed)
        var model = ModelBooks()
        var ledger = try Ledger(path: directory.file())
        for step in 0..<160 {
            switch random.below(12) {
            case 0: try refuse(model, ledger, &random)
            case 1: try rollBack(&model, ledger, &random)
            case 2, 3: try reconcile(model, ledger, &random)
            case 4 where step % 3 == 0:
                try ledger.close()
                ledger = try Ledger(path: directory.file())
            case 5:
                guard let last = model.last else { break }
                #expect(try ledger.book(block: last) == .alreadyBooked, "seed \(seed)")
            default:
                let block = model.following(&random)
                #expect(try ledger.book(block: block) == .booked, "seed \(seed)")
                model.append(block)
            }
            #expect(try ledger.lastBookedBlock() == model.last?.reference, "seed \(seed), \(step)")
            #expect(try ledger.allBalances() == model.balances, "seed \(seed), step \(step)")
        }
        try ledger.verifyBooks()
    }

    private func refuse(_ model: ModelBooks, _ ledger: Ledger, _ random: inout SeededRandom) throws
    {
        guard let last = model.last else { return }
        var block = model.following(&random)
        switch random.below(3) {
        case 0:
            block.number += UInt64(1 + random.below(5))
            #expect(throws: LedgerError.blockGap(lastBooked: last.number, given: block.number)) {
                try ledger.book(block: block)
            }
        case 1:
            block.parentHash = random.hash()
            #expect(throws: LedgerError.self) { try ledger.book(block: block) }
        default:
            block.number = last.number
            #expect(
                throws: LedgerError.blockReplaced(booked: last.reference, given: block.reference)
            ) { try ledger.book(block: block) }
        }
    }

    private func rollBack(
        _ model: inout ModelBooks, _ ledger: Ledger, _ random: inout SeededRandom
    ) throws {
        guard let first = model.blocks.first, let last = model.last else { return }
        let depth = UInt64(random.below(Int(min(last.number - first.number, 8)) + 1))
        let removed = model.blocks.suffix(Int(depth)).reversed().map(\.reference)
        let result = try ledger.rollBack(to: last.number - depth)
        #expect(result.blocks == Array(removed))
        model.rollBack(to: last.number - depth)
    }

    /// Balances as the chain would have them, where the books are not negative; sometimes one is a
    /// wei off and must be the only one found.
    private func reconcile(
        _ model: ModelBooks, _ ledger: Ledger, _ random: inout SeededRandom
    ) throws {
        guard !model.blocks.isEmpty else { return }
        let block = model.blocks[random.below(model.blocks.count)]
        let booked = model.balances(upTo: block.number)
        var onChain = booked.mapValues { $0.isNegative ? .zero : $0.bitPattern }
        var expected = Set(booked.filter { $0.value.isNegative }.keys)
        if random.below(2) == 0, let victim = onChain.keys.sorted().first {
            onChain[victim] = (onChain[victim] ?? .zero) &+ 1
            expected.insert(victim)
        }
        let found = try ledger.reconcile(block: block.reference, onChain: onChain)
        #expect(found.map(\.holding) == expected.sorted())
        #expect(try ledger.differences(at: block.number) == found)
    }
}
