import Ethereum
import Store

/// Books as a list of blocks: what the ledger must always equal.
struct ModelBooks {
    private(set) var blocks: [BookedBlock] = []
    /// Names the branch of the newest blocks, so that a block after a rollback is another one.
    private var branch = 0

    var last: BookedBlock? { blocks.last }

    /// Every holding that was ever booked in these blocks.
    var balances: [Holding: Int256] { balances(upTo: .max) }

    func balances(upTo number: UInt64) -> [Holding: Int256] {
        var sums: [Holding: Int256] = [:]
        for block in blocks where block.number <= number {
            for entry in block.entries { sums[entry.holding, default: .zero] &+= entry.deltaRaw }
        }
        return sums
    }

    mutating func append(_ block: BookedBlock) { blocks.append(block) }

    mutating func rollBack(to number: UInt64) {
        blocks.removeAll { $0.number > number }
        branch += 1
    }

    /// A block that follows, with up to five entries of distinct transactions.
    func following(_ random: inout SeededRandom) -> BookedBlock {
        let number = (last?.number ?? 99) + 1
        let kinds = EntryKind.allCases
        let entries = (0..<random.below(6)).map { _ in
            LedgerEntry(
                holding: Holding(
                    account: Address(word: UInt256(UInt64(1 + random.below(3)))),
                    token: random.below(2) == 0 ? nil : Sample.weth),
                kind: kinds[random.below(kinds.count)], deltaRaw: random.delta(),
                transactionHash: random.hash())
        }
        return BookedBlock(
            number: number, hash: random.hash(), parentHash: last?.hash ?? random.hash(),
            timestampSeconds: number * 12, entries: entries)
    }
}
