import EVM
import Ethereum
import Strategy

/// What the chain says that the operator owns at one moment: the executor's, the operators' and the
/// owner's WETH, USDC and ether.
struct Standing {
    let balances: [Holding: UInt256]

    init(_ setup: DemoSetup) throws {
        let accounts =
            [
                setup.contracts.executor, setup.atomic.deployment.flash,
                setup.wallets.owner.address,
            ]
            + setup.wallets.operators.map(\.address)
        let tokens: [Address?] = [nil, setup.contracts.tokens.weth, setup.contracts.tokens.other]
        let holdings = accounts.flatMap { account in
            tokens.map { Holding(account: account, token: $0) }
        }
        let machine = VirtualMachine(
            block: setup.devnet.nextEnvironment,
            state: setup.devnet.chain.reader(on: setup.devnet.chain.head.number))
        let values = try BalanceSheet.balances(of: holdings, machine: machine)
        var balances: [Holding: UInt256] = [:]
        for case (let holding, let value?) in zip(holdings, values) { balances[holding] = value }
        self.balances = balances
    }

    /// Raw units of USDC of all accounts together.
    func usdc(_ setup: DemoSetup) -> UInt256 {
        total { $0 == setup.contracts.tokens.other }
    }

    /// The change of WETH and ether of all accounts together, in wei.
    func wealthWei(_ setup: DemoSetup, to later: Standing) -> Int256 {
        let counted: (Address?) -> Bool = { $0 == nil || $0 == setup.contracts.tokens.weth }
        return Int256(from: total(counted), to: later.total(counted))
    }

    private func total(_ counted: (Address?) -> Bool) -> UInt256 {
        balances.filter { counted($0.key.token) }.values.reduce(.zero, &+)
    }
}
