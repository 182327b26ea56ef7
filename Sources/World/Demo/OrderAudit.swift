import Chain
import Contracts
import EVM
import Ethereum
import Strategy

/// Executes a mined block again up to our transaction, then once with it and once with the user's
/// order alone in its place, and compares what everybody owns. It shares no code with the proof
/// that was made before sending but the reading of balances.
package struct OrderAudit {
    package var chain: Blockchain
    package var weth: Address
    /// Accounts that are ours.
    package var own: Set<Address>
    /// The pools that our positions and our hedge trade with.
    package var pools: Set<Address>

    package init(chain: Blockchain, weth: Address, own: Set<Address>, pools: Set<Address>) {
        self.chain = chain
        self.weth = weth
        self.own = own
        self.pools = pools
    }

    /// The losses of everybody who is not us; empty when nobody lost.
    package func losses(
        block number: UInt64, transaction hash: Hash32, order: SignedSafeTransaction
    ) throws -> [SwapperAudit.Loss] {
        try losses(block: number, transactions: [hash], order: order)
    }

    /// The same for a bundle of one transaction of ours, or of three around the order's submission.
    package func losses(
        block number: UInt64, transactions hashes: [Hash32], order: SignedSafeTransaction
    ) throws -> [SwapperAudit.Loss] {
        try losses(
            block: number, transactions: hashes,
            order: SignedOrder(
                hash: .zero, account: order.safe, form: .safe(nonce: order.transaction.nonce),
                target: order.safe, calldata: order.calldata))
    }

    /// The same for any order. What an operation's gas costs, which goes by where it stands in a
    /// block, is given back to who has paid it: to its deposit, and to the EntryPoint's ether.
    package func losses(
        block number: UInt64, transactions hashes: [Hash32], order: SignedOrder
    ) throws -> [SwapperAudit.Loss] {
        guard let hash = hashes.first else { return [] }
        guard number > 0, let block = chain.block(number), let parent = chain.block(number - 1),
            let index = block.transactions.firstIndex(where: { $0.signed.hash == hash })
        else { throw SetupError.unexpectedState("transaction \(hash) is not in block \(number)") }
        let header = block.header
        var environment = chain.environment(
            after: number - 1, timestamp: header.timestamp, coinbase: header.coinbase,
            prevRandao: header.prevRandao)
        environment.baseFeePerGas = header.baseFeePerGas ?? .zero
        let builder = try BlockBuilder(
            environment: environment, parent: parent.header,
            parentBeaconBlockRoot: header.parentBeaconBlockRoot ?? .zero,
            reader: chain.reader(on: number - 1))
        for executed in block.transactions[..<index] {
            try builder.include(.init(signed: executed.signed, sender: executed.sender))
        }
        let machine = builder.machine
        let ours = Array(block.transactions[index...].prefix(hashes.count))
        guard ours.map(\.signed.hash) == hashes else {
            throw SetupError.unexpectedState("a bundle of ours is torn apart in block \(number)")
        }
        let bundle = ours.map(\.signed.transaction)
        var plain = bundle[bundle.count / 2]
        plain.nonce = bundle[0].nonce
        // Alone the swap may cross more ticks, and so use more gas.
        plain.gasLimit = bundle.map(\.gasLimit).reduce(0, +)
        plain.to = order.target
        plain.data = order.calldata
        let start = machine.checkpoint()
        let gasPayers = Self.gasPayers(order)
        func run(
            _ transactions: [Transaction]
        ) throws -> (paidGasWei: UInt256, touched: Set<Holding>) {
            var logs: [Log] = []
            for transaction in transactions {
                let outcome = try machine.execute(transaction, sender: ours[0].sender)
                guard outcome.status == .success else {
                    throw SetupError.transactionFailed(
                        to: transaction.to, status: outcome.status, output: outcome.output)
                }
                logs += outcome.logs
            }
            let ether = machine.changes().accounts.map { Holding(account: $0.address, token: nil) }
            return (
                Self.paidGasWei(order, logs),
                BalanceSheet.holdings(namedBy: logs, sender: order.account).union(ether)
                    .union(gasPayers)
            )
        }
        let with = try run(bundle)
        machine.rollback(to: start)
        let without = try run([plain])
        let holdings = with.touched.union(without.touched).sorted()
        let before = try BalanceSheet.balances(of: holdings, machine: machine)
        machine.rollback(to: start)
        _ = try run(bundle)
        let after = try BalanceSheet.balances(of: holdings, machine: machine)
        let exempt = own.union(pools)
        return holdings.indices.compactMap { position in
            let holding = holdings[position]
            // WETH9 holds one wei for each of its tokens: what we unwrapped left with our own.
            guard !exempt.contains(holding.account),
                !(holding.account == weth && holding.token == nil)
            else { return nil }
            var (alone, bundled) = (before[position] ?? .zero, after[position] ?? .zero)
            if gasPayers.contains(holding) {
                alone = alone &+ without.paidGasWei
                bundled = bundled &+ with.paidGasWei
            }
            return bundled >= alone
                ? nil : SwapperAudit.Loss(holding: holding, lossRaw: alone &- bundled)
        }
    }

    /// The holdings that an operation's gas is paid from.
    private static func gasPayers(_ order: SignedOrder) -> Set<Holding> {
        guard case .userOperation(let entryPoint, let paymaster, _) = order.form else { return [] }
        return [
            Holding(account: paymaster ?? order.account, token: entryPoint),
            Holding(account: entryPoint, token: nil),
        ]
    }

    private static func paidGasWei(_ order: SignedOrder, _ logs: [Log]) -> UInt256 {
        guard case .userOperation(let entryPoint, _, _) = order.form else { return .zero }
        return logs.lazy.compactMap { EntryPointV07.Executed($0, entryPoint: entryPoint) }
            .first { $0.hash == order.hash }?.actualGasCostWei ?? .zero
    }
}
