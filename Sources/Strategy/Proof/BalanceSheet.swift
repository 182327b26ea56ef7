import Contracts
import EVM
import Ethereum

/// Balances in the state that a machine stands in.
public enum BalanceSheet {
    /// Gas that a `balanceOf` may use; genuine tokens need less than a fifth.
    private static let balanceOfGasLimit: UInt64 = 100_000
    /// Gas of all of them that are asked for at once: a hostile target's own tokens must not hold
    /// the bot up. Twenty holdings of genuine tokens take a tenth.
    private static let gasLimit: UInt64 = 2_000_000

    /// Every holding that the logs name: each account that sent, received, wrapped or unwrapped any
    /// token, with each of those tokens, and the sender.
    public static func holdings(namedBy logs: [Log], sender: Address) -> Set<Holding> {
        let (accounts, tokens) = named(by: logs, sender: sender)
        var holdings: Set<Holding> = []
        for account in accounts {
            for token in tokens { holdings.insert(Holding(account: account, token: token)) }
        }
        return holdings
    }

    /// The same where there are no more than so many: each is read three times, and hostile logs
    /// may name thousands of accounts and of tokens.
    static func holdings(
        namedBy logs: [Log], sender: Address, limit: Int
    ) throws(Rejection) -> Set<Holding> {
        let (accounts, tokens) = named(by: logs, sender: sender)
        let count = accounts.count * tokens.count
        guard count <= limit else { throw .tooManyBalances(count: count, limit: limit) }
        return holdings(namedBy: logs, sender: sender)
    }

    private static func named(
        by logs: [Log], sender: Address
    ) -> (accounts: Set<Address>, tokens: Set<Address>) {
        var accounts: Set<Address> = [sender]
        var tokens: Set<Address> = []
        for log in logs {
            guard let topic = log.topics.first else { continue }
            let named: ArraySlice<Hash32>
            if topic == ERC20.transferTopic, log.topics.count >= 3 {
                named = log.topics[1...2]
            } else if topic == WETH9.depositTopic || topic == WETH9.withdrawalTopic,
                log.topics.count >= 2
            {
                named = log.topics[1...1]
            } else {
                continue
            }
            tokens.insert(log.address)
            for word in named { accounts.insert(Address(word: word.word)) }
        }
        accounts.remove(.zero)
        return (accounts, tokens)
    }

    /// The balances of these holdings now. A token whose `balanceOf` fails counts as 0 on both
    /// sides of a comparison only if it fails on both, since the failure is in the value.
    public static func balances(
        of holdings: [Holding], machine: VirtualMachine
    ) throws(Rejection) -> [UInt256?] {
        try balances(of: holdings, machine: machine) { (_) throws(Rejection) in }
    }

    /// The same; `spend` is told the gas of each as it is read, and may end it.
    static func balances(
        of holdings: [Holding], machine: VirtualMachine,
        spend: (UInt64) throws(Rejection) -> Void
    ) throws(Rejection) -> [UInt256?] {
        var balances: [UInt256?] = []
        balances.reserveCapacity(holdings.count)
        var gasUsed: UInt64 = 0
        for holding in holdings {
            let before = gasUsed
            balances.append(try balance(of: holding, machine: machine, &gasUsed))
            guard gasUsed <= gasLimit else { throw .balancesTooExpensive(limit: gasLimit) }
            try spend(gasUsed - before)
        }
        return balances
    }

    private static func balance(
        of holding: Holding, machine: VirtualMachine, _ gasUsed: inout UInt64
    ) throws(Rejection) -> UInt256? {
        guard let token = holding.token else {
            do {
                return try machine.account(holding.account)?.balance ?? .zero
            } catch {
                throw .unsimulatable(.stateNotLoaded(error.key))
            }
        }
        do {
            let outcome = try machine.call(
                from: .zero, to: token, value: .zero, data: ERC20.balanceOf(holding.account),
                gasLimit: balanceOfGasLimit)
            gasUsed += outcome.gasUsed
            return outcome.status == .success ? ABIWords(outcome.output)[0] : nil
        } catch {
            throw Rejection(error)
        }
    }
}
