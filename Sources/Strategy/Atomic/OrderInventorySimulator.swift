import Contracts
import EVM
import Ethereum
import UniswapV3

/// Executes [open, the order submitted by our operator, close] on the head state beside the order
/// alone, and proves that nobody is worse off for it.
///
/// The promises are those of the atomic mode (`OrderProof`), the guards those of the inventory's:
/// `open` reverts on any other state, `close` without the proven profit. The gas of all three
/// transactions is ours; what an operation pays back for its gas is counted as what our accounts
/// then own.
struct OrderInventorySimulator {
    /// Executions, holdings and balances of the order.
    let base: AtomicSimulator

    private var head: HeadState { base.head }
    private var machine: VirtualMachine { base.machine }

    // MARK: The three transactions

    private struct Transactions {
        var open: Transaction
        var submission: Transaction
        var close: Transaction
    }

    private func transactions(
        _ plan: JitPlan, refSqrtPriceX96: UInt256, minProfitWei: UInt256, tipWei: UInt256,
        gasLimits: BundleTransactions.GasLimits, submissionGasLimit: UInt64
    ) -> Transactions {
        let ours = BundleTransactions(
            plan: plan, bounds: GuardBounds(plan), maxDeposits: (plan.deposit0, plan.deposit1),
            head: head, account: base.account, refSqrtPriceX96: refSqrtPriceX96,
            minProfitWei: minProfitWei, tipWei: tipWei, gasLimits: gasLimits)
        var submission = base.transaction(
            to: base.order.target, data: base.order.calldata, gasLimit: submissionGasLimit)
        submission.nonce += 1
        var close = ours.close
        close.nonce += 1
        return Transactions(open: ours.open, submission: submission, close: close)
    }

    private struct Run {
        var open: TransactionOutcome
        var submission: TransactionOutcome
        var close: TransactionOutcome

        var gasUsed: UInt64 { open.gasUsed + submission.gasUsed + close.gasUsed }
    }

    private func execute(
        _ transactions: Transactions, varied: ExecutionVariation? = nil
    ) throws(AtomicRejection) -> Run {
        let open = try base.execute(transactions.open, varied: nil)
        guard open.status == .success else {
            throw .common(.openFails(open.status, output: open.output))
        }
        let submission = try base.execute(transactions.submission, varied: varied)
        guard submission.status == .success else { throw .common(.targetStatusChanged) }
        let close = try base.execute(transactions.close, varied: nil)
        guard close.status == .success else {
            throw .common(.closeFails(close.status, output: close.output))
        }
        return Run(open: open, submission: submission, close: close)
    }

    // MARK: Trial

    /// What a first execution of a plan brought, with no tip and no demand on the profit.
    struct Trial {
        var plan: JitPlan
        var refSqrtPriceX96: UInt256
        /// What the executor itself computes, in wei: the number that its guard compares.
        var executorProfitWei: UInt256
        var gasLimits: BundleTransactions.GasLimits
        var submissionGasLimit: UInt64
        /// Wei after gas, what is paid back of it, and hedge, before the tip.
        var profitAfterGasWei: Int256
    }

    /// Executes a plan with no tip. `worstSqrtPriceX96` is the worse end of the fair price's band.
    func trial(
        of plan: JitPlan, worstSqrtPriceX96: UInt256
    ) throws(AtomicRejection) -> Trial {
        let start = machine.checkpoint()
        defer { machine.rollback(to: start) }
        let before = try base.own(plan.pool.key)
        let run = try execute(
            transactions(
                plan, refSqrtPriceX96: worstSqrtPriceX96, minProfitWei: .zero, tipWei: .zero,
                gasLimits: BundleTransactions.trialGasLimits(head.nextBlock.fork),
                submissionGasLimit: base.trialGasLimit))
        let earned = try earned(plan, since: before, worstSqrtPriceX96)
        return Trial(
            plan: plan, refSqrtPriceX96: worstSqrtPriceX96,
            executorProfitWei: ABIWords(run.close.output)[0] ?? .zero,
            gasLimits: .init(open: Self.gasLimit(run.open), close: Self.gasLimit(run.close)),
            submissionGasLimit: base.submissionGasLimit(run.submission),
            profitAfterGasWei: earned.netWei)
    }

