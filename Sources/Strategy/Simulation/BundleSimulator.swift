import Contracts
import EVM
import Ethereum
import UniswapV3

/// Executes [open, target, close] on the head state and the target alone, and makes a
/// `SimulatedBundle` of what passes every check.
public struct BundleSimulator {
    private let head: HeadState
    private let parameters: StrategyParameters
    private let machine: VirtualMachine
    private let target: PendingTransaction
    private let probe: SwapProbe
    private let way: TargetWay
    private let account: OperatorAccount

    /// A simulator for one way of a target; `machine` stands on the head state and is left there.
    public init(
        head: HeadState, parameters: StrategyParameters, machine: VirtualMachine,
        target: PendingTransaction, probe: SwapProbe, way: TargetWay, account: OperatorAccount
    ) {
        self.head = head
        self.parameters = parameters
        self.machine = machine
        self.target = target
        self.probe = probe
        self.way = way
        self.account = account
    }

    /// What a first execution of a plan brought, with no tip and no demand on the profit.
    struct Trial: Sendable {
        var plan: JitPlan
        var refSqrtPriceX96: UInt256
        /// What the executor itself computes, in wei: the number that its guard compares.
        var executorProfitWei: UInt256
        var gasLimits: BundleTransactions.GasLimits
        var gasCostWei: UInt256
        /// Where the target leaves the pool's price with us.
        var sqrtPriceX96After: UInt256
        /// Raw units that `open` took.
        var deposits: (UInt256, UInt256)
        /// What the target used between our two transactions, and what it pays for it.
        var targetGasUsed: UInt64
        var targetGasPriceWei: UInt256

        /// Wei after gas and hedge, before the tip.
        var profitAfterGasWei: Int256 {
            Int256(from: gasCostWei &+ plan.hedge.costWei, to: executorProfitWei)
        }
    }

    /// Executes a plan with no tip and no demand on the profit.
    func trial(of plan: JitPlan, fairPrice: FairPriceBand) throws(Rejection) -> Trial {
        // The swap leaves us more of what came in: the fair price is worst where that is cheap.
        let worst = way.zeroForOne ? fairPrice.lowSqrtPriceX96 : fairPrice.highSqrtPriceX96
        return try trial(
            of: plan, bounds: GuardBounds(plan), maxDeposits: (plan.deposit0, plan.deposit1),
            refSqrtPriceX96: worst)
    }

    private func trial(
        of plan: JitPlan, bounds: GuardBounds, maxDeposits: (UInt256, UInt256),
        refSqrtPriceX96: UInt256
    ) throws(Rejection) -> Trial {
        let start = machine.checkpoint()
        defer { machine.rollback(to: start) }
        let transactions = BundleTransactions(
            plan: plan, bounds: bounds, maxDeposits: maxDeposits, head: head, account: account,
            refSqrtPriceX96: refSqrtPriceX96, minProfitWei: .zero, tipWei: .zero,
            gasLimits: BundleTransactions.trialGasLimits(head.nextBlock.fork))
        let run = try execute(transactions, onHead: bounds == GuardBounds(plan) ? plan : nil)
        let gasUsed = UInt256(run.open.gasUsed + run.close.gasUsed)
        let paid = ABIWords(run.open.output)
        return Trial(
            plan: plan, refSqrtPriceX96: refSqrtPriceX96,
            executorProfitWei: ABIWords(run.close.output)[0] ?? .zero,
            gasLimits: .init(
                open: Self.gasLimit(run.open), close: Self.gasLimit(run.close)),
            gasCostWei: gasUsed &* head.nextBlock.baseFeePerGas,
            sqrtPriceX96After: run.target.logs.last { $0.address == plan.pool.address }
                .flatMap { UniswapV3PoolContract.Swap($0) }?.sqrtPriceX96 ?? plan.sqrtPriceX96,
            deposits: (paid[0] ?? .zero, paid[1] ?? .zero), targetGasUsed: run.target.gasUsed,
            targetGasPriceWei: run.target.effectiveGasPrice)
    }

    /// What can be bid of a trial's profit so that the minimum stays, the tip's own gas paid; nil
    /// for nothing.
    func affordableTipWei(_ trial: Trial) -> UInt256? {
        let kept =
            parameters.minimumProfitWei
            &+ UInt256(Self.tipGas) &* head.nextBlock.baseFeePerGas
        guard !trial.profitAfterGasWei.isNegative,
            let rest = trial.profitAfterGasWei.magnitude.subtractingChecked(kept), !rest.isZero
        else { return nil }
        return rest
    }

