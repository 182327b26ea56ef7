import Ethereum

/// An account with the slots that a transaction named, at one moment.
public struct TracedAccount: Equatable, Sendable {
    public var address: Address
    /// Nil where the account did not exist.
    public var account: Account?
    public var code: Code
    /// By slot.
    public var storage: [(slot: UInt256, value: UInt256)]

    public static func == (a: TracedAccount, b: TracedAccount) -> Bool {
        a.address == b.address && a.account == b.account && a.code == b.code
            && a.storage.elementsEqual(b.storage, by: ==)
    }
}

/// What a transaction named of the state, as it was before, also in calls that reverted (Geth's
/// `prestateTracer`), and how that has changed (its `diffMode`).
public final class PrestateTracer: ExecutionTracer {
    /// The accounts before the transaction, by address.
    public var before: [TracedAccount] { Self.sorted(accounts, slots) }
    /// The same accounts and slots after it, by address; empty until it has ended.
    public private(set) var after: [TracedAccount] = []

    private var accounts: [Address: TracedAccount] = [:]
    private var slots: [Address: [UInt256: UInt256]] = [:]

    /// A tracer for one transaction after another.
    public init() {}

    public func begin(_ call: TracedCall, on machine: VirtualMachine) {
        accounts.removeAll()
        slots.removeAll()
        after = []
    }

    /// Nothing of an account or slot changes before it is named: the first look is the value
    /// before.
    public func touch(_ account: Address, on machine: VirtualMachine) {
        if accounts[account] == nil { accounts[account] = Self.look(account, on: machine) }
    }

    public func touch(_ account: Address, slot: UInt256, on machine: VirtualMachine) {
        touch(account, on: machine)
        guard slots[account]?[slot] == nil,
            let value = try? machine.storage(account, slot: slot)
        else { return }
        slots[account, default: [:]][slot] = value
    }

    public func enter(_ call: TracedCall) {}

    public func leave(_ end: TracedEnd) {}

    public func finish(_ outcome: TransactionOutcome, on machine: VirtualMachine) {
        var now: [Address: TracedAccount] = [:]
        var values: [Address: [UInt256: UInt256]] = [:]
        for (address, _) in accounts {
            now[address] = Self.look(address, on: machine)
            for (slot, _) in slots[address] ?? [:] {
                values[address, default: [:]][slot] = try? machine.storage(address, slot: slot)
            }
        }
        after = Self.sorted(now, values)
    }

    /// Nil where the base state lacks it: the execution stops there too.
    private static func look(_ address: Address, on machine: VirtualMachine) -> TracedAccount? {
        do throws(StateNotLoaded) {
            return TracedAccount(
                address: address, account: try machine.account(address),
                code: try machine.code(of: address), storage: [])
        } catch { return nil }
    }

    private static func sorted(
        _ accounts: [Address: TracedAccount], _ slots: [Address: [UInt256: UInt256]]
    ) -> [TracedAccount] {
        accounts.values.sorted { $0.address < $1.address }.map { account in
            var account = account
            account.storage = (slots[account.address] ?? [:])
                .map { (slot: $0.key, value: $0.value) }.sorted { $0.slot < $1.slot }
            return account
        }
    }
}
