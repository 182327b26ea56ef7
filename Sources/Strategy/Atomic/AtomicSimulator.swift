import Contracts
import EVM
import Ethereum
import UniswapV3

/// Executes an order alone and inside our transaction on the head state, and proves that nobody is
/// worse off for it.
struct AtomicSimulator {
    let head: HeadState
    let terms: AtomicTerms
    let parameters: StrategyParameters
    let machine: VirtualMachine
    let order: SignedOrder
    let account: OperatorAccount
    let budget: OrderBudget

    /// Balances that are compared at most: each is read eight times.
    static let balanceLimit = 1000
    /// Gas limit of a first trial and of an order alone; a block's gas where that is less.
    private static let trialGas: UInt64 = 5_000_000
    /// What a tip adds at most: unwrapping WETH, the call with value, and a coinbase that is a
    /// contract.
    static let tipGas: UInt64 = 80_000

    // MARK: Executions

    /// The order submitted plainly: by our operator, since anybody may.
    func executeAlone(
        varied: ExecutionVariation? = nil
    ) throws(AtomicRejection) -> TransactionOutcome {
        try execute(
            transaction(to: order.target, data: order.calldata, gasLimit: trialGasLimit),
            varied: varied)
    }

    var trialGasLimit: UInt64 {
        min(Self.trialGas + order.reservedGas, head.nextBlock.gasLimit)
    }

    func transaction(to: Address, data: [UInt8], gasLimit: UInt64) -> Transaction {
        Transaction(
            type: .feeMarket, chainId: head.nextBlock.chainId, nonce: account.nonce,
            maxFeePerGas: head.nextBlock.baseFeePerGas, maxPriorityFeePerGas: .zero,
            gasLimit: gasLimit, to: to, data: data)
    }

    func execute(
        _ transaction: Transaction, varied: ExecutionVariation?
    ) throws(AtomicRejection) -> TransactionOutcome {
        do throws(ExecutionError) {
            return try budget.execute(machine) { (budget) throws(ExecutionError) in
                try machine.execute(
                    varied?.transaction(transaction) ?? transaction, sender: account.address,
                    budget: budget)
            }
        } catch {
            throw .common(budget.rejection(error))
        }
    }

    private func flashTransaction(
        _ plan: AtomicPlan, minProfitWei: UInt256, tipWei: UInt256, gasLimit: UInt64
    ) -> Transaction {
        let operation = JitFlash.Operation(
            pool: JitExecutor.PoolArguments(
                token0: plan.pool.key.token0, token1: plan.pool.key.token1,
                fee: plan.pool.key.feePips),
            positions: [plan.position],
            anchors: JitExecutor.Guard(
                targetBlock: head.nextBlock.number, parentHash: head.hash,
                maxTimestamp: head.nextBlock.timestamp, minSqrtPriceX96: plan.sqrtPriceX96,
                maxSqrtPriceX96: plan.sqrtPriceX96, minLiquidity: plan.poolLiquidity,
                maxLiquidity: plan.poolLiquidity, maxAmount0: plan.deposit0,
                maxAmount1: plan.deposit1),
            loans: plan.loans.map {
                JitFlash.Loan(
                    lender: $0.lender.address, token: $0.token, amount: $0.amount, fee: $0.fee)
            },
            settlement: JitFlash.Settlement(
                minProfitWei: minProfitWei, tipWei: tipWei, hedgeFee: plan.hedge.key.feePips,
                // Another trade may stand before ours on that pool; the least profit bounds what
                // it may cost.
                hedgeMaxIn: plan.hedgeIn &+ (plan.hedgeIn >> 6)),
            target: order.target, payload: order.calldata)
        return transaction(to: terms.flash, data: JitFlash.flashJit(operation), gasLimit: gasLimit)
    }

    // MARK: Trial

    /// What a first execution of a plan brought, with no tip and no demand on the profit.
    struct Trial {
        var plan: AtomicPlan
        /// What the contract itself computes, in wei.
        var contractProfitWei: UInt256
        var gasLimit: UInt64
        var gasCostWei: UInt256

        /// Wei after gas, before the tip.
        var profitAfterGasWei: Int256 { Int256(from: gasCostWei, to: contractProfitWei) }
    }

    func trial(of plan: AtomicPlan) throws(AtomicRejection) -> Trial {
        let start = machine.checkpoint()
        defer { machine.rollback(to: start) }
        let outcome = try executeOurs(
            flashTransaction(plan, minProfitWei: .zero, tipWei: .zero, gasLimit: trialGasLimit))
        let peak = outcome.gasUsed + outcome.gasRefunded
        return Trial(
            plan: plan, contractProfitWei: ABIWords(outcome.output)[0] ?? .zero,
            gasLimit: peak + peak / 4 + order.reservedGas,
            gasCostWei: UInt256(outcome.gasUsed) &* head.nextBlock.baseFeePerGas)
    }

