import EVM
import Ethereum

/// One transaction with what came of it here, in the shape that `peers/pyrevm/fuzz.py` reads; codes
/// are named by their hashes.
struct RecordedCase: Encodable {
    struct AccountFields: Encodable {
        var balance: String
        var nonce: UInt64
        var codeHash: String
        var storage: [String: String]
    }

    struct Changed: Encodable {
        var exists: Bool
        var balance: String
        var nonce: UInt64
        var code: String?
        var storageCleared: Bool
        var storage: [String: String]
    }

    struct LogFields: Encodable {
        var address: String
        var topics: [String]
        var data: String
    }

    struct Outcome: Encodable {
        var status: String
        var reason: String?
        var gasUsed: UInt64
        var gasRefunded: UInt64
        var output: String
        var created: String?
        var logs: [LogFields]
        var changes: [String: Changed]
        var slots: [String: [String]]
    }

    var fork: String
    var chainId: UInt64
    var number: UInt64
    var timestamp: UInt64
    var accounts: [String: AccountFields] = [:]
    var from: String
    var to: String?
    var value: String
    var data: String
    var gas: UInt64
    var outcome: Outcome

    init(
        block: BlockEnvironment, from: Address, transaction: Transaction,
        outcome: TransactionOutcome, machine: VirtualMachine
    ) {
        fork = "\(block.fork)"
        chainId = block.chainId
        number = block.number
        timestamp = block.timestamp
        self.from = from.description
        to = transaction.to?.description
        value = transaction.value.hexQuantity
        data = Hex.encode(transaction.data)
        gas = transaction.gasLimit
        var slots: [String: [String]] = [:]
        for entry in machine.accessed().entries {
            slots[entry.address.description] = entry.storage.map(\.slot.hexQuantity)
            guard let account = entry.account else { continue }
            accounts[entry.address.description] = AccountFields(
                balance: account.balance.hexQuantity, nonce: account.nonce,
                codeHash: "\(account.codeHash)",
                storage: Dictionary(
                    uniqueKeysWithValues: entry.storage.filter { !$0.value.isZero }.map {
                        ($0.slot.hexQuantity, $0.value.hexQuantity)
                    }))
        }
        self.outcome = Self.fields(outcome, machine.changes(), slots)
    }

    private static func fields(
        _ outcome: TransactionOutcome, _ changes: StateChanges, _ slots: [String: [String]]
    ) -> Outcome {
        var changed: [String: Changed] = [:]
        for change in changes.accounts {
            changed[change.address.description] = Changed(
                exists: change.after != nil, balance: (change.after?.balance ?? 0).hexQuantity,
                nonce: change.after?.nonce ?? 0, code: change.newCode.map { Hex.encode($0.bytes) },
                storageCleared: change.storageCleared,
                storage: Dictionary(
                    uniqueKeysWithValues: change.storage.map {
                        ($0.slot.hexQuantity, $0.after.hexQuantity)
                    }))
        }
        var status = "success"
        var reason: String?
        switch outcome.status {
        case .success: break
        case .revert: status = "revert"
        case .halt(let halt): (status, reason) = ("halt", halt.rawValue)
        }
        return Outcome(
            status: status, reason: reason, gasUsed: outcome.gasUsed,
            gasRefunded: outcome.gasRefunded, output: Hex.encode(outcome.output),
            created: outcome.createdAddress?.description,
            logs: outcome.logs.map { log in
                LogFields(
                    address: log.address.description,
                    topics: log.topics.map { Hex.encode($0.bytes) }, data: Hex.encode(log.data))
            },
            changes: changed, slots: slots)
    }
}
