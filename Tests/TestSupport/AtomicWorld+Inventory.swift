import Contracts
import EVM
import Ethereum
import Strategy
import World

/// The atomic world with an inventory, in which an order may be served in either mode.
extension AtomicWorld {
    /// The same with tokens in the executor: enough for the orders of the tests.
    public func withInventory() throws -> AtomicWorld {
        var world = self
        var deployer = Deployer(devnet: pools.devnet)
        var administrator = PoolWorld.wallet(.deployer)
        administrator.nonce =
            pools.devnet.chain.state.account(administrator.address)?.nonce ?? 0
        for (token, amount) in [
            (pools.tokens.weth, 600 &* PoolWorld.ether),
            (pools.tokens.other, 1_500_000 &* PoolWorld.dollar),
        ] {
            try deployer.send(
                &administrator, to: token,
                data: ERC20.transfer(to: executor, amount: amount), gasLimit: 100_000)
        }
        // A tip that is not earned in WETH counts against what a block may take.
        var owner = PoolWorld.wallet(.owner)
        owner.nonce = pools.devnet.chain.state.account(owner.address)?.nonce ?? 0
        try deployer.send(
            &owner, to: executor,
            data: JitExecutor.setPool(
                pools.poolArguments, bandLower: pools.centre - PoolWorld.bandTicks,
                bandUpper: pools.centre + PoolWorld.bandTicks, maxDeposit0: pools.caps.0,
                maxDeposit1: pools.caps.1, blockMultiple: 2), gasLimit: 150_000)
        try deployer.settle()
        world.pools.devnet = deployer.devnet
        return world
    }

    /// What the choice between the modes makes of an order.
    public func choose(
        _ order: SignedOrder, modes: Set<BundleMode> = [.atomic, .inventory],
        terms: AtomicTerms? = nil, parameters: StrategyParameters = Scene.parameters,
        kept: [KeptRange] = []
    ) throws -> Result<SimulatedOrder, AtomicRejection> {
        var head = try head
        head.pools[0].keptRanges = kept
        let machine = VirtualMachine(block: head.nextBlock, state: head.state)
        let atomic = AtomicPipeline(
            head: head, terms: terms ?? self.terms, parameters: parameters, machine: machine)
        let pipeline = OrderPipeline(
            head: head, parameters: parameters, machine: machine, atomic: atomic, modes: modes)
        let account = account
        let decision = Result { () throws(AtomicRejection) in
            try pipeline.decide(order, account: account)
        }
        guard machine.changes() == StateChanges() else { throw Scene.MachineMoved() }
        return decision
    }
}
