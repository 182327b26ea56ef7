import Contracts
import EVM
import Ethereum
import UniswapV3

/// The straight line from a user's signed order to a proven atomic bundle, and every way off it.
///
/// Synchronous and pure: the same head, terms, parameters and order give the same bundle or the
/// same rejection.
public struct AtomicPipeline {
    private let head: HeadState
    private let terms: AtomicTerms
    private let parameters: StrategyParameters
    private let machine: VirtualMachine
    private let budget: OrderBudget

    /// A pipeline on one head. `machine` is set to it, and stands there again after each decision;
    /// `budget` is for all that is decided with the pipeline.
    public init(
        head: HeadState, terms: AtomicTerms, parameters: StrategyParameters,
        machine: VirtualMachine, budget: OrderBudget? = nil
    ) {
        self.budget = budget ?? OrderBudget(clock: parameters.targetBudget.clock)
        self.head = head
        self.terms = terms
        self.parameters = parameters
        self.machine = machine
        machine.reset(block: head.nextBlock, state: head.state)
    }

    /// What to do with an order: a bundle that is proven, or why there is none. `busy` are pools
    /// on which other bundles for the same block rest.
    public func decide(
        _ order: SignedOrder, account: OperatorAccount, busy: Set<Address> = []
    ) throws(AtomicRejection) -> SimulatedAtomicBundle {
        let simulator = simulator(order, account)
        try admit(order)
        let probe = try probe(order, simulator)
        guard !busy.contains(probe.pool.address) else {
            throw .poolBusy(pool: probe.pool.address)
        }
        let state = try poolState(probe.pool.key, probe.pool.address)
        guard probe.pool.bandLower <= state.tick, state.tick < probe.pool.bandUpper else {
            throw .common(
                .priceOutsideBand(
                    tick: state.tick, bandLower: probe.pool.bandLower,
                    bandUpper: probe.pool.bandUpper))
        }
        let hedges = try hedges(for: probe.pool, busy: busy)
        return try best(probe, state, hedges, simulator)
    }

    func simulator(_ order: SignedOrder, _ account: OperatorAccount) -> AtomicSimulator {
        AtomicSimulator(
            head: head, terms: terms, parameters: parameters, machine: machine, order: order,
            account: account, budget: budget)
    }

    /// What can be said without executing anything of the order.
    func admit(_ order: SignedOrder) throws(AtomicRejection) {
        let baseFee = head.nextBlock.baseFeePerGas
        guard baseFee <= parameters.maxBaseFeePerGas else {
            throw .common(
                .baseFeeAboveLimit(baseFeePerGas: baseFee, limit: parameters.maxBaseFeePerGas))
        }
        if let validUntil = order.validUntil, validUntil < head.nextBlock.timestamp {
            throw .orderExpired(validUntil: validUntil, timestamp: head.nextBlock.timestamp)
        }
        guard order.calldata.count <= JitFlash.maxPayloadBytes else {
            throw .payloadTooLarge(
                bytes: order.calldata.count, limit: JitFlash.maxPayloadBytes)
        }
        let isAllowed: Bool
        do throws(ExecutionError) {
            isAllowed = try terms.allows(order, on: machine, budget)
        } catch {
            throw .common(budget.rejection(error))
        }
        guard isAllowed else { throw .targetNotAllowed(target: order.target) }
    }

    /// The order alone, and its one swap on a pool that we may serve.
    func probe(
        _ order: SignedOrder, _ simulator: AtomicSimulator
    ) throws(AtomicRejection) -> OrderSwap {
        let start = machine.checkpoint()
        let outcome = try simulator.executeAlone()
        machine.rollback(to: start)
        guard outcome.status == .success else {
            throw .orderFails(outcome.status, output: outcome.output)
        }
        guard case .succeeded = order.result(in: outcome.logs) else { throw .orderFailsInside }
        let swaps = outcome.logs.compactMap { log in
            head.pools.first { $0.address == log.address }.flatMap { pool in
                UniswapV3PoolContract.Swap(log).map { (pool: pool, swap: $0) }
            }
        }
        guard let first = swaps.first else { throw .common(.noSwap) }
        guard swaps.count == 1 else { throw .severalSwaps(count: swaps.count) }
        guard first.pool.key.token0 == head.weth || first.pool.key.token1 == head.weth else {
            throw .common(.poolWithoutWeth(pool: first.pool.address))
        }
        return OrderSwap(pool: first.pool, swap: first.swap)
    }