    /// A quarter above what was used at the peak, before the refund.
    private static func gasLimit(_ outcome: TransactionOutcome) -> UInt64 {
        let peak = outcome.gasUsed + outcome.gasRefunded
        return peak + peak / 4
    }

    /// What our accounts have more than before, at the worse end of the fair price, less the hedge.
    private func earned(
        _ plan: JitPlan, since before: (wei: UInt256, other: UInt256),
        _ worstSqrtPriceX96: UInt256
    ) throws(AtomicRejection) -> (netWei: Int256, hedge: Hedge) {
        let after = try base.own(plan.pool.key)
        let valuation = valuation(plan, worstSqrtPriceX96)
        let other = Int256(from: before.other, to: after.other)
        let worth = valuation.wei(
            amount0: valuation.wethIsToken0 ? .zero : other,
            amount1: valuation.wethIsToken0 ? other : .zero)
        guard let worth,
            let hedge = base.parameters.hedge.hedge(ofOther: other, valuation)
        else { throw .noProfitableRange }
        let net =
            Int256(from: before.wei, to: after.wei) &+ worth
            &- Int256(bitPattern: hedge.costWei)
        return (net, hedge)
    }

    private func valuation(_ plan: JitPlan, _ sqrtPriceX96: UInt256) -> WethValuation {
        WethValuation(
            wethIsToken0: plan.pool.key.token0 == head.weth, sqrtPriceX96: sqrtPriceX96)
    }

    // MARK: Proof

    /// Executes the final transactions of a trial, tip included, and proves everybody unharmed.
    func prove(_ trial: Trial) throws(AtomicRejection) -> SimulatedOrderBundle {
        let plan = trial.plan
        let key = plan.pool.key
        let tipWei = try tip(trial)
        let final = transactions(
            plan, refSqrtPriceX96: trial.refSqrtPriceX96,
            minProfitWei: trial.executorProfitWei &- tipWei, tipWei: tipWei,
            gasLimits: .init(
                open: trial.gasLimits.open,
                close: trial.gasLimits.close + AtomicSimulator.tipGas),
            submissionGasLimit: trial.submissionGasLimit)
        let start = machine.checkpoint()
        defer { machine.rollback(to: start) }

        // Each run names holdings; both are compared in all of them.
        let ownBefore = try base.own(key)
        let first = try execute(final)
        var holdings = try base.named(by: first.submission.logs)
        holdings.formUnion(base.etherHoldings())
        machine.rollback(to: start)
        let aloneOutcome = try base.executeAlone()
        let aloneHoldings = try base.named(by: aloneOutcome.logs).union(base.etherHoldings())
        holdings.formUnion(aloneHoldings)
        guard holdings.count <= AtomicSimulator.balanceLimit else {
            throw .common(
                .tooManyBalances(
                    count: holdings.count, limit: AtomicSimulator.balanceLimit))
        }
        let compared = holdings.sorted()
        let alone = try base.run(aloneOutcome, compared, pool: plan.pool.address)
        machine.rollback(to: start)
        let run = try execute(final)
        let bundled = try base.run(run.submission, compared, pool: plan.pool.address)
        let earned = try earned(plan, since: ownBefore, trial.refSqrtPriceX96)

        guard bundled.marks == alone.marks else { throw .orderLogsChanged }
        let valuation = valuation(plan, trial.refSqrtPriceX96)
        let proof = OrderProof(
            order: base.order, exempt: exempt(plan), weth: head.weth,
            tokens: (key.token0, key.token1), valuation: valuation,
            beneficiaries: Set(aloneHoldings.map(\.account)).subtracting([
                head.nextBlock.coinbase
            ]))
        let user = try proof.prove(alone: alone, bundled: bundled)
        guard earned.netWei >= Int256(bitPattern: base.parameters.minimumProfitWei) else {
            throw .belowMinimumProfit(
                netProfitWei: earned.netWei, floorWei: base.parameters.minimumProfitWei)
        }
        machine.rollback(to: start)
        try proveIndependence(of: final, alone: alone, compared, plan)
        let fees = PositionEvents.feesCollected(
            in: run.close.logs, pool: plan.pool.address, owner: head.executor)
        let feeWei = valuation.wei(
            amount0: Int256(bitPattern: fees.amount0), amount1: Int256(bitPattern: fees.amount1))
        return SimulatedOrderBundle(
            plan: plan, order: base.order, account: base.account, headHash: head.hash,
            targetBlock: head.nextBlock.number, open: final.open, submission: final.submission,
            close: final.close, gasUsed: run.gasUsed, user: user,
            feeWei: feeWei?.magnitude ?? .zero, tipWei: tipWei,
            gasCostWei: UInt256(run.gasUsed) &* head.nextBlock.baseFeePerGas,
            hedge: earned.hedge, netProfitWei: earned.netWei)
    }

