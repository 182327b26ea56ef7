import Ethereum
import Store

/// Values for tests, told apart by small numbers.
enum Sample {
    static let executor = Address(word: 0xe1)
    static let account = Address(word: 0xa1)
    static let weth = Address(word: 0xee)
    static let ether = Holding(account: account, token: nil)
    static let wethOfExecutor = Holding(account: executor, token: weth)

    static func hash(_ number: Int, fork: Int = 0) -> Hash32 {
        Hash32(word: UInt256(UInt64(number), UInt64(fork), 7, 9))
    }

    /// Block `number` on a chain where blocks above `forkPoint` belong to `fork`.
    static func block(
        _ number: Int, fork: Int = 0, forkPoint: Int = 0, _ entries: [LedgerEntry] = []
    ) -> BookedBlock {
        BookedBlock(
            number: UInt64(number), hash: hash(number, fork: fork),
            parentHash: hash(number - 1, fork: number - 1 > forkPoint ? fork : 0),
            timestampSeconds: UInt64(1_000 + 12 * number), entries: entries)
    }

    static func entry(
        _ holding: Holding, _ delta: Int256, _ kind: EntryKind = .transfer,
        transaction: Int? = nil
    ) -> LedgerEntry {
        LedgerEntry(
            holding: holding, kind: kind, deltaRaw: delta,
            transactionHash: transaction.map { hash($0, fork: 0x77) })
    }

    /// An entry of the executor's WETH.
    static func entry(
        _ delta: Int256, _ kind: EntryKind = .transfer, transaction: Int? = nil
    ) -> LedgerEntry {
        entry(wethOfExecutor, delta, kind, transaction: transaction)
    }

    static func bundle(_ number: Int, targetBlock: UInt64 = 10) -> BundleRecord {
        BundleRecord(
            bundleHash: hash(number, fork: 0xb0), targetBlock: targetBlock,
            headHash: hash(Int(targetBlock) - 1), opportunityId: nil, operatorAccount: account,
            open: OwnTransaction(
                hash: hash(number, fork: 0xb1), nonce: UInt64(2 * number), raw: [2, 0, 255]),
            targetTransactionHash: hash(number, fork: 0xb2),
            close: OwnTransaction(
                hash: hash(number, fork: 0xb3), nonce: UInt64(2 * number + 1), raw: []),
            tipWei: .max, expectedNetProfitWei: -5, replacementUuid: "8d7a-uuid",
            builtAtUnixMs: 1_700_000_000_123)
    }

    /// What transaction `number` told of a pool in the block of this number.
    static func tip(
        _ number: Int, pool: Address = executor, _ sight: TipObservation.Sight = .unopposed
    ) -> TipObservation {
        TipObservation(
            pool: pool, blockNumber: UInt64(number), source: hash(number, fork: 0x71),
            sight: sight)
    }

    static func opportunity(
        _ number: Int, outcome: String, plan: PlannedPosition? = nil
    ) -> OpportunityRecord {
        OpportunityRecord(
            targetBlock: 10, transactionHash: hash(number), pool: plan == nil ? nil : executor,
            amountInRaw: plan == nil ? nil : .max, outcomeLabel: outcome, reason: "because",
            plan: plan, seenAtUnixMs: 1, decidedAtUnixMs: 2)
    }
}