    /// Executes the final transactions of a trial, tip included, and proves the swapper unharmed;
    /// with the window that the parameters ask for, where it is proven too.
    ///
    /// The tip is the pool's share of the profit at the worst fair price, at least `leastTipWei`,
    /// and never what the minimum profit needs.
    func prove(
        _ trial: Trial, on state: PoolState, leastTipWei: UInt256 = .zero
    ) throws(Rejection) -> SimulatedBundle {
        let plan = trial.plan
        let final = try finalTransactions(
            trial, bounds: GuardBounds(plan), maxDeposits: (plan.deposit0, plan.deposit1),
            leastTipWei: leastTipWei)
        var exact = try examine(
            final, plan: plan, refSqrtPriceX96: trial.refSqrtPriceX96, onHead: true)
        guard parameters.guardWindow != .exact else { return exact }
        do throws(Rejection) {
            return try widened(trial, on: state, leastTipWei: leastTipWei)
        } catch {
            exact.windowRejection = error
            return exact
        }
    }

    // MARK: A window of states

    /// The bundle with bounds as wide as the window asks: proven on the head, at the ends and
    /// inside, with the same transactions.
    private func widened(
        _ trial: Trial, on state: PoolState, leastTipWei: UInt256
    ) throws(Rejection) -> SimulatedBundle {
        let plan = trial.plan
        let bounds = parameters.guardWindow.bounds(around: state)
        let variants = parameters.guardWindow.states(within: bounds, of: state)
        defer { machine.reset(block: head.nextBlock, state: head.state) }
        // What the worst state leaves is what `close` may demand, and what a tip is a share of.
        var worst = trial
        for variant in variants {
            try stand(on: variant, plan)
            let there = try self.trial(
                of: plan, bounds: bounds, maxDeposits: (.max, .max),
                refSqrtPriceX96: trial.refSqrtPriceX96)
            worst.executorProfitWei = min(worst.executorProfitWei, there.executorProfitWei)
            worst.gasCostWei = max(worst.gasCostWei, there.gasCostWei)
            worst.gasLimits.open = max(worst.gasLimits.open, there.gasLimits.open)
            worst.gasLimits.close = max(worst.gasLimits.close, there.gasLimits.close)
            worst.deposits = (
                max(worst.deposits.0, there.deposits.0), max(worst.deposits.1, there.deposits.1)
            )
        }
        let final = try finalTransactions(
            worst, bounds: bounds, maxDeposits: worst.deposits, leastTipWei: leastTipWei)
        var lowest: Int256?
        for variant in variants {
            try stand(on: variant, plan)
            let there = try examine(
                final, plan: plan, refSqrtPriceX96: trial.refSqrtPriceX96)
            lowest = min(lowest ?? there.netProfitWei, there.netProfitWei)
        }
        machine.reset(block: head.nextBlock, state: head.state)
        var bundle = try examine(
            final, plan: plan, refSqrtPriceX96: trial.refSqrtPriceX96, onHead: true)
        bundle.guardBounds = bounds
        bundle.provenStates = variants.count + 1
        bundle.lowestNetProfitWei = min(lowest ?? bundle.netProfitWei, bundle.netProfitWei)
        bundle.maxDeposits = worst.deposits
        return bundle
    }

    private func stand(on variant: PoolVariant, _ plan: JitPlan) throws(Rejection) {
        do {
            machine.reset(
                block: head.nextBlock,
                state: try PoolVariantReader(head.state, pool: plan.pool.address, variant))
        } catch {
            throw .unsimulatable(.stateNotLoaded(error.key))
        }
    }

    // MARK: The final transactions

    /// The transactions as they are signed, with the tip that they pay.
    private struct Final {
        var transactions: BundleTransactions
        var tipWei: UInt256
        var bounds: GuardBounds
        var maxDeposits: (UInt256, UInt256)
    }