    /// The share of the profit that is bid, never what the minimum profit needs.
    private func tip(_ trial: Trial) throws(AtomicRejection) -> UInt256 {
        let profit = trial.profitAfterGasWei
        let parameters = base.parameters
        let kept =
            parameters.minimumProfitWei
            &+ UInt256(AtomicSimulator.tipGas) &* head.nextBlock.baseFeePerGas
        guard !profit.isNegative, let affordable = profit.magnitude.subtractingChecked(kept) else {
            throw .belowMinimumProfit(
                netProfitWei: profit, floorWei: parameters.minimumProfitWei)
        }
        let share = UInt256(parameters.bidShareBps(pool: trial.plan.pool.address))
        let wished = UInt256.mulDiv(profit.magnitude, share, 10_000) ?? affordable
        return min(wished, affordable, trial.executorProfitWei)
    }

    /// Executes the order alone and within the bundle again with each thing changed that must not
    /// matter: both must write the same events, and the order alone must leave the same balances.
    private func proveIndependence(
        of transactions: Transactions, alone: OrderRun, _ compared: [Holding], _ plan: JitPlan
    ) throws(AtomicRejection) {
        defer { machine.reset(block: head.nextBlock, state: head.state) }
        let exempt = exempt(plan).union([head.nextBlock.coinbase])
        for variation in ExecutionVariation.allCases {
            let environment = variation.environment(head.nextBlock)
            machine.reset(block: environment, state: head.state)
            let plain = try base.executeAlone(varied: variation)
            guard plain.status == .success, OrderRun.marks(plain.logs) == alone.marks else {
                throw .behaviourDepends(on: variation)
            }
            let run = try base.run(plain, compared, pool: plan.pool.address)
            for holding in compared
            where !exempt.contains(holding.account) && holding.account != environment.coinbase
                && holding.token != nil && !base.paysGas(holding)
                && run.balances[holding] != alone.balances[holding]
            {
                throw .behaviourDepends(on: variation)
            }
            machine.reset(block: environment, state: head.state)
            let ours = try execute(transactions, varied: variation)
            guard OrderRun.marks(ours.submission.logs) == alone.marks else {
                throw .behaviourDepends(on: variation)
            }
        }
    }

    private func exempt(_ plan: JitPlan) -> Set<Address> {
        base.ownAccounts.union([plan.pool.address])
    }
}

extension AtomicSimulator {
    /// A quarter above what submitting the order by itself used at its peak.
    func submissionGasLimit(_ outcome: TransactionOutcome) -> UInt64 {
        let peak = outcome.gasUsed + outcome.gasRefunded
        return min(peak + peak / 4 + order.reservedGas, trialGasLimit)
    }
}
