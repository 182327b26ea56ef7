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
        func decide(
            _ swap: UserSwap, _ account: OperatorAccount, reserved: [Address: UInt256]
        ) -> Result<SimulatedBundle, Rejection> {
            Result { () throws(Rejection) in
                try pipeline.decide(swap.pending, account: account, reserved: reserved)
            }
        }
        var decisions = swaps.map { decide($0, operators[0], reserved: [:]) }
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
        var reserved: [Address: UInt256] = [:]
        for (index, bundle) in ranked {
            let pool = bundle.plan.pool.address
            guard !busyPools.contains(pool) else {
                decisions[index] = .failure(.poolBusy(pool: pool))
                continue
            }
            let taken = busyPools.count
            guard taken < operators.count else {
                decisions[index] = .failure(.operatorsBusy(count: operators.count))
                continue
            }
            // Proven again with the account that signs it and the inventory that is left.
            if taken > 0 {
                decisions[index] = decide(swaps[index], operators[taken], reserved: reserved)
            }
            guard case .success(let final) = decisions[index] else { continue }
            busyPools.insert(pool)
            reserved.merge(final.deposits) { $0 &+ $1 }
        }
        return decisions
    }
}