    private func finalTransactions(
        _ trial: Trial, bounds: GuardBounds, maxDeposits: (UInt256, UInt256),
        leastTipWei: UInt256
    ) throws(Rejection) -> Final {
        let profit = trial.profitAfterGasWei
        // A tip costs gas too: the unwrapping of WETH and the payment.
        guard let affordable = affordableTipWei(trial), affordable >= leastTipWei else {
            throw .belowMinimumProfit(netProfitWei: profit, floorWei: parameters.minimumProfitWei)
        }
        let share = UInt256(parameters.bidShareBps(pool: trial.plan.pool.address))
        let wished = UInt256.mulDiv(profit.magnitude, share, 10_000) ?? affordable
        let tipWei = min(max(wished, leastTipWei), affordable)
        guard tipWei <= trial.executorProfitWei else {
            throw .belowMinimumProfit(netProfitWei: profit, floorWei: parameters.minimumProfitWei)
        }
        let transactions = BundleTransactions(
            plan: trial.plan, bounds: bounds, maxDeposits: maxDeposits, head: head,
            account: account, refSqrtPriceX96: trial.refSqrtPriceX96,
            minProfitWei: trial.executorProfitWei &- tipWei, tipWei: tipWei,
            gasLimits: .init(
                open: trial.gasLimits.open, close: trial.gasLimits.close + Self.tipGas))
        return Final(
            transactions: transactions, tipWei: tipWei, bounds: bounds, maxDeposits: maxDeposits)
    }

    /// Executes a bundle and its target alone on the state that the machine stands on, compares
    /// what everybody owns, and values what is ours; on the head itself, where the target asks for
    /// it, also as another builder's block would.
    private func examine(
        _ final: Final, plan: JitPlan, refSqrtPriceX96: UInt256, onHead: Bool = false
    ) throws(Rejection) -> SimulatedBundle {
        let start = machine.checkpoint()
        defer { machine.rollback(to: start) }
        let transactions = final.transactions

        // With us first, since it names the holdings that both runs are compared in.
        let inventoryBefore = try inventory(plan)
        let run = try execute(transactions)
        let inventoryAfter = try inventory(plan)
        let bundledChanges = machine.changes()
        var named = try BalanceSheet.holdings(
            namedBy: run.target.logs, sender: target.sender, limit: Self.holdingLimit)
        named.formUnion(Self.ether(of: bundledChanges))
        let ourLogs = run.open.logs + run.close.logs
        var bundled = try targetRun(run.target, named.sorted(), ourLogs: ourLogs, plan: plan)
        machine.rollback(to: start)
        let aloneOutcome = try parameters.targetBudget.execute(target, machine: machine)
        let asksForBuilder = run.targetReadsBuilder || machine.readsBuilder
        let aloneChanges = machine.changes()
        var compared = named
        compared.formUnion(
            try BalanceSheet.holdings(
                namedBy: aloneOutcome.logs, sender: target.sender, limit: Self.holdingLimit))
        compared.formUnion(Self.ether(of: aloneChanges))
        try requireNoToken(in: compared, of: head.nextBlock.coinbase)
        let alone = try targetRun(aloneOutcome, compared.sorted(), ourLogs: [], plan: plan)
        if compared.count > named.count {
            // Alone the target touches somebody whom it does not touch with us: read him there.
            machine.rollback(to: start)
            let again = try execute(transactions)
            bundled = try targetRun(
                again.target, compared.sorted(), ourLogs: ourLogs, plan: plan)
        }

        let key = plan.pool.key
        let valuation = WethValuation(
            wethIsToken0: key.token0 == head.weth, sqrtPriceX96: refSqrtPriceX96)
        let swapper = try SwapperOutcome.prove(
            alone: alone, bundled: bundled, target: target,
            exempt: exempt(plan), coinbase: head.nextBlock.coinbase,
            valuation: valuation, tokens: (key.token0, key.token1), weth: head.weth)
        let required = parameters.objective.swapperGainPips
        guard swapper.gainPips >= required else {
            throw .swapperGainBelow(gainPips: swapper.gainPips, requiredPips: required)
        }

        let delta = (
            Int256(from: inventoryBefore.0, to: inventoryAfter.0),
            Int256(from: inventoryBefore.1, to: inventoryAfter.1)
        )
        let gasCostWei =
            UInt256(run.open.gasUsed + run.close.gasUsed) &* head.nextBlock.baseFeePerGas
        let inventoryWei = valuation.wei(amount0: delta.0, amount1: delta.1) ?? .zero
        guard
            let hedge = parameters.hedge.hedge(
                ofOther: valuation.wethIsToken0 ? delta.1 : delta.0, valuation)
        else { throw .noProfitableRange }
        let netProfitWei = inventoryWei &- Int256(bitPattern: gasCostWei &+ hedge.costWei)
        guard netProfitWei >= Int256(bitPattern: parameters.minimumProfitWei) else {
            throw .belowMinimumProfit(
                netProfitWei: netProfitWei, floorWei: parameters.minimumProfitWei)
        }
        if onHead, asksForBuilder {
            try proveIndependence(
                from: start, transactions, run: run, changes: bundledChanges,
                alone: aloneOutcome, aloneChanges: aloneChanges)
        }
        let fees = PositionEvents.feesCollected(
            in: run.close.logs, pool: plan.pool.address, owner: head.executor)
        let feeWei = valuation.wei(
            amount0: Int256(bitPattern: fees.amount0), amount1: Int256(bitPattern: fees.amount1))
        let tipDelta = Int256(bitPattern: final.tipWei)
        return SimulatedBundle(
            plan: plan, target: target, account: account, headHash: head.hash,
            targetBlock: head.nextBlock.number,
            open: transactions.open, close: transactions.close, openOutcome: run.open,
            targetOutcome: run.target, closeOutcome: run.close, swapper: swapper,
            inventoryDelta0: valuation.wethIsToken0 ? delta.0 &+ tipDelta : delta.0,
            inventoryDelta1: valuation.wethIsToken0 ? delta.1 : delta.1 &+ tipDelta,
            feeWei: feeWei?.magnitude ?? .zero, tipWei: final.tipWei, gasCostWei: gasCostWei,
            hedge: hedge, netProfitWei: netProfitWei, guardBounds: final.bounds,
            provenStates: 1, lowestNetProfitWei: netProfitWei, maxDeposits: final.maxDeposits)
    }

