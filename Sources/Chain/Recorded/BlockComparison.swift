import EVM
import Ethereum

/// A value in which the execution of a recorded block differs from the record.
public struct BlockDifference: Equatable, Sendable {
    public var what: String
    public var recorded: String
    public var executed: String
}

/// What executing a recorded block gave, beside what is recorded.
public struct BlockComparison: Sendable {
    public let execution: BlockExecution
    /// The name of the fork whose rules held.
    public let forkName: String
    /// Values of accounts and slots that were compared.
    public private(set) var comparedValues = 0
    public private(set) var differences: [BlockDifference] = []

    /// Executes the block and compares everything that the record states.
    public init(_ record: RecordedBlock) throws(BlockFault) {
        let rules: (activation: ForkActivation, depositContract: Address?)
        do throws(ForkRefusal) { rules = try record.activation() } catch { throw .rules(error) }
        forkName = rules.activation.name
        execution = try BlockExecutor(
            activation: rules.activation, depositContract: rules.depositContract
        ).execute(record.block, on: record.before)
        compareHeader(record, rules.activation)
        compareReceipts(record)
        compareState(record)
    }

    private mutating func require<Value: Equatable>(
        _ what: @autoclosure () -> String, _ recorded: Value, _ executed: Value
    ) {
        if recorded == executed { return }
        differences.append(
            BlockDifference(what: what(), recorded: "\(recorded)", executed: "\(executed)"))
    }

    private mutating func compareHeader(_ record: RecordedBlock, _ activation: ForkActivation) {
        let block = record.block
        let header = block.header
        require("block hash", record.hash, header.hash)
        require("parent hash", header.parentHash, block.parent.hash)
        require("number", header.number, block.parent.number &+ 1)
        require(
            "base fee", header.baseFeePerGas?.description ?? "none",
            Self.demandedBaseFee(after: block.parent).description)
        require("gas used", header.gasUsed, execution.gasUsed)
        require("receipts root", header.receiptsRoot, execution.receiptsRoot)
        require(
            "transactions root", header.transactionsRoot,
            BlockRoots.transactionsRoot(of: block.transactions))
        require("logs bloom", header.logsBloom, execution.logsBloom)
        if header.withdrawalsRoot != nil {
            require(
                "withdrawals root", header.withdrawalsRoot,
                BlockRoots.withdrawalsRoot(of: block.withdrawals))
        }
        if let blobs = activation.blobs {
            require("blob gas used", header.blobGasUsed, execution.blobGasUsed)
            require(
                "excess blob gas", header.excessBlobGas,
                blobs.excessBlobGas(after: block.parent, fork: activation.fork))
        }
        require("requests hash", header.requestsHash, execution.requestsHash)
        require(
            "block access list hash", header.blockAccessListHash, execution.accessList?.hash)
    }

    /// Wei per gas that a block must have behind this one.
    private static func demandedBaseFee(after parent: BlockHeader) -> UInt256 {
        guard let fee = parent.baseFeePerGas else { return initialBaseFeePerGas }
        return nextBaseFeePerGas(
            parentBaseFeePerGas: fee, parentGasUsed: parent.gasUsed,
            parentGasLimit: parent.gasLimit)
    }

    private mutating func compareReceipts(_ record: RecordedBlock) {
        require("receipts", record.receipts.count, execution.transactions.count)
        for (index, executed) in execution.transactions.enumerated() {
            if index < record.senders.count {
                require("sender of transaction \(index)", record.senders[index], executed.sender)
            }
            guard index < record.receipts.count else { return }
            let recorded = record.receipts[index]
            require(
                "status of transaction \(index)", recorded.succeeded,
                executed.outcome.status == .success)
            require(
                "cumulative gas of transaction \(index)", recorded.cumulativeGasUsed,
                executed.receipt.cumulativeGasUsed)
            require("logs of transaction \(index)", recorded.logs, executed.receipt.logs)
        }
    }

    /// Compares every recorded account and slot, and demands a record of every changed one.
    private mutating func compareState(_ record: RecordedBlock) {
        var changes: [Address: AccountChange] = [:]
        for change in execution.changes.accounts { changes[change.address] = change }
        let none = Account(nonce: 0, balance: .zero)
        for address in Set(record.after.keys).union(changes.keys).sorted() {
            let recorded = record.after[address]?.account ?? none
            let executed =
                (changes[address].map(\.after) ?? record.before.account(address)) ?? none
            require("balance of \(address)", recorded.balance, executed.balance)
            require("nonce of \(address)", recorded.nonce, executed.nonce)
            require("code hash of \(address)", recorded.codeHash, executed.codeHash)
            comparedValues += 3
            compareStorage(
                of: address, record.after[address]?.storage ?? [:], changes[address],
                before: record.before)
        }
    }

    private mutating func compareStorage(
        of address: Address, _ recorded: [UInt256: UInt256], _ change: AccountChange?,
        before: RecordedState
    ) {
        var changed: [UInt256: UInt256] = [:]
        for slot in change?.storage ?? [] { changed[slot.slot] = slot.after }
        let isCleared = change?.storageCleared ?? false
        for slot in Set(recorded.keys).union(changed.keys).sorted() {
            let executed =
                changed[slot] ?? (isCleared ? .zero : before.storage(address, slot: slot))
            require(
                "storage of \(address) at \(slot.hexQuantity)",
                (recorded[slot] ?? .zero).hexQuantity, executed.hexQuantity)
            comparedValues += 1
        }
    }
}
