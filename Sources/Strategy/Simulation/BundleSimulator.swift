import Contracts
import EVM
import Ethereum

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

        /// Wei after gas, before the tip.
        var profitAfterGasWei: Int256 {
            Int256(from: gasCostWei, to: executorProfitWei)
        }
    }

    /// Executes a plan with no tip and no demand on the profit.
    func trial(of plan: JitPlan, fairPrice: FairPriceBand) throws(Rejection) -> Trial {
        let start = machine.checkpoint()
        defer { machine.rollback(to: start) }
        // The swap leaves us more of what came in: the fair price is worst where that is cheap.
        let worst = way.zeroForOne ? fairPrice.lowSqrtPriceX96 : fairPrice.highSqrtPriceX96
        let transactions = BundleTransactions(
            plan: plan, head: head, account: account, refSqrtPriceX96: worst,
            minProfitWei: .zero, tipWei: .zero, gasLimits: BundleTransactions.trialGasLimits)
        let run = try execute(transactions)
        let gasUsed = UInt256(run.open.gasUsed + run.close.gasUsed)
        return Trial(
            plan: plan, refSqrtPriceX96: worst,
            executorProfitWei: ABIWords(run.close.output)[0] ?? .zero,
            gasLimits: .init(
                open: Self.gasLimit(run.open), close: Self.gasLimit(run.close)),
            gasCostWei: gasUsed &* head.nextBlock.baseFeePerGas)
    }

    /// Executes the final transactions of a trial, tip included, and proves the swapper unharmed.
    func prove(_ trial: Trial) throws(Rejection) -> SimulatedBundle {
        let plan = trial.plan
        let profit = trial.profitAfterGasWei
        // A tip costs gas too: the unwrapping of WETH and the payment.
        let tipWei =
            profit.isNegative
            ? .zero : UInt256.mulDiv(profit.magnitude, UInt256(parameters.bidShareBps), 10_000)!
        guard tipWei <= trial.executorProfitWei else {
            throw .belowMinimumProfit(netProfitWei: profit, floorWei: parameters.minimumProfitWei)
        }
        let transactions = BundleTransactions(
            plan: plan, head: head, account: account, refSqrtPriceX96: trial.refSqrtPriceX96,
            minProfitWei: trial.executorProfitWei &- tipWei, tipWei: tipWei,
            gasLimits: .init(
                open: trial.gasLimits.open, close: trial.gasLimits.close + Self.tipGas))
        let start = machine.checkpoint()
        defer { machine.rollback(to: start) }

        // With us first, since it names the holdings that both runs are compared in.
        let inventoryBefore = try inventory(plan)
        let run = try execute(transactions)
        let inventoryAfter = try inventory(plan)
        var holdings = BalanceSheet.holdings(namedBy: run.target.logs, sender: target.sender)
        holdings.formUnion(etherHoldings())
        machine.rollback(to: start)
        let aloneOutcome = try parameters.targetBudget.execute(target, machine: machine)
        holdings.formUnion(
            BalanceSheet.holdings(namedBy: aloneOutcome.logs, sender: target.sender))
        holdings.formUnion(etherHoldings())
        let compared = holdings.sorted()
        let alone = try targetRun(aloneOutcome, compared, ourLogs: [], plan: plan)
        machine.rollback(to: start)
        let again = try execute(transactions)
        let bundled = try targetRun(
            again.target, compared, ourLogs: again.open.logs + again.close.logs, plan: plan)

        let key = plan.pool.key
        let valuation = WethValuation(
            wethIsToken0: key.token0 == head.weth, sqrtPriceX96: trial.refSqrtPriceX96)
        let swapper = try SwapperOutcome.prove(
            alone: alone, bundled: bundled, target: target, exempt: exempt(plan),
            valuation: valuation, tokens: (key.token0, key.token1), weth: head.weth)

        let delta = (
            Int256(from: inventoryBefore.0, to: inventoryAfter.0),
            Int256(from: inventoryBefore.1, to: inventoryAfter.1)
        )
        let gasCostWei =
            UInt256(run.open.gasUsed + run.close.gasUsed) &* head.nextBlock.baseFeePerGas
        let inventoryWei = valuation.wei(amount0: delta.0, amount1: delta.1) ?? .zero
        let netProfitWei = inventoryWei &- Int256(bitPattern: gasCostWei)
        guard netProfitWei >= Int256(bitPattern: parameters.minimumProfitWei) else {
            throw .belowMinimumProfit(
                netProfitWei: netProfitWei, floorWei: parameters.minimumProfitWei)
        }
        let fees = PositionEvents.feesCollected(
            in: run.close.logs, pool: plan.pool.address, owner: head.executor)
        let feeWei = valuation.wei(
            amount0: Int256(bitPattern: fees.amount0), amount1: Int256(bitPattern: fees.amount1))
        let tipDelta = Int256(bitPattern: tipWei)
        return SimulatedBundle(
            plan: plan, target: target, account: account, headHash: head.hash,
            targetBlock: head.nextBlock.number,
            open: transactions.open, close: transactions.close, openOutcome: run.open,
            targetOutcome: run.target, closeOutcome: run.close, swapper: swapper,
            inventoryDelta0: valuation.wethIsToken0 ? delta.0 &+ tipDelta : delta.0,
            inventoryDelta1: valuation.wethIsToken0 ? delta.1 : delta.1 &+ tipDelta,
            feeWei: feeWei?.magnitude ?? .zero, tipWei: tipWei, gasCostWei: gasCostWei,
            netProfitWei: netProfitWei)
    }

    // MARK: Execution

    private struct Run {
        var open: TransactionOutcome
        var target: TransactionOutcome
        var close: TransactionOutcome
    }

    private func execute(_ transactions: BundleTransactions) throws(Rejection) -> Run {
        let open = try executeOurs(transactions.open)
        guard open.status == .success else {
            throw .openFails(open.status, output: open.output)
        }
        let swap = try parameters.targetBudget.execute(target, machine: machine)
        guard swap.status == .success else { throw .targetStatusChanged }
        let close = try executeOurs(transactions.close)
        guard close.status == .success else {
            throw .closeFails(close.status, output: close.output)
        }
        return Run(open: open, target: swap, close: close)
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

    private func inventory(_ plan: JitPlan) throws(Rejection) -> (UInt256, UInt256) {
        let key = plan.pool.key
        let balances = try BalanceSheet.balances(
            of: [
                Holding(account: head.executor, token: key.token0),
                Holding(account: head.executor, token: key.token1),
            ], machine: machine)
        return (balances[0] ?? .zero, balances[1] ?? .zero)
    }

    /// The ether of every account that the machine changed so far.
    private func etherHoldings() -> [Holding] {
        machine.changes().accounts.map { Holding(account: $0.address, token: nil) }
    }

    /// Accounts that may lose: ours, the coinbase, and the genuine pools on the target's path,
    /// whose liquidity earns by the swap.
    private func exempt(_ plan: JitPlan) -> Set<Address> {
        head.ownAccounts.union([
            head.executor, account.address, plan.pool.address, head.nextBlock.coinbase,
        ]).union(probe.swaps.map(\.pool))
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
