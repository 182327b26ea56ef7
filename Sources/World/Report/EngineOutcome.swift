import EVM
import Ethereum

/// What came of one transaction in our machine, in the shape in which `peers/pyrevm/fuzz.py`
/// compares it with another one: numbers as quantities, bytes as hexadecimal digits without a
/// prefix.
public struct EngineOutcome: Codable {
    /// An account behind it.
    struct Changed: Codable {
        var exists: Bool
        var balance: String
        var nonce: UInt64
        /// Nil where it is as before.
        var code: String?
        var storageCleared: Bool
        var storage: [String: String]
    }

    struct LogFields: Codable {
        var address: String
        var topics: [String]
        var data: String
    }

    /// `success`, `revert` or `halt`.
    public var status: String
    var reason: String?
    public var gasUsed: UInt64
    var gasRefunded: UInt64
    var output: String
    var created: String?
    var logs: [LogFields]
    var changes: [String: Changed]
    /// Slots that were read or written, by account.
    var slots: [String: [String]]

    /// The outcome of the one transaction that the machine has executed since its reset.
    public init(_ outcome: TransactionOutcome, machine: VirtualMachine) {
        status = "success"
        switch outcome.status {
        case .success: break
        case .revert: status = "revert"
        case .halt(let halt): (status, reason) = ("halt", halt.rawValue)
        }
        gasUsed = outcome.gasUsed
        gasRefunded = outcome.gasRefunded
        output = Hex.encode(outcome.output)
        created = outcome.createdAddress?.description
        logs = outcome.logs.map { log in
            LogFields(
                address: log.address.description,
                topics: log.topics.map { Hex.encode($0.bytes) }, data: Hex.encode(log.data))
        }
        changes = [:]
        for change in machine.changes().accounts {
            changes[change.address.description] = Changed(
                exists: change.after != nil, balance: (change.after?.balance ?? 0).hexQuantity,
                nonce: change.after?.nonce ?? 0, code: change.newCode.map { Hex.encode($0.bytes) },
                storageCleared: change.storageCleared,
                storage: Dictionary(
                    uniqueKeysWithValues: change.storage.map {
                        ($0.slot.hexQuantity, $0.after.hexQuantity)
                    }))
        }
        slots = [:]
        for entry in machine.accessed().entries {
            slots[entry.address.description] = entry.storage.map(\.slot.hexQuantity)
        }
    }

    /// An account's words before the transaction, as far as they were read and are not 0.
    public static func storage(of entry: AccessedState.Entry) -> [String: String] {
        Dictionary(
            uniqueKeysWithValues: entry.storage.filter { !$0.value.isZero }.map {
                ($0.slot.hexQuantity, $0.value.hexQuantity)
            })
    }
}