    // MARK: Another builder

    /// Executes the bundle and the target alone again as a block of another builder would: each
    /// transaction must come out the same and leave the same state. A target that is tame for what
    /// it takes for a simulation is told by it; one that asks for nothing of the builder's needs no
    /// second run.
    private func proveIndependence(
        from start: Checkpoint, _ transactions: BundleTransactions, run: Run,
        changes: StateChanges, alone: TransactionOutcome, aloneChanges: StateChanges
    ) throws(Rejection) {
        let here = head.nextBlock
        let other = ExecutionVariation.ofAnotherBuilder(here)
        let coinbases: Set<Address> = [here.coinbase, other.coinbase]
        func rest(_ changes: StateChanges) -> [AccountChange] {
            changes.accounts.filter { !coinbases.contains($0.address) }
        }
        machine.rollback(to: start)
        machine.enter(other)
        defer {
            machine.rollback(to: start)
            machine.enter(here)
        }
        do throws(Rejection) {
            try creditLike(here.coinbase, other.coinbase)
            let otherRun = try execute(transactions)
            guard otherRun == run, rest(machine.changes()) == rest(changes) else {
                throw .dependsOnBuilder
            }
            machine.rollback(to: start)
            try creditLike(here.coinbase, other.coinbase)
            let otherAlone = try parameters.targetBudget.execute(target, machine: machine)
            guard otherAlone == alone, rest(machine.changes()) == rest(aloneChanges) else {
                throw .dependsOnBuilder
            }
        } catch {
            switch error {
            case .unsimulatable, .tooExpensive: throw error
            default: throw .dependsOnBuilder
            }
        }
    }

    /// Lets the second account exist where the first one does: who pays an account that does not
    /// pays for its creation.
    private func creditLike(_ first: Address, _ second: Address) throws(Rejection) {
        do throws(StateNotLoaded) {
            if try machine.account(first) != nil, try machine.account(second) == nil {
                try machine.credit(second, wei: .one)
            }
        } catch {
            throw .unsimulatable(.stateNotLoaded(error.key))
        }
    }

    // MARK: Execution

    private struct Run: Equatable {
        var open: TransactionOutcome
        var target: TransactionOutcome
        var close: TransactionOutcome
        var targetReadsBuilder: Bool
    }

    /// `plan` is that of a bundle on the head itself, where the probe tells how the swaps filled
    /// without us: what would fill otherwise ends here.
    private func execute(
        _ transactions: BundleTransactions, onHead plan: JitPlan? = nil
    ) throws(Rejection) -> Run {
        let open = try executeOurs(transactions.open)
        guard open.status == .success else {
            throw .openFails(open.status, output: open.output)
        }
        let swap = try parameters.targetBudget.execute(target, machine: machine)
        let targetReadsBuilder = machine.readsBuilder
        guard swap.status == .success else { throw .targetStatusChanged }
        if let plan { try checkTarget(swap, plan) }
        let close = try executeOurs(transactions.close)
        guard close.status == .success else {
            throw .closeFails(close.status, output: close.output)
        }
        return Run(
            open: open, target: swap, close: close, targetReadsBuilder: targetReadsBuilder)
    }

