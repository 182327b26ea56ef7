import EVM
import Ethereum

/// The access lists (EIP-2930) that transactions would carry which name all that they touch.
///
/// The first pass over a case follows its transactions; the second executes the same ones, each
/// with its list.
final class AccessLists {
    private var lists: [[AccessListEntry]] = []
    private var next = 0

    /// Precompiled contracts stand at or below this, and are warm.
    private static let precompiled: UInt256 = 0x1ff

    /// Begins the second pass.
    func rewind() { next = 0 }

    /// Executes what is the first pass's next transaction, or the one at this place of the second.
    func execute(
        _ transaction: Transaction, sender: Address, coinbase: Address, on machine: VirtualMachine
    ) throws -> TransactionOutcome {
        defer { next += 1 }
        if next < lists.count {
            var transaction = transaction
            transaction.accessList = lists[next]
            return try machine.execute(transaction, sender: sender)
        }
        let touched = TouchedState()
        let outcome = try machine.execute(transaction, sender: sender, tracer: touched)
        // These are warm anyway, and to name one costs more than its few slots save.
        let free = Set([sender, coinbase] + [transaction.to].compactMap { $0 })
        lists.append(
            touched.accounts.filter { !free.contains($0.key) && $0.key.word > Self.precompiled }
                .map { AccessListEntry(address: $0.key, storageKeys: $0.value.sorted()) }
                .sorted { $0.address.word < $1.address.word })
        return outcome
    }
}

/// Every account and slot that a transaction names.
private final class TouchedState: ExecutionTracer {
    private(set) var accounts: [Address: Set<UInt256>] = [:]

    func begin(_ call: TracedCall, on machine: VirtualMachine) {}

    func touch(_ account: Address, on machine: VirtualMachine) {
        accounts[account, default: []].formUnion([])
    }

    func touch(_ account: Address, slot: UInt256, on machine: VirtualMachine) {
        accounts[account, default: []].insert(slot)
    }

    func enter(_ call: TracedCall) {}

    func leave(_ end: TracedEnd) {}

    func finish(_ outcome: TransactionOutcome, on machine: VirtualMachine) {}
}

extension GasCases {
    /// The same transactions, each with the list of all that it touches.
    func listed() throws -> [(String, UInt64)] {
        var cases = self
        cases.lists = AccessLists()
        _ = try cases.bundle()
        cases.lists?.rewind()
        let (opened, closed) = try cases.bundle()
        cases.lists = AccessLists()
        _ = try cases.safeSale(isAave: false, keepsUnits: true)
        cases.lists?.rewind()
        let atomic = try cases.safeSale(isAave: false, keepsUnits: true)
        return [
            ("listed: open, two fresh ticks", opened),
            ("listed: close, tip and sweep", closed),
            (
                "listed: atomic, a genuine Safe's order, lender Uniswap V3, "
                    + "a unit of each token kept", atomic
            ),
        ]
    }
}
