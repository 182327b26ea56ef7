import Ethereum

/// Collects a block's access list step by step, from what the journal of its execution says
/// (EIP-7928). Of each step only what it leaves otherwise than it found it counts.
public struct AccessRecorder {
    private struct Changes {
        var storage: [UInt256: [BlockAccessList.Change<UInt256>]] = [:]
        var balances: [BlockAccessList.Change<UInt256>] = []
        var nonces: [BlockAccessList.Change<UInt64>] = []
        var codes: [BlockAccessList.Change<[UInt8]>] = []
    }

    private var accounts: [Address: Changes] = [:]
    private var step: UInt64 = 0
    /// How many of the journal's entries belong to steps that have been recorded.
    private var recordedEntries = 0

    public init() {}

    /// Takes up what was executed since the last step.
    public mutating func finishStep(of machine: VirtualMachine) throws(StateNotLoaded) {
        let changes = try machine.netChanges(fromEntry: recordedEntries)
        recordedEntries = changes.entryCount
        for change in changes.list {
            switch change.value {
            case .balance(let value):
                accounts[change.address, default: Changes()].balances.append(
                    .init(step: step, value: value))
            case .nonce(let value):
                accounts[change.address, default: Changes()].nonces.append(
                    .init(step: step, value: value))
            case .code(let value):
                accounts[change.address, default: Changes()].codes.append(
                    .init(step: step, value: value))
            case .storage(let slot, let value):
                accounts[change.address, default: Changes()].storage[slot, default: []].append(
                    .init(step: step, value: value))
            }
        }
        step += 1
    }

    /// The list, of the steps that were finished and of all that the machine has read since its
    /// reset.
    public func list(of machine: VirtualMachine) -> BlockAccessList {
        BlockAccessList(
            accounts: machine.accessed().entries.map { entry in
                let changes = accounts[entry.address] ?? Changes()
                return BlockAccessList.AccountAccess(
                    address: entry.address,
                    storageChanges: changes.storage.map { slot, changes in
                        BlockAccessList.SlotChanges(slot: slot, changes: changes)
                    }.sorted { $0.slot < $1.slot },
                    storageReads: entry.storage.map(\.slot).filter { changes.storage[$0] == nil },
                    balanceChanges: changes.balances, nonceChanges: changes.nonces,
                    codeChanges: changes.codes)
            })
    }
}

/// What a step of a block leaves otherwise than it found it.
struct NetChanges {
    enum Value {
        case balance(UInt256)
        case nonce(UInt64)
        case code([UInt8])
        case storage(slot: UInt256, UInt256)
    }

    var list: [(address: Address, value: Value)] = []
    /// Entries of the journal up to the step's end.
    var entryCount = 0
}

extension Journal {
    /// The net changes since the journal had `start` entries, in the order of the first writes.
    mutating func netChanges(from start: Int) throws(StateNotLoaded) -> NetChanges {
        var net = NetChanges()
        net.entryCount = entries.count
        // The first entry of a field holds its value at the step's start.
        var seen: Set<UInt64> = []
        for position in min(start, entries.count)..<entries.count {
            let entry = entries.base[position]
            let field = UInt64(entry.kind.rawValue) << 32 | UInt64(entry.index)
            switch entry.kind {
            case .balance, .nonce, .code, .storage:
                if !seen.insert(field).inserted { continue }
            default: continue
            }
            let index = Int(entry.index)
            if entry.kind == .storage {
                let slot = slot(index).pointee
                if slot.current != entry.previous {
                    let address = record(Int(slot.account)).pointee.address
                    net.list.append((address, .storage(slot: slot.key, slot.current)))
                }
                continue
            }
            let account = record(index).pointee
            switch entry.kind {
            case .balance where account.balance != entry.previous:
                net.list.append((account.address, .balance(account.balance)))
            case .nonce where UInt256(account.nonce) != entry.previous:
                net.list.append((account.address, .nonce(account.nonce)))
            case .code where account.codeHash.word != entry.previous:
                guard let code = code(index) else {
                    throw StateNotLoaded(missing ?? .account(account.address))
                }
                net.list.append((account.address, .code(code.bytes)))
            default: break
            }
        }
        return net
    }
}