    private func executeOurs(
        _ transaction: Transaction, varied: ExecutionVariation? = nil
    ) throws(AtomicRejection) -> TransactionOutcome {
        let start = machine.checkpoint()
        let outcome = try execute(transaction, varied: varied)
        guard outcome.status == .success else {
            machine.rollback(to: start)
            let code = JitExecutor.errorCode(of: outcome.output)
            if code == nil, let output = try failureOfOrder(in: transaction, varied: varied) {
                throw .orderFailsWithin(output: output)
            }
            throw .flashFails(outcome.status, jitError: code, output: outcome.output)
        }
        return outcome
    }

    /// Executes ours again to see whether it is the order's call that fails; its revert data.
    private func failureOfOrder(
        in transaction: Transaction, varied: ExecutionVariation?
    ) throws(AtomicRejection) -> [UInt8]? {
        let tracer = OrderCallTracer(flash: terms.flash)
        let start = machine.checkpoint()
        defer { machine.rollback(to: start) }
        do throws(ExecutionError) {
            _ = try budget.execute(machine) { (budget) throws(ExecutionError) in
                try machine.execute(
                    varied?.transaction(transaction) ?? transaction, sender: account.address,
                    tracer: tracer, budget: budget)
            }
        } catch {
            throw .common(budget.rejection(error))
        }
        return tracer.failure
    }

    // MARK: Proof

    /// Executes the final transaction of a trial, tip included, and proves everybody unharmed.
    func prove(
        _ trial: Trial, valuation: WethValuation
    ) throws(AtomicRejection) -> SimulatedAtomicBundle {
        let plan = trial.plan
        let profit = trial.profitAfterGasWei
        let tipWei =
            profit.isNegative
            ? .zero : UInt256.mulDiv(profit.magnitude, UInt256(parameters.bidShareBps), 10_000)!
        // What must be left on chain for the bundle to be worth its gas: a trade before ours on
        // the hedge pool may take the rest and harms nobody but us.
        let floorWei =
            trial.gasCostWei &+ UInt256(Self.tipGas) &* head.nextBlock.baseFeePerGas
            &+ parameters.minimumProfitWei
        guard floorWei &+ tipWei <= trial.contractProfitWei else {
            throw .belowMinimumProfit(
                netProfitWei: profit &- Int256(bitPattern: tipWei),
                floorWei: parameters.minimumProfitWei)
        }
        let transaction = flashTransaction(
            plan, minProfitWei: floorWei, tipWei: tipWei,
            gasLimit: trial.gasLimit + Self.tipGas)
        let start = machine.checkpoint()
        defer { machine.rollback(to: start) }

        // Each run names holdings; both are compared in all of them.
        let ownBefore = try own(plan.pool.key)
        let bundledOutcome = try executeOurs(transaction)
        var holdings = try named(by: bundledOutcome.logs)
        holdings.formUnion(etherHoldings())
        machine.rollback(to: start)
        let aloneOutcome = try executeAlone()
        let aloneHoldings = try named(by: aloneOutcome.logs).union(etherHoldings())
        holdings.formUnion(aloneHoldings)
        guard holdings.count <= Self.balanceLimit else {
            throw .common(
                .tooManyBalances(count: holdings.count, limit: Self.balanceLimit))
        }
        let compared = holdings.sorted()
        let alone = try run(aloneOutcome, compared, pool: plan.pool.address)
        machine.rollback(to: start)
        let again = try executeOurs(transaction)
        let bundled = try run(again, compared, pool: plan.pool.address)
        let ownAfter = try own(plan.pool.key)

        let key = plan.pool.key
        let proof = OrderProof(
            order: order, exempt: exempt(plan), weth: head.weth, tokens: (key.token0, key.token1),
            valuation: valuation,
            beneficiaries: Set(aloneHoldings.map(\.account)).subtracting([
                head.nextBlock.coinbase
            ]))
        let user = try proof.prove(alone: alone, bundled: bundled)
        let netProfitWei = Int256(from: ownBefore.wei, to: ownAfter.wei)
        guard ownAfter.other >= ownBefore.other,
            netProfitWei >= Int256(bitPattern: parameters.minimumProfitWei)
        else {
            throw .belowMinimumProfit(
                netProfitWei: netProfitWei, floorWei: parameters.minimumProfitWei)
        }
        machine.rollback(to: start)
        try proveIndependence(of: transaction, alone: alone, bundled: bundled, compared, plan)
        let fees = PositionEvents.feesCollected(
            in: again.logs, pool: plan.pool.address, owner: terms.flash)
        let feeWei = valuation.wei(
            amount0: Int256(bitPattern: fees.amount0), amount1: Int256(bitPattern: fees.amount1))
        return SimulatedAtomicBundle(
            plan: plan, order: order, account: account, headHash: head.hash,
            targetBlock: head.nextBlock.number, transaction: transaction, outcome: again,
            user: user, feeWei: feeWei?.magnitude ?? .zero, tipWei: tipWei,
            gasCostWei: UInt256(again.gasUsed) &* head.nextBlock.baseFeePerGas,
            netProfitWei: netProfitWei)
    }