    /// What the proof will ask of the swaps on the pool and of the gas at its peak.
    private func checkTarget(
        _ outcome: TransactionOutcome, _ plan: JitPlan
    ) throws(Rejection) {
        try SwapperOutcome.proveGasHeadroom(
            peakAlone: probe.gasUsed, bundled: outcome, gasLimit: probe.gasLimit)
        let alone = probe.swaps.filter { $0.pool == plan.pool.address }
        let bundled = outcome.logs.filter { $0.address == plan.pool.address }
            .compactMap { UniswapV3PoolContract.Swap($0) }
        guard alone.count == bundled.count else { throw .targetLogsChanged }
        for (before, after) in zip(alone, bundled) {
            guard before.amount0 == after.amount0 || before.amount1 == after.amount1 else {
                throw .partialFillChanged
            }
        }
    }

    private func executeOurs(_ transaction: Transaction) throws(Rejection) -> TransactionOutcome {
        do {
            return try machine.execute(transaction, sender: account.address)
        } catch {
            throw Rejection(error)
        }
    }

    /// A quarter above what was used at the peak, before the refund.
    private static func gasLimit(_ outcome: TransactionOutcome) -> UInt64 {
        let peak = outcome.gasUsed + outcome.gasRefunded
        return peak + peak / 4
    }

    /// What a tip adds to `close` at most: unwrapping WETH, the call with value, and a coinbase
    /// that is a contract.
    private static let tipGas: UInt64 = 80_000

    // MARK: Balances

    /// Balances that a target's logs may name; a swap over five pools by an aggregator names a
    /// hundred.
    private static let holdingLimit = 1000

    private func inventory(_ plan: JitPlan) throws(Rejection) -> (UInt256, UInt256) {
        let key = plan.pool.key
        let balances = try BalanceSheet.balances(
            of: [
                Holding(account: head.executor, token: key.token0),
                Holding(account: head.executor, token: key.token1),
            ], machine: machine)
        return (balances[0] ?? .zero, balances[1] ?? .zero)
    }

    /// The ether of every account that was changed.
    private static func ether(of changes: StateChanges) -> [Holding] {
        changes.accounts.map { Holding(account: $0.address, token: nil) }
    }

    /// Accounts that may lose: ours, and the genuine pools on the target's path, whose liquidity
    /// earns by the swap.
    private func exempt(_ plan: JitPlan) -> Set<Address> {
        head.ownAccounts.union([head.executor, account.address, plan.pool.address])
            .union(probe.swaps.map(\.pool))
    }

    /// The coinbase of a simulation is nobody's: who moves a token to or from it pays another one
    /// in the block.
    private func requireNoToken(
        in holdings: Set<Holding>, of coinbase: Address
    ) throws(Rejection) {
        guard !holdings.contains(where: { $0.account == coinbase && $0.token != nil }) else {
            throw .tokenOfCoinbase
        }
    }

    /// The target's outcome with balances in which gas and our own unwrapping of WETH do not count.
    private func targetRun(
        _ outcome: TransactionOutcome, _ holdings: [Holding], ourLogs: [Log], plan: JitPlan
    ) throws(Rejection) -> TargetRun {
        let swaps = outcome.logs
            .filter { $0.address == plan.pool.address }
            .compactMap { UniswapV3PoolContract.Swap($0) }
        guard !swaps.isEmpty else { throw .targetLogsChanged }
        let values = try BalanceSheet.balances(of: holdings, machine: machine)
        var balances: [Holding: UInt256] = [:]
        for case (let holding, let value?) in zip(holdings, values) { balances[holding] = value }
        let gasWei = UInt256(outcome.gasUsed) &* outcome.effectiveGasPrice
        let sender = Holding(account: target.sender, token: nil)
        balances[sender] = balances[sender].map { $0 &+ gasWei }
        // WETH9 holds one wei of ether for each of its tokens: what we unwrapped left with our own.
        let reserve = Holding(account: head.weth, token: nil)
        balances[reserve] = balances[reserve].map { $0 &+ unwrapped(in: ourLogs) }
        return TargetRun(outcome: outcome, swaps: swaps, balances: balances)
    }

    private func unwrapped(in logs: [Log]) -> UInt256 {
        var wei = UInt256.zero
        for log in logs
        where log.address == head.weth && log.topics.first == WETH9.withdrawalTopic {
            wei = wei &+ (ABIWords(log.data)[0] ?? .zero)
        }
        return wei
    }
}
