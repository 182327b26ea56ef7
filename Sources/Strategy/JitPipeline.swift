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

    /// Gas of an opening and a closing on ticks never used before, for a first estimate.
    static let typicalGas: UInt64 = 400_000

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
        guard !head.ownAccounts.contains(target.sender) else {
            throw .ownTransaction(sender: target.sender)
        }
        let baseFee = head.nextBlock.baseFeePerGas
        guard baseFee <= parameters.maxBaseFeePerGas else {
            throw .baseFeeAboveLimit(baseFeePerGas: baseFee, limit: parameters.maxBaseFeePerGas)
        }
        let probe = try SwapProbe.run(
            target, on: head, machine: machine, budget: parameters.targetBudget)
        let calls = RouterCalldata.decode(target.signed.transaction.data).swaps
        let options = try options(
            probe.ways(weth: head.weth, calls: calls), reserved: reserved)
        let bundle = try best(of: options, target: target, probe: probe, account)
        // The mempool's word for the sender was enough to look; what is sent rests on the
        // signature. Recovering it costs more than most rejections: only a proven bundle pays.
        guard let signer = try? target.signed.sender(), signer == target.sender else {
            throw .senderNotSigner(stated: target.sender)
        }
        return bundle
    }

    /// A way of the target through a pool, and what may be opened for it, the best first.
    private struct Option {
        var way: TargetWay
        var fairPrice: FairPriceBand
        var plans: [JitPlan]
    }

    /// The ways for which something can be planned; where there is none, why not for the first.
    private func options(
        _ ways: [TargetWay], reserved: [Address: UInt256]
    ) throws(Rejection) -> [Option] {
        var options: [Option] = []
        var rejection: Rejection?
        for way in ways {
            do throws(Rejection) {
                options.append(try option(way, reserved: reserved))
            } catch {
                rejection = rejection ?? error
            }
        }
        guard options.isEmpty else { return options }
        throw rejection ?? .noSwap
    }

    private func option(
        _ way: TargetWay, reserved: [Address: UInt256]
    ) throws(Rejection) -> Option {
        let pool = way.pool
        guard let fairPrice = pool.fairPrice else { throw .noFairPrice(pool: pool.address) }
        let state = try poolState(pool)
        guard pool.bandLower <= state.tick, state.tick < pool.bandUpper else {
            throw .priceOutsideBand(
                tick: state.tick, bandLower: pool.bandLower, bandUpper: pool.bandUpper)
        }
        let available = try availableInventory(pool, reserved: reserved)
        let plans = try PositionOptimizer(
            probe: way, state: state, fairPrice: fairPrice,
            wethIsToken0: pool.key.token0 == head.weth, available0: available.0,
            available1: available.1
        ).rankedPlans()
        return Option(way: way, fairPrice: fairPrice, plans: plans)
    }

    private func best(
        of options: [Option], target: PendingTransaction, probe: SwapProbe,
        _ account: OperatorAccount
    ) throws(Rejection) -> SimulatedBundle {
        let plans = Self.merged(options.map(\.plans))
        // The cheapest check first: most swaps are too small to pay for our gas.
        let gasWei = UInt256(Self.typicalGas) &* head.nextBlock.baseFeePerGas
        guard let first = plans.first else { throw .noProfitableRange }
        let estimate = first.estimatedProfitWei &- Int256(bitPattern: gasWei)
        guard estimate >= Int256(bitPattern: parameters.minimumProfitWei) else {
            throw .belowMinimumProfit(
                netProfitWei: estimate, floorWei: parameters.minimumProfitWei)
        }
        var trials: [(trial: BundleSimulator.Trial, simulator: BundleSimulator)] = []
        var rejection: Rejection?
        for plan in Self.candidates(of: plans, count: parameters.simulatedCandidates) {
            guard let option = options.first(where: { $0.way.pool.address == plan.pool.address })
            else { continue }
            let simulator = BundleSimulator(
                head: head, parameters: parameters, machine: machine, target: target,
                probe: probe, way: option.way, account: account)
            do {
                let trial = try simulator.trial(of: plan, fairPrice: option.fairPrice)
                trials.append((trial, simulator))
            } catch {
                rejection = rejection ?? error
            }
        }
        trials.sort { $0.trial.profitAfterGasWei > $1.trial.profitAfterGasWei }
        for (trial, simulator) in trials {
            do {
                return try simulator.prove(trial)
            } catch {
                rejection = rejection ?? error
            }
        }
        throw rejection ?? .noProfitableRange
    }

    /// The plans of all pools, the best first; equals stay in the order of the target's swaps.
    private static func merged(_ lists: [[JitPlan]]) -> [JitPlan] {
        guard lists.count > 1 else { return lists.first ?? [] }
        let all = lists.joined().enumerated().sorted {
            $0.element.estimatedProfitWei != $1.element.estimatedProfitWei
                ? $0.element.estimatedProfitWei > $1.element.estimatedProfitWei
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
