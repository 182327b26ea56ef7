import Chain
import Contracts
import EVM
import Ethereum
import Strategy

/// Executes a mined block again without our two transactions and compares what the swapper, and
/// everybody else whom the swap touched, owns right behind it. It shares no code with the proof
/// that was made before sending but the reading of balances.
package struct SwapperAudit {
    package var chain: Blockchain
    package var weth: Address
    /// Accounts that are ours.
    package var own: Set<Address>

    package init(chain: Blockchain, weth: Address, own: Set<Address>) {
        self.chain = chain
        self.weth = weth
        self.own = own
    }

    /// A holding that is smaller with us than without us.
    package struct Loss: Equatable, Sendable {
        package var holding: Holding
        package var lossRaw: UInt256

        package init(holding: Holding, lossRaw: UInt256) {
            self.holding = holding
            self.lossRaw = lossRaw
        }
    }

    /// The losses of everybody in the target's transaction; empty when nobody lost.
    package func losses(
        block number: UInt64, open: Hash32, target: Hash32, close: Hash32, pool: Address
    ) throws -> [Loss] {
        guard let block = chain.block(number) else { return [] }
        let holdings = touched(by: target, in: block)
        let with = try balances(holdings, number, behind: close, target: target, without: [])
        let without = try balances(
            holdings, number, behind: target, target: target, without: [open, close])
        let exempt = own.union([pool, block.header.coinbase])
        return holdings.sorted().compactMap { holding in
            guard !exempt.contains(holding.account) else { return nil }
            let (after, before) = (with[holding] ?? .zero, without[holding] ?? .zero)
            return after >= before ? nil : Loss(holding: holding, lossRaw: before &- after)
        }
    }

    private func touched(by target: Hash32, in block: Block) -> [Holding] {
        guard let executed = block.transactions.first(where: { $0.signed.hash == target }) else {
            return []
        }
        var holdings = BalanceSheet.holdings(
            namedBy: executed.outcome.logs, sender: executed.sender)
        for change in block.changes.accounts {
            holdings.insert(Holding(account: change.address, token: nil))
        }
        return holdings.sorted()
    }

    /// Balances right behind one transaction; the target's own gas and the ether that WETH9 gave
    /// out for our tip do not count.
    private func balances(
        _ holdings: [Holding], _ number: UInt64, behind last: Hash32, target: Hash32,
        without excluded: Set<Hash32>
    ) throws -> [Holding: UInt256] {
        var result: [Holding: UInt256] = [:]
        var gasWei: [Address: UInt256] = [:]
        var unwrappedWei = UInt256.zero
        var reached = false
        try chain.reexecute(number, without: excluded) { index, outcome, machine in
            guard !reached, let block = chain.block(number), let outcome else { return }
            let transaction = block.transactions[index]
            if transaction.signed.hash == target {
                gasWei[transaction.sender] =
                    UInt256(outcome.gasUsed) &* outcome.effectiveGasPrice
            }
            if own.contains(transaction.sender) {
                for log in outcome.logs
                where log.address == weth && log.topics.first == WETH9.withdrawalTopic {
                    unwrappedWei = unwrappedWei &+ (ABIWords(log.data)[0] ?? .zero)
                }
            }
            guard transaction.signed.hash == last else { return }
            reached = true
            let values = try BalanceSheet.balances(of: holdings, machine: machine)
            for case (let holding, let value?) in zip(holdings, values) {
                var balance = value
                if holding.token == nil {
                    balance = balance &+ (gasWei[holding.account] ?? .zero)
                    if holding.account == weth { balance = balance &+ unwrappedWei }
                }
                result[holding] = balance
            }
        }
        guard reached else {
            throw SetupError.unexpectedState("transaction \(last) is not in block \(number)")
        }
        return result
    }
}
