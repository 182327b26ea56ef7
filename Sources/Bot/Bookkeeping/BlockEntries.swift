import Contracts
import Ethereum
import JSON
import Store
import Wire

/// What a block changed of ours, read from its transactions and receipts alone.
struct BlockEntries {
    let ownAccounts: Set<Address>
    /// Our contracts that tip the coinbase.
    let tipping: Set<Address>
    /// The EntryPoint that pays operations' gas back, and to whom; nil where there is none.
    let refunds: (entryPoint: Address, beneficiary: Address)?
    let weth: Address
    let tokens: Set<Address>

    /// What is wrong with a block or receipt that a node sent.
    struct Malformed: Error, CustomStringConvertible {
        var what: String
        var description: String { "the node's answer is malformed: \(what)" }
    }

    /// The entries of a block: one for each holding of ours and cause in each transaction.
    func entries(block: JSON, receipts: JSON) throws -> [LedgerEntry] {
        guard let transactions = block["transactions"]?.array, let receipts = receipts.array,
            transactions.count == receipts.count
        else { throw Malformed(what: "as many receipts as transactions") }
        var entries: [LedgerEntry] = []
        for (transaction, receipt) in zip(transactions, receipts) {
            entries += try entriesOfTransaction(transaction, receipt)
        }
        return entries
    }

    private func entriesOfTransaction(
        _ transaction: JSON, _ receipt: JSON
    ) throws -> [LedgerEntry] {
        guard let hash = transaction["hash"]?.hash, receipt["transactionHash"]?.hash == hash,
            let sender = transaction["from"]?.address,
            let value = transaction["value"]?.quantity,
            let gasUsed = receipt["gasUsed"]?.quantity,
            let price = receipt["effectiveGasPrice"]?.quantity,
            let status = receipt["status"]?.quantity
        else { throw Malformed(what: "a transaction and its receipt") }
        var sums: [Key: Int256] = [:]
        func add(_ amount: Int256, _ holding: Holding, _ kind: EntryKind) {
            guard ownAccounts.contains(holding.account) else { return }
            sums[Key(holding: holding, kind: kind), default: .zero] &+= amount
        }
        let isOurs = ownAccounts.contains(sender)
        add(-Int256(bitPattern: gasUsed &* price), Holding(account: sender, token: nil), .gas)
        if !value.isZero, status == .one {
            let amount = Int256(bitPattern: value)
            add(-amount, Holding(account: sender, token: nil), .transfer)
            if let to = transaction["to"]?.address {
                add(amount, Holding(account: to, token: nil), .transfer)
            }
        }
        for log in receipt["logs"]?.array ?? [] {
            try addLog(log, kind: isOurs ? .bundleInventory : .transfer, add)
        }
        return sums.sorted { $0.key < $1.key }.filter { $0.value != .zero }.map {
            LedgerEntry(
                holding: $0.key.holding, kind: $0.key.kind, deltaRaw: $0.value,
                transactionHash: hash)
        }
    }

    private struct Key: Hashable, Comparable {
        var holding: Holding
        var kind: EntryKind

        static func < (a: Key, b: Key) -> Bool {
            a.holding != b.holding ? a.holding < b.holding : a.kind.rawValue < b.kind.rawValue
        }
    }

    private func addLog(
        _ log: JSON, kind: EntryKind, _ add: (Int256, Holding, EntryKind) -> Void
    ) throws {
        guard let address = log["address"]?.address,
            let topics = log["topics"]?.array?.map(\.hash),
            let data = log["data"]?.data
        else { throw Malformed(what: "a log") }
        let words = ABIWords(data)
        func account(_ index: Int) -> Address? {
            index < topics.count ? topics[index].map { Address(word: $0.word) } : nil
        }
        if tokens.contains(address), topics.first == ERC20.transferTopic, let from = account(1),
            let to = account(2), let amount = words[0]
        {
            let change = Int256(bitPattern: amount)
            add(-change, Holding(account: from, token: address), kind)
            add(change, Holding(account: to, token: address), kind)
        } else if address == weth, topics.first == WETH9.depositTopic, let account = account(1),
            let amount = words[0]
        {
            // The ether that was wrapped left with the transaction's value, booked above.
            add(Int256(bitPattern: amount), Holding(account: account, token: weth), kind)
        } else if address == weth, topics.first == WETH9.withdrawalTopic,
            let account = account(1), let amount = words[0]
        {
            add(-Int256(bitPattern: amount), Holding(account: account, token: weth), kind)
            add(Int256(bitPattern: amount), Holding(account: account, token: nil), kind)
        } else if tipping.contains(address), topics.first == JitExecutor.jitExecutedTopic,
            let tip = words[2]
        {
            add(-Int256(bitPattern: tip), Holding(account: address, token: nil), .tip)
        } else if let refunds, address == refunds.entryPoint,
            let executed = EntryPointV07.Executed(
                Log(address: address, topics: topics.compactMap { $0 }, data: data),
                entryPoint: address)
        {
            add(
                Int256(bitPattern: executed.actualGasCostWei),
                Holding(account: refunds.beneficiary, token: nil), .transfer)
        }
    }
}
