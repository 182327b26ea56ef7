import Ethereum
import JSON
import Strategy

/// A mined block as a node tells of it, read for what competitors did and paid in it.
package struct RivalBlock: Equatable {
    private let number: UInt64
    private let baseFeePerGas: UInt256
    private let transactions: [PoolCallBlock.LoggedTransaction]
    private let payments: [Hash32: RivalRecord.Payment]

    /// - Parameters:
    ///   - block: `eth_getBlockByHash` with whole transactions.
    ///   - receipts: `eth_getBlockReceipts`.
    ///   - trace: `debug_traceBlockByHash` with the prestate tracer in diff mode: what the builder
    ///     had before and after each transaction is in it.
    ///
    /// Nil where one of them cannot be read, or they do not belong together.
    package init?(_ block: JSON, receipts: JSON, trace: JSON) {
        guard let number = block["number"]?.quantity64, let coinbase = block["miner"]?.address,
            let listed = block["transactions"]?.array, let receipts = receipts.array,
            let traces = trace.array, listed.count == receipts.count,
            listed.count == traces.count
        else { return nil }
        self.number = number
        baseFeePerGas = block["baseFeePerGas"]?.quantity ?? .zero
        var transactions: [PoolCallBlock.LoggedTransaction] = []
        var payments: [Hash32: RivalRecord.Payment] = [:]
        for (index, transaction) in listed.enumerated() {
            guard let hash = transaction["hash"]?.hash, let from = transaction["from"]?.address,
                receipts[index]["transactionHash"]?.hash == hash,
                let gasUsed = receipts[index]["gasUsed"]?.quantity64,
                let logs = receipts[index]["logs"]?.array?.map(Self.log),
                !logs.contains(where: { $0 == nil })
            else { return nil }
            transactions.append(
                PoolCallBlock.LoggedTransaction(
                    hash: hash,
                    sender: .init(from: from, to: transaction["to"]?.address),
                    logs: logs.compactMap { $0 }))
            payments[hash] = RivalRecord.Payment(
                gasUsed: gasUsed,
                coinbaseWei: Self.paid(to: coinbase, by: traces[index]["result"]))
        }
        self.transactions = transactions
        self.payments = payments
    }

    /// In the block's order.
    package var transactionHashes: [Hash32] { transactions.map(\.hash) }

    /// What competitors' positions tell of their bids; those of our accounts are left out.
    package func events(
        valuations: [Address: WethValuation], ownAccounts: Set<Address>
    ) -> [RivalRecord.Observed] {
        RivalRecord.events(
            in: PoolCallBlock(
                number: number, transactions: transactions, pools: Set(valuations.keys),
                ignoring: ownAccounts),
            baseFeePerGas: baseFeePerGas, payments: payments, valuations: valuations)
    }

    static func log(_ json: JSON) -> Log? {
        guard let address = json["address"]?.address, let data = json["data"]?.data,
            let topics = json["topics"]?.array?.map({ $0.hash }), !topics.contains(nil)
        else { return nil }
        return Log(address: address, topics: topics.compactMap { $0 }, data: data)
    }

    /// Wei by which the builder's balance rose; 0 where it is not listed, or fell.
    private static func paid(to coinbase: Address, by diff: JSON?) -> UInt256 {
        func balance(_ side: String) -> UInt256? {
            for member in diff?[side]?.object ?? []
            where Address(hex: member.key) == coinbase {
                return member.value["balance"]?.quantity
            }
            return nil
        }
        guard let after = balance("post") else { return .zero }
        return after.subtractingChecked(balance("pre") ?? .zero) ?? .zero
    }
}
