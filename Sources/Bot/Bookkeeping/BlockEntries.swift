import Contracts
import Ethereum
import JSON
import Store
import Wire

/// What a block changed of ours, read from its transactions and receipts; and the ether that came
/// by ways that receipts do not show, read from its trace.
///
/// Anybody may give us ether by a call inside a transaction, by a contract that destroys itself, as
/// the block's fees or as a validator's withdrawal. It is booked as what it is, so that nobody can
/// make the books differ from the chain by a gift. Ether that is missing is never explained so.
package struct BlockEntries {
    let ownAccounts: Set<Address>
    /// Our contracts that tip the coinbase.
    let tipping: Set<Address>
    let weth: Address
    let tokens: Set<Address>

    package init(
        ownAccounts: Set<Address>, tipping: Set<Address>, weth: Address, tokens: Set<Address>
    ) {
        self.ownAccounts = ownAccounts
        self.tipping = tipping
        self.weth = weth
        self.tokens = tokens
    }

    /// What is wrong with a block or receipt that a node sent.
    package struct Malformed: Error, CustomStringConvertible {
        var what: String
        package var description: String { "the node's answer is malformed: \(what)" }
    }

    /// The entries of a block: one for each holding of ours and cause in each transaction, and one
    /// for each withdrawal.
    ///
    /// `trace` is what `debug_traceBlockByHash` answers with the prestate tracer in diff mode.
    package func entries(block: JSON, receipts: JSON, trace: JSON) throws -> [LedgerEntry] {
        guard let transactions = block["transactions"]?.array, let receipts = receipts.array,
            let traces = trace.array, transactions.count == receipts.count,
            transactions.count == traces.count
        else { throw Malformed(what: "as many receipts and traces as transactions") }
        var entries: [LedgerEntry] = []
        for (index, transaction) in transactions.enumerated() {
            entries += try entriesOfTransaction(transaction, receipts[index], traces[index])
        }
        return try entries + withdrawals(block)
    }

    /// What validators' withdrawals brought (EIP-4895), one entry an account.
    private func withdrawals(_ block: JSON) throws -> [LedgerEntry] {
        var sums: [Address: UInt256] = [:]
        for withdrawal in block["withdrawals"]?.array ?? [] {
            guard let account = withdrawal["address"]?.address,
                let gwei = withdrawal["amount"]?.quantity64
            else { throw Malformed(what: "a withdrawal") }
            guard ownAccounts.contains(account), gwei > 0 else { continue }
            sums[account, default: .zero] =
                sums[account, default: .zero]
                &+ UInt256(gwei) &* UInt256(1_000_000_000)
        }
        return sums.sorted { $0.key < $1.key }.map {
            LedgerEntry(
                holding: Holding(account: $0.key, token: nil), kind: .deposit,
                deltaRaw: Int256(bitPattern: $0.value), transactionHash: nil)
        }
    }

    private func entriesOfTransaction(
        _ transaction: JSON, _ receipt: JSON, _ trace: JSON
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
        for (account, change) in try etherChanges(trace) {
            let holding = Holding(account: account, token: nil)
            let booked = sums.reduce(Int256.zero) {
                $1.key.holding == holding ? $0 &+ $1.value : $0
            }
            let unseen = change &- booked
            guard unseen > .zero else { continue }
            add(unseen, holding, isOurs ? .bundleInventory : .deposit)
        }
        return sums.sorted { $0.key < $1.key }.filter { $0.value != .zero }.map {
            LedgerEntry(
                holding: $0.key.holding, kind: $0.key.kind, deltaRaw: $0.value,
                transactionHash: hash)
        }
    }

    /// By how much a transaction changed the ether of each account of ours, sorted.
    private func etherChanges(_ trace: JSON) throws -> [(Address, Int256)] {
        guard let pre = trace["result"]?["pre"], let post = trace["result"]?["post"],
            let after = post.object
        else { throw Malformed(what: "a transaction's trace") }
        var changes: [(Address, Int256)] = []
        for member in after {
            guard let account = Address(hex: member.key) else {
                throw Malformed(what: "an account of a trace")
            }
            // A balance that is not named has not changed.
            guard ownAccounts.contains(account), let balance = member.value["balance"]?.quantity
            else { continue }
            let before = pre[member.key]?["balance"]?.quantity ?? .zero
            changes.append((account, Int256(from: before, to: balance)))
        }
        return changes.sorted { $0.0 < $1.0 }
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
        }
    }
}
