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
    private let contracts: KnownContracts?
    private let prunes: Bool

    /// A pipeline on one head. `machine` is set to it, and stands there again after each decision.
    /// `contracts` are those known on the head's chain unless given.
    public init(
        head: HeadState, parameters: StrategyParameters, machine: VirtualMachine,
        contracts: KnownContracts? = nil
    ) {
        self.init(
            head: head, parameters: parameters, machine: machine, contracts: contracts,
            prunes: true)
    }

    /// One that, unless it `prunes`, leaves nothing out that is not worth executing: it executes
    /// what the look would decline, and each plan, whatever it can earn at most.
    package init(
        head: HeadState, parameters: StrategyParameters, machine: VirtualMachine,
        contracts: KnownContracts? = nil, prunes: Bool
    ) {
        self.prunes = prunes
        self.contracts = contracts
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
        if prunes {
            try SwapScreen(
                head: head, minimumProfitWei: parameters.minimumProfitWei, contracts: contracts
            ).check(target)
        }
        let probe = try SwapProbe.run(
            target, on: head, machine: machine, budget: parameters.targetBudget)
        let call = RouterCalldata.decode(target.signed.transaction.data)
        let ways = try probe.ways(weth: head.weth, calls: call.swaps)
        let offer = { (choice: PositionChoice) throws(Rejection) -> SimulatedBundle in
            try best(
                of: options(ways, choice, reserved: reserved, opening: positions),
                target: target, probe: probe, call: call, account)
        }
        let hasGrid = positions == nil && ways.contains { !$0.pool.keptRanges.isEmpty }
        let bundle =
            hasGrid
            ? try Self.better(
                Result { () throws(Rejection) in try offer(.new) },
                Result { () throws(Rejection) in try offer(.kept) })
            : try offer(.any)
        // The mempool's word for the sender was enough to look; what is sent rests on the
        // signature. Recovering it costs more than most rejections: only a proven bundle pays.
        guard let signer = try? target.signed.sender(), signer == target.sender else {
            throw .senderNotSigner(stated: target.sender)
        }
        return bundle
    }

    /// Which of two proven bundles leaves more at the worst of the fair prices, with what came of
    /// the other one; where neither is proven, why the one that came nearer is not.
    private static func better(
        _ inventory: Result<SimulatedBundle, Rejection>,
        _ kept: Result<SimulatedBundle, Rejection>
    ) throws(Rejection) -> SimulatedBundle {
        func refused(_ mode: BundleMode, _ rejection: Rejection) -> ModeOutcome {
            .refused(mode, label: rejection.label, reason: "\(rejection)")
        }
        switch (inventory, kept) {
        case (.success(var new), .success(var old)):
            let offers = (ModeOffer(new), ModeOffer(old))
            new.otherModes = [.proven(offers.1)]
            old.otherModes = [.proven(offers.0)]
            return ModeOffer.best(of: [offers.0, offers.1]) == offers.0 ? new : old
        case (.success(var new), .failure(let rejection)):
            new.otherModes = [refused(.keptGrid, rejection)]
            return new
        case (.failure(let rejection), .success(var old)):
            old.otherModes = [refused(.inventory, rejection)]
            return old
        case (.failure(let rejection), .failure(let other)):
            switch (rejection, other) {
            // Where every range holds dust, dust is what it is about.
            case (.noNewRange, _): throw other
            // Too little by the smaller gas says more than too little by the larger.
            case (.belowMinimumProfit(let net, _), .belowMinimumProfit(let otherNet, _))
            where otherNet > net:
                throw other
            default: throw rejection
            }
        }
    }

    /// A way of the target through a pool, and what may be opened for it, the best first.
    struct Option {
        var way: TargetWay
        var state: PoolState
        var fairPrice: FairPriceBand
        var plans: [JitPlan]
    }

    /// The ways for which something can be planned; where there is none, why not for the first.
    private func options(
        _ ways: [TargetWay], _ choice: PositionChoice, reserved: [Address: UInt256],
        opening positions: [JitPosition]?
    ) throws(Rejection) -> [Option] {
        var options: [Option] = []
        var rejection: Rejection?
        for way in ways {
            do throws(Rejection) {
                options.append(
                    try option(way, choice, reserved: reserved, opening: positions))
            } catch {
                rejection = rejection ?? error
            }
        }
        guard options.isEmpty else { return options }
        throw rejection ?? .noSwap
    }

    func option(
        _ way: TargetWay, _ choice: PositionChoice, reserved: [Address: UInt256],
        opening positions: [JitPosition]?
    ) throws(Rejection) -> Option {
        let pool = way.pool
        guard let fairPrice = pool.fairPrice else { throw .noFairPrice(pool: pool.address) }
        let state = try poolState(pool)
        guard pool.bandLower <= state.tick, state.tick < pool.bandUpper else {
            throw .priceOutsideBand(
                tick: state.tick, bandLower: pool.bandLower, bandUpper: pool.bandUpper)
        }
        let available = try availableInventory(pool, reserved: reserved)
        let held = try withKeptRanges(pool)
        guard choice != .kept || !held.keptRanges.isEmpty else {
            throw .noKeptRange(pool: pool.address)
        }
        let task = PlanningTask(
            pool: held, state: state,
            swaps: way.swaps,
            targetGas: TargetGas(used: way.gasUsed, limit: way.gasLimit),
            fairPrice: fairPrice, wethIsToken0: pool.key.token0 == head.weth,
            available0: available.0, available1: available.1,
            terms: terms(pool.address))
        let optimizer = PositionOptimizer(task)
        let plans: [JitPlan]
        if let positions {
            guard let plan = optimizer.plan(positions) else { throw .noProfitableRange }
            plans = [plan]
        } else {
            do throws(Rejection) {
                plans = try optimizer.rankedPlans(choice)
            } catch .noProfitableRange where choice == .new && !held.keptRanges.isEmpty {
                throw .noNewRange(pool: pool.address)
            }
        }
        return Option(way: way, state: state, fairPrice: fairPrice, plans: plans)
    }

    private func terms(_ pool: Address) -> PlanningTerms {
        PlanningTerms(
            hedge: parameters.hedge, objective: parameters.objective,
            bidShareBps: parameters.bidShareBps(pool: pool),
            maximumPositions: parameters.maximumPositions,
            gas: GasModel.of(head.nextBlock.fork), gasPriceWei: head.nextBlock.baseFeePerGas)
    }

    /// A plan with the way that it is for, and more than it can earn.
    private struct Candidate {
        var plan: JitPlan
        var option: Option
        var atMostWei: Int256
    }

    private func best(
        of options: [Option], target: PendingTransaction, probe: SwapProbe, call: DecodedCall,
        _ account: OperatorAccount
    ) throws(Rejection) -> SimulatedBundle {
        let floor = Int256(bitPattern: parameters.minimumProfitWei)
        let plans = Self.candidates(
            of: Self.merged(options.map(\.plans)), count: parameters.simulatedCandidates)
        let candidates = plans.compactMap { plan in
            options.first { $0.way.pool.address == plan.pool.address }.map {
                Candidate(
                    plan: plan, option: $0,
                    atMostWei: plan.upperBoundWei(gasPriceWei: head.nextBlock.baseFeePerGas))
            }
        }.sorted { $0.atMostWei > $1.atMostWei }
        // The cheapest check first: most swaps are too small to pay for our gas.
        guard let first = candidates.first else { throw .noProfitableRange }
        guard !prunes || first.atMostWei >= floor else {
            throw .belowMinimumProfit(
                netProfitWei: first.plan.estimatedNetWei, floorWei: parameters.minimumProfitWei)
        }
        var waiting = candidates[...]
        var trials: [Executed] = []
        var rejection: Rejection?
        var rivals: [Address: RivalBids] = [:]
        while true {
            // A plan that cannot earn more than one already executed waits until that one fails.
            while let next = waiting.first,
                !prunes || trials.first.map({ $0.isTooDear }) ?? true
                    || next.atMostWei >= trials[0].trial.profitAfterGasWei
            {
                guard !prunes || next.atMostWei >= floor else { break }
                waiting.removeFirst()
                let simulator = BundleSimulator(
                    head: head, parameters: parameters, machine: machine, target: target,
                    probe: probe, way: next.option.way, account: account)
                do throws(Rejection) {
                    let trial = try simulator.trial(
                        of: next.plan, fairPrice: next.option.fairPrice)
                    trials.append(
                        Executed(
                            trial: trial, simulator: simulator, option: next.option,
                            isTooDear: isTooDear(trial, probe)))
                    trials.sort {
                        $0.isTooDear != $1.isTooDear
                            ? $1.isTooDear
                            : $0.trial.profitAfterGasWei > $1.trial.profitAfterGasWei
                    }
                } catch {
                    rejection = rejection ?? error
                }
            }
            guard !trials.isEmpty else { throw rejection ?? .noProfitableRange }
            let best = trials.removeFirst()
            do throws(Rejection) {
                let least = try leastBid(
                    best.trial, best.simulator, best.option, probe: probe, call: call,
                    rivals: &rivals)
                return try best.simulator.prove(
                    best.trial, on: best.option.state, leastTipWei: least)
            } catch {
                rejection = rejection ?? error
            }
        }
    }

    /// A plan that was executed once.
    private struct Executed {
        var trial: BundleSimulator.Trial
        var simulator: BundleSimulator
        var option: Option
        /// The proof will find that it costs the swapper more gas than half of his gain.
        var isTooDear: Bool
    }

    /// Whether the proof will find the extra gas too dear: known beforehand where the target has
    /// one swap, since the pool model is exact. Gas at the peak is at least what is charged, so
    /// that the difference is no larger than the proof's.
    private func isTooDear(_ trial: BundleSimulator.Trial, _ probe: SwapProbe) -> Bool {
        guard probe.swaps.count == 1, trial.targetGasUsed > probe.gasUsed else { return false }
        let cost = UInt256(trial.targetGasUsed - probe.gasUsed) &* trial.targetGasPriceWei
        return cost &+ cost > trial.plan.swapperGainWei
    }

    // MARK: Rivals

    /// Wei that a trial's bundle must bid so that no rival pays more; what is learnt of a pool's
    /// rivals is kept for the target's other trials.
    private func leastBid(
        _ trial: BundleSimulator.Trial, _ simulator: BundleSimulator, _ option: Option,
        probe: SwapProbe, call: DecodedCall, rivals: inout [Address: RivalBids]
    ) throws(Rejection) -> UInt256 {
        guard parameters.rivals.bidShareBps > 0 else { return .zero }
        let pool = option.way.pool.address
        let bids = rivals[pool] ?? rivalBids(option, probe: probe, call: call)
        rivals[pool] = bids
        let needed = bids.needed(sqrtPriceX96After: trial.sqrtPriceX96After)
        let affordable = simulator.affordableTipWei(trial) ?? .zero
        // A deposit is what anybody can show once: it makes us pay no more than learning may.
        let limit =
            needed.rival == .jit
            ? parameters.tips.map {
                UInt256.mulDiv(affordable, UInt256($0.maximumShareBps), 10_000) ?? affordable
            } ?? affordable : affordable
        guard needed.wei <= limit else {
            throw .outbidByRivals(
                needed.rival, rivalWei: needed.wei, affordableWei: limit)
        }
        return needed.wei
    }

    private func rivalBids(_ option: Option, probe: SwapProbe, call: DecodedCall) -> RivalBids {
        let way = option.way
        let valuation = WethValuation(
            wethIsToken0: way.pool.key.token0 == head.weth,
            sqrtPriceX96: option.fairPrice.midSqrtPriceX96)
        return RivalBids(
            state: option.state, way: way, bound: TargetBound(of: way, probe: probe, call: call),
            valuation: valuation, parameters: parameters.rivals,
            baseFeePerGas: head.nextBlock.baseFeePerGas, jitWei: rivalJitWei(option))
    }

    /// What another provider of liquidity would earn after gas: the same search with the most that
    /// one is remembered to have deposited on the pool. 0 where none is.
    private func rivalJitWei(_ option: Option) -> UInt256 {
        let pool = option.way.pool
        let way = option.way
        guard let deposit = parameters.tips?.rivalDeposit(pool: pool.address),
            let plans = try? PositionOptimizer(
                PlanningTask(
                    pool: pool, state: option.state,
                    swaps: way.swaps,
                    targetGas: TargetGas(used: way.gasUsed, limit: way.gasLimit),
                    fairPrice: option.fairPrice, wethIsToken0: pool.key.token0 == head.weth,
                    available0: deposit.amount0, available1: deposit.amount1,
                    terms: terms(pool.address))
            ).rankedPlans(),
            let best = plans.first, !best.estimatedNetWei.isNegative
        else { return .zero }
        return best.estimatedNetWei.magnitude
    }

    /// The plans of all pools, the best first; equals stay in the order of the target's swaps.
    private static func merged(_ lists: [[JitPlan]]) -> [JitPlan] {
        guard lists.count > 1 else { return lists.first ?? [] }
        let all = lists.joined().enumerated().sorted {
            $0.element.estimatedNetWei != $1.element.estimatedNetWei
                ? $0.element.estimatedNetWei > $1.element.estimatedNetWei
                : $0.offset < $1.offset
        }
        return all.map(\.element)
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

    private func poolState(_ pool: FollowedPool) throws(Rejection) -> PoolState {
        let address = pool.address
        do {
            let state = try PoolState(key: pool.key, window: .words(2)) {
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