    /// Executes the order alone and ours again with each thing changed that must not matter: both
    /// must write the same events, and the order alone must leave the same balances.
    private func proveIndependence(
        of transaction: Transaction, alone: OrderRun, bundled: OrderRun, _ compared: [Holding],
        _ plan: AtomicPlan
    ) throws(AtomicRejection) {
        defer { machine.reset(block: head.nextBlock, state: head.state) }
        let exempt = exempt(plan).union([head.nextBlock.coinbase])
        for variation in ExecutionVariation.allCases {
            let environment = variation.environment(head.nextBlock)
            machine.reset(block: environment, state: head.state)
            let plain = try executeAlone(varied: variation)
            guard plain.status == .success, OrderRun.marks(plain.logs) == alone.marks else {
                throw .behaviourDepends(on: variation)
            }
            let run = try run(plain, compared, pool: plan.pool.address)
            for holding in compared
            where !exempt.contains(holding.account) && holding.account != environment.coinbase
                && holding.token != nil
                && !paysGas(holding)
                && run.balances[holding] != alone.balances[holding]
            {
                throw .behaviourDepends(on: variation)
            }
            machine.reset(block: environment, state: head.state)
            let ours = try executeOurs(transaction, varied: variation)
            guard OrderRun.marks(ours.logs) == bundled.marks else {
                throw .behaviourDepends(on: variation)
            }
        }
    }

    /// Whether an operation's gas, which goes by the gas price, leaves this holding.
    func paysGas(_ holding: Holding) -> Bool {
        if case .userOperation(let entryPoint, _, _) = order.form {
            return holding.token == entryPoint
        }
        return false
    }

    func run(
        _ outcome: TransactionOutcome, _ holdings: [Holding], pool: Address
    ) throws(AtomicRejection) -> OrderRun {
        guard case .succeeded(let paidGasWei) = order.result(in: outcome.logs) else {
            throw .orderFailsInside
        }
        let swap = outcome.logs.lazy.filter { $0.address == pool }
            .compactMap { UniswapV3PoolContract.Swap($0) }.first
        guard let swap else { throw .orderLogsChanged }
        var balances: [Holding: UInt256] = [:]
        for case (let holding, let value?) in zip(holdings, try values(of: holdings)) {
            balances[holding] = value
        }
        return OrderRun(
            outcome: outcome, swap: swap, balances: balances, paidGasWei: paidGasWei)
    }

    // MARK: Holdings

    private func values(of holdings: [Holding]) throws(AtomicRejection) -> [UInt256?] {
        do throws(Rejection) {
            return try BalanceSheet.balances(of: holdings, machine: machine) {
                (gas) throws(Rejection) in
                do throws(ExecutionError) {
                    try budget.spend(gas)
                } catch {
                    throw budget.rejection(error)
                }
            }
        } catch {
            throw .common(error)
        }
    }

    /// What the logs name, and the deposits that an operation's gas is paid from.
    func named(by logs: [Log]) throws(AtomicRejection) -> Set<Holding> {
        var holdings: Set<Holding>
        do throws(Rejection) {
            holdings = try BalanceSheet.holdings(
                namedBy: logs, sender: order.account, limit: Self.balanceLimit)
        } catch {
            throw .common(error)
        }
        if case .userOperation(let entryPoint, let paymaster, _) = order.form {
            holdings.insert(Holding(account: order.account, token: entryPoint))
            if let paymaster { holdings.insert(Holding(account: paymaster, token: entryPoint)) }
        }
        return holdings
    }

    /// The ether of every account that the machine changed so far.
    func etherHoldings() -> [Holding] {
        machine.changes().accounts.map { Holding(account: $0.address, token: nil) }
    }

    var ownAccounts: Set<Address> {
        head.ownAccounts.union([
            head.executor, account.address, terms.flash, terms.profitRecipient,
        ])
    }

    private func exempt(_ plan: AtomicPlan) -> Set<Address> {
        ownAccounts.union([plan.pool.address, plan.hedge.address])
    }

    /// What is ours: wei of WETH and ether together, and raw units of the pool's other token.
    func own(_ key: PoolKey) throws(AtomicRejection) -> (wei: UInt256, other: UInt256) {
        let other = key.token0 == head.weth ? key.token1 : key.token0
        let accounts = ownAccounts.sorted()
        let wei = try values(
            of: accounts.flatMap { account in
                [nil, head.weth].map { Holding(account: account, token: $0) }
            })
        let rest = try values(of: accounts.map { Holding(account: $0, token: other) })
        func sum(_ values: [UInt256?]) -> UInt256 {
            values.reduce(.zero) { $0 &+ ($1 ?? .zero) }
        }
        return (sum(wei), sum(rest))
    }
}