    private func hedges(
        for pool: FollowedPool, busy: Set<Address>
    ) throws(AtomicRejection) -> [(pool: AtomicTerms.HedgePool, state: PoolState)] {
        var hedges: [(pool: AtomicTerms.HedgePool, state: PoolState)] = []
        var taken: Address?
        for candidate in terms.hedgePools
        where candidate.address != pool.address && candidate.key.token0 == pool.key.token0
            && candidate.key.token1 == pool.key.token1
        {
            guard !busy.contains(candidate.address) else {
                taken = candidate.address
                continue
            }
            let state = try poolState(candidate.key, candidate.address)
            if state.liquidity > 0 { hedges.append((candidate, state)) }
        }
        guard !hedges.isEmpty else {
            throw taken.map { .poolBusy(pool: $0) } ?? .noHedgePool(pool: pool.address)
        }
        return hedges
    }

    // MARK: Lenders, plans, proofs

    private func best(
        _ probe: OrderSwap, _ state: PoolState,
        _ hedges: [(pool: AtomicTerms.HedgePool, state: PoolState)],
        _ simulator: AtomicSimulator
    ) throws(AtomicRejection) -> SimulatedAtomicBundle {
        var offers = try self.offers(of: probe.tokenOut)
        var rejection: AtomicRejection?
        // Who was chosen and then does not lend in the simulation is passed over, and the search
        // begins again without him.
        while true {
            let planner = AtomicPlanner(
                probe: probe, state: state, weth: head.weth, hedges: hedges,
                orchestrator: FlashLoanOrchestrator(offers: offers, limits: terms.loanLimits))
            try spendOnPlanning()
            let (plans, refusals) = planner.rankedPlans()
            guard let first = plans.first else {
                if let rejection { throw rejection }
                throw refusals.isEmpty ? .noProfitableRange : .noLender(refusals)
            }
            do throws(AtomicRejection) {
                return try best(of: plans, hedges, simulator)
            } catch .flashFails(let status, let code, let output)
                where Self.isOfLender(jitError: code)
            {
                rejection = .flashFails(status, jitError: code, output: output)
                let failed = Set(first.loans.map(\.lender))
                offers.removeAll { failed.contains($0.lender) }
            } catch {
                throw error
            }
        }
    }

    /// Whether a failure of ours can be the lender's: not paid, not called back, not taken back,
    /// not allowed, or in its own words. The order's own failure has been told apart before.
    private static func isOfLender(jitError code: UInt8?) -> Bool {
        guard let code else { return true }
        return [21, 23, 28, 29, 47, 48].contains(code)
    }

    private func spendOnPlanning() throws(AtomicRejection) {
        do throws(ExecutionError) {
            try budget.spend(OrderBudget.planningGas)
        } catch {
            throw .common(budget.rejection(error))
        }
    }

    private func best(
        of plans: [AtomicPlan],
        _ hedges: [(pool: AtomicTerms.HedgePool, state: PoolState)],
        _ simulator: AtomicSimulator
    ) throws(AtomicRejection) -> SimulatedAtomicBundle {
        var trials: [AtomicSimulator.Trial] = []
        var rejection: AtomicRejection?
        for plan in plans.prefix(parameters.simulatedCandidates) {
            do throws(AtomicRejection) {
                trials.append(try simulator.trial(of: plan))
            } catch {
                rejection = rejection ?? error
            }
        }
        trials.sort { $0.profitAfterGasWei > $1.profitAfterGasWei }
        for trial in trials {
            guard
                let hedge = hedges.first(where: { $0.pool.address == trial.plan.hedge.address })
            else { continue }
            do throws(AtomicRejection) {
                return try simulator.prove(
                    trial,
                    valuation: WethValuation(
                        wethIsToken0: trial.plan.pool.key.token0 == head.weth,
                        sqrtPriceX96: hedge.state.sqrtPriceX96))
            } catch {
                rejection = rejection ?? error
            }
        }
        throw rejection ?? .noProfitableRange
    }

    /// What every lender lends of the token that ranges ahead of the swap take.
    private func offers(of token: Address) throws(AtomicRejection) -> [FlashLoanOffer] {
        var offers: [FlashLoanOffer] = []
        for lender in terms.lenders {
            do throws(ExecutionError) {
                offers.append(try FlashLoanOffer.read(lender, token: token, machine: machine))
            } catch {
                throw .common(Rejection(error))
            }
        }
        return offers
    }

    private func poolState(
        _ key: PoolKey, _ address: Address
    ) throws(AtomicRejection) -> PoolState {
        do {
            let state = try PoolState(key: key, window: .words(2)) {
                (slot) throws(StateNotLoaded) -> UInt256 in
                try machine.storage(address, slot: slot)
            }
            guard let state else { throw AtomicRejection.noProfitableRange }
            return state
        } catch let error as StateNotLoaded {
            throw .common(.unsimulatable(.stateNotLoaded(error.key)))
        } catch {
            throw .noProfitableRange
        }
    }
}
