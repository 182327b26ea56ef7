import Chain
import Contracts
import Ethereum
import Strategy

/// What the operator owns by his own books: the executor's tokens and ether, the operators' and the
/// owner's. Booked from what was proven and from receipts, never read back from the chain, so that
/// the two can be compared.
public struct InventoryAccounts: Equatable, Sendable {
    /// Raw units by holding.
    package private(set) var balances: [Holding: Int256]

    /// Books that begin with the chain's balances.
    package init(opening balances: [Holding: UInt256]) {
        self.balances = balances.mapValues { Int256(bitPattern: $0) }
    }

    /// Books a bundle that landed: what its simulation said, to the wei.
    mutating func book(_ bundle: SimulatedBundle, contracts: DemoContracts) {
        let executor = contracts.executor
        let key = bundle.plan.pool.key
        add(bundle.inventoryDelta0, Holding(account: executor, token: key.token0))
        add(bundle.inventoryDelta1, Holding(account: executor, token: key.token1))
        let tip = Int256(bitPattern: bundle.tipWei)
        add(-tip, Holding(account: executor, token: contracts.tokens.weth))
        add(
            -Int256(bitPattern: bundle.gasCostWei),
            Holding(account: bundle.account.address, token: nil))
    }

    /// Books a transaction of the owner: its gas, and the transfers that its receipt lists.
    package mutating func book(_ executed: ExecutedTransaction) {
        let gas = UInt256(executed.outcome.gasUsed) &* executed.outcome.effectiveGasPrice
        add(
            -Int256(bitPattern: gas &+ executed.signed.transaction.value),
            Holding(account: executed.sender, token: nil))
        for log in executed.outcome.logs
        where log.topics.first == ERC20.transferTopic && log.topics.count == 3 {
            guard let amount = ABIWords(log.data)[0] else { continue }
            let change = Int256(bitPattern: amount)
            add(-change, Holding(account: Address(word: log.topics[1].word), token: log.address))
            add(change, Holding(account: Address(word: log.topics[2].word), token: log.address))
        }
    }

    /// Only what is ours is kept.
    private mutating func add(_ change: Int256, _ holding: Holding) {
        balances[holding]? &+= change
    }

    /// The holdings whose balance on the chain is another, with both numbers.
    package func differences(
        from chain: [Holding: UInt256]
    ) -> [(holding: Holding, booked: Int256, onChain: UInt256)] {
        balances.sorted { $0.key < $1.key }.compactMap { holding, booked in
            let onChain = chain[holding] ?? .zero
            return booked == Int256(bitPattern: onChain) ? nil : (holding, booked, onChain)
        }
    }
}
