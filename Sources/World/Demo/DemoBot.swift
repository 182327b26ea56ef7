import Chain
import EVM
import Ethereum
import Strategy

/// The bot of the demo: the product's own pipeline on each pending swap, the best bundle a pool,
/// one operator account a bundle.
struct DemoBot {
    let contracts: DemoContracts
    let parameters: StrategyParameters
    private let machine: VirtualMachine

    init(
        contracts: DemoContracts, parameters: StrategyParameters, environment: BlockEnvironment,
        state: any StateReader
    ) {
        self.contracts = contracts
        self.parameters = parameters
        machine = VirtualMachine(block: environment, state: state)
    }

    /// Half of the width of the band in which the fair price is believed to lie: 1.5 basis points,
    /// what hedging costs.
    static let fairPriceHalfWidthPips: UInt64 = 150

    /// A decision for each swap, in order.
    func decide(
        _ swaps: [UserSwap], head: HeadState, operators: [OperatorAccount]
    ) -> [Result<SimulatedBundle, Rejection>] {
        let pipeline = JitPipeline(head: head, parameters: parameters, machine: machine)
        func decide(_ swap: UserSwap, _ account: OperatorAccount)
            -> Result<SimulatedBundle, Rejection>
        {
            Result { () throws(Rejection) in
                try pipeline.decide(swap.pending, account: account)
            }
        }
        var decisions = swaps.map { decide($0, operators[0]) }
        // One bundle a pool: the guard of a second one would find another price.
        var ranked: [(index: Int, bundle: SimulatedBundle)] = []
        for case (let index, .success(let bundle)) in zip(decisions.indices, decisions) {
            ranked.append((index, bundle))
        }
        ranked.sort {
            $0.bundle.netProfitWei != $1.bundle.netProfitWei
                ? $0.bundle.netProfitWei > $1.bundle.netProfitWei : $0.index < $1.index
        }
        var busyPools: Set<Address> = []
        for (index, bundle) in ranked {
            let pool = bundle.plan.pool.address
            guard busyPools.insert(pool).inserted else {
                decisions[index] = .failure(.poolBusy(pool: pool))
                continue
            }
            let taken = busyPools.count - 1
            guard taken < operators.count else {
                decisions[index] = .failure(.operatorsBusy(count: operators.count))
                continue
            }
            // Proven again with the account that signs it.
            if taken > 0 { decisions[index] = decide(swaps[index], operators[taken]) }
        }
        return decisions
    }
}
