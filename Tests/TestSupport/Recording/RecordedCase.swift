import EVM
import Ethereum
import World

/// One transaction with what came of it here, in the shape that `peers/pyrevm/fuzz.py` reads; codes
/// are named by their hashes.
struct RecordedCase: Encodable {
    struct AccountFields: Encodable {
        var balance: String
        var nonce: UInt64
        var codeHash: String
        var storage: [String: String]
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
    var outcome: EngineOutcome

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
        for entry in machine.accessed().entries {
            guard let account = entry.account else { continue }
            accounts[entry.address.description] = AccountFields(
                balance: account.balance.hexQuantity, nonce: account.nonce,
                codeHash: "\(account.codeHash)", storage: EngineOutcome.storage(of: entry))
        }
        self.outcome = EngineOutcome(outcome, machine: machine)
    }
}
