import Contracts
import EVM
import Ethereum
import UniswapV3

/// The straight line from a pending transaction to a proven bundle, and every way off it.
///
/// Synchronous and pure: the same head, parameters and transaction give the same bundle or the same
/// rejection.
public struct JitPipeline {
    private let head: HeadState
    private let parameters: StrategyParameters
    private let machine: VirtualMachine

    /// A pipeline on one head. `machine` is set to it, and stands there again after each decision.
    public init(head: HeadState, parameters: StrategyParameters, machine: VirtualMachine) {
        self.head = head
        self.parameters = parameters
        self.machine = machine
        machine.reset(block: head.nextBlock, state: head.state)
    }

    /// What to do with a pending transaction: a bundle that is proven, or why there is none.
    ///
    /// `reserved` is what other bundles for the same block may deposit, in raw units by token.
    /// Where all deposits together fit the inventory, every bundle finds what it needs in whichever
    /// order the block takes them.
    public func decide(
        _ target: PendingTransaction, account: OperatorAccount,
        reserved: [Address: UInt256] = [:]
    ) throws(Rejection) -> SimulatedBundle {
        try decide(target, account: account, reserved: reserved, opening: nil)
    }

    /// The same with given positions instead of those that the planner would choose.
    package func decide(
        _ target: PendingTransaction, account: OperatorAccount,
        reserved: [Address: UInt256] = [:], opening positions: [JitPosition]?
    ) throws(Rejection) -> SimulatedBundle {
        guard !head.ownAccounts.contains(target.sender) else {
            throw .ownTransaction(sender: target.sender)
        }
        let baseFee = head.nextBlock.baseFeePerGas
        guard baseFee <= parameters.maxBaseFeePerGas else {
            throw .baseFeeAboveLimit(baseFeePerGas: baseFee, limit: parameters.maxBaseFeePerGas)
        }
        let probe = try SwapProbe.run(target, on: head, machine: machine)
        guard let fairPrice = probe.pool.fairPrice else {
            throw .noFairPrice(pool: probe.pool.address)
        }
        let state = try poolState(probe)
        let pool = probe.pool
        guard pool.bandLower <= state.tick, state.tick < pool.bandUpper else {
            throw .priceOutsideBand(
                tick: state.tick, bandLower: pool.bandLower, bandUpper: pool.bandUpper)
        }
        let available = try availableInventory(pool, reserved: reserved)
        let task = PlanningTask(
            pool: try withKeptRanges(pool), state: state,
            swaps: [
                PoolSwap(zeroForOne: probe.zeroForOne, amountSpecified: probe.amountSpecified)
            ],
            targetGas: TargetGas(used: probe.gasUsed, limit: probe.gasLimit),
            fairPrice: fairPrice, wethIsToken0: pool.key.token0 == head.weth,
            available0: available.0, available1: available.1, terms: terms)
        let optimizer = PositionOptimizer(task)
        let plans: [JitPlan]
        if let positions {
            guard let plan = optimizer.plan(positions) else { throw .noProfitableRange }
            plans = [plan]
        } else {
            plans = try optimizer.rankedPlans()
        }
        let bundle = try best(
            of: plans, state: state, target: target, probe: probe, fairPrice: fairPrice, account)
        // The mempool's word for the sender was enough to look; what is sent rests on the
        // signature. Recovering it costs more than most rejections: only a proven bundle pays.
        guard let signer = try? target.signed.sender(), signer == target.sender else {
            throw .senderNotSigner(stated: target.sender)
        }
        return bundle
    }

    private var terms: PlanningTerms {
        PlanningTerms(
            hedge: parameters.hedge, objective: parameters.objective,
            bidShareBps: parameters.bidShareBps,
            maximumPositions: parameters.maximumPositions,
            gas: GasModel.of(head.nextBlock.fork), gasPriceWei: head.nextBlock.baseFeePerGas)
    }

    private func best(
        of plans: [JitPlan], state: PoolState, target: PendingTransaction, probe: SwapProbe,
        fairPrice: FairPriceBand, _ account: OperatorAccount
    ) throws(Rejection) -> SimulatedBundle {
        let gasPrice = head.nextBlock.baseFeePerGas
        let floor = Int256(bitPattern: parameters.minimumProfitWei)
        let candidates = Self.candidates(of: plans, count: parameters.simulatedCandidates)
            .map { (plan: $0, atMost: $0.upperBoundWei(gasPriceWei: gasPrice)) }
            .sorted { $0.atMost > $1.atMost }
        // The cheapest check first: most swaps are too small to pay for our gas.
        guard let first = candidates.first else { throw .noProfitableRange }
        guard first.atMost >= floor else {
            throw .belowMinimumProfit(
                netProfitWei: first.plan.estimatedNetWei, floorWei: parameters.minimumProfitWei)
        }
        let simulator = BundleSimulator(
            head: head, parameters: parameters, machine: machine, target: target, probe: probe,
            account: account)
        var waiting = candidates[...]
        var trials: [BundleSimulator.Trial] = []
        var rejection: Rejection?
        while true {
            // A plan that cannot earn more than one already executed waits until that one fails.
            while let next = waiting.first,
                next.atMost >= trials.first?.profitAfterGasWei ?? floor
            {
                waiting.removeFirst()
                do throws(Rejection) {
                    trials.append(try simulator.trial(of: next.plan, fairPrice: fairPrice))
                    trials.sort { $0.profitAfterGasWei > $1.profitAfterGasWei }
                } catch {
                    rejection = rejection ?? error
                }
            }
            guard !trials.isEmpty else { throw rejection ?? .noProfitableRange }
            do throws(Rejection) {
                return try simulator.prove(trials.removeFirst(), on: state)
            } catch {
                rejection = rejection ?? error
            }
        }
    }

    /// The best plans, among them the best one that costs the swapper no gas: the proof may find
    /// the others too dear for him.
    static func candidates(of plans: [JitPlan], count: Int) -> [JitPlan] {
        var chosen = Array(plans.prefix(count))
        if !chosen.contains(where: { $0.freshTicksCrossed == 0 }),
            let harmless = plans.first(where: { $0.freshTicksCrossed == 0 })
        {
            chosen.append(harmless)
        }
        return chosen
    }

    /// The pool with those of its kept ranges in which dust of the executor's really stands.
    private func withKeptRanges(_ pool: FollowedPool) throws(Rejection) -> FollowedPool {
        guard !pool.keptRanges.isEmpty else { return pool }
        var pool = pool
        var kept: [KeptRange] = []
        for range in pool.keptRanges {
            let slot = PoolStorage.position(
                owner: head.executor, tickLower: range.tickLower, tickUpper: range.tickUpper)
            do {
                if try machine.storage(pool.address, slot: slot).low128 > 0 { kept.append(range) }
            } catch {
                throw .unsimulatable(.stateNotLoaded(error.key))
            }
        }
        pool.keptRanges = kept
        return pool
    }

    private func poolState(_ probe: SwapProbe) throws(Rejection) -> PoolState {
        let address = probe.pool.address
        do {
            let state = try PoolState(key: probe.pool.key, window: .words(2)) {
                (slot) throws(StateNotLoaded) -> UInt256 in
                try machine.storage(address, slot: slot)
            }
            guard let state else { throw Rejection.noProfitableRange }
            return state
        } catch let error as StateNotLoaded {
            throw .unsimulatable(.stateNotLoaded(error.key))
        } catch {
            throw .noProfitableRange
        }
    }

    /// What the executor holds and no other bundle may take, and the owner's cap where that is
    /// less.
    private func availableInventory(
        _ pool: FollowedPool, reserved: [Address: UInt256]
    ) throws(Rejection) -> (UInt256, UInt256) {
        let balances = try BalanceSheet.balances(
            of: [
                Holding(account: head.executor, token: pool.key.token0),
                Holding(account: head.executor, token: pool.key.token1),
            ], machine: machine)
        func free(_ balance: UInt256?, _ token: Address) -> UInt256 {
            (balance ?? .zero).subtractingChecked(reserved[token] ?? .zero) ?? .zero
        }
        return (
            min(free(balances[0], pool.key.token0), pool.maxDeposit0),
            min(free(balances[1], pool.key.token1), pool.maxDeposit1)
        )
    }
}
