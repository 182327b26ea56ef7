import Contracts
import EVM
import Ethereum
import UniswapV3

/// Keeps a grid of dust around the price of a pool: which ranges stand, which are to be seeded, and
/// the transactions that seed them or take them out, executed on the head before they are signed.
///
/// The grid is renewed when the price has left its inner half: where one of the ranges next to the
/// price holds nothing, all groups around it that lack a range are seeded, the nearest first, as
/// far as the allowed cost goes. What the price has left behind stays until retirement is asked
/// for: it costs nothing, and the price may come back.
public struct GridKeeper {
    private let head: HeadState
    private let terms: GridTerms
    private let machine: VirtualMachine

    /// Wei per gas above the base fee, for being in the next block.
    private static let priorityFeePerGas: UInt256 = 1_000_000_000
    /// What the deposit of one call may be worth at most, in wei of WETH.
    private static let dustLimitWei: UInt256 = 1_000_000_000_000

    /// A keeper on one head. `machine` is set to it, and stands there again after each call.
    public init(head: HeadState, terms: GridTerms, machine: VirtualMachine) {
        self.head = head
        self.terms = terms
        self.machine = machine
        machine.reset(block: head.nextBlock, state: head.state)
    }

    // MARK: What stands

    /// The ranges around the price in which the executor holds liquidity.
    public func kept(_ pool: FollowedPool) throws(GridRefusal) -> [KeptRange] {
        let grid = DustGrid(
            around: try slot0(pool).tick, tickSpacing: try spacing(pool),
            rangesPerSide: terms.reach, band: band(pool))
        var kept: [KeptRange] = []
        for range in grid.ranges where try holds(range, pool) { kept.append(range) }
        return kept
    }

    private func holds(_ range: KeptRange, _ pool: FollowedPool) throws(GridRefusal) -> Bool {
        try held(range, pool) > 0
    }

    private func held(_ range: KeptRange, _ pool: FollowedPool) throws(GridRefusal) -> UInt128 {
        let slot = PoolStorage.position(
            owner: head.executor, tickLower: range.tickLower, tickUpper: range.tickUpper)
        return try word(pool.address, slot).low128
    }

    // MARK: What is to change

    /// What is to be done about a pool's grid; nil where it is as it should be.
    public func change(
        _ pool: FollowedPool, kept: [KeptRange], account: OperatorAccount
    ) throws(GridRefusal) -> SimulatedGridChange? {
        let tick = try slot0(pool).tick
        let spacing = try spacing(pool)
        guard !terms.retires else {
            return try retirement(pool, kept: Set(kept), tick, spacing, account)
        }
        guard pool.bandLower <= tick, tick < pool.bandUpper else {
            throw .rejected(
                .priceOutsideBand(
                    tick: tick, bandLower: pool.bandLower, bandUpper: pool.bandUpper))
        }
        let home = TickSpacing.compressed(tick, spacing)
        let inner = Int32(terms.innerRangesPerSide)
        let stands = Set(kept)
        let grid = DustGrid(
            around: tick, tickSpacing: spacing, rangesPerSide: terms.rangesPerSide,
            band: band(pool))
        let isDue = grid.ranges.contains {
            abs(TickSpacing.compressed($0.tickLower, spacing) - home) <= inner
                && !stands.contains($0)
        }
        guard isDue else { return nil }
        let lacking = grid.groups.filter { !$0.allSatisfy(stands.contains) }
        return try execute(
            .seeding, pool, Self.nearest(lacking, to: home * spacing), account
        ) { (group) throws(GridRefusal) in
            try seedingCall(group, pool)
        }
    }

    private func retirement(
        _ pool: FollowedPool, kept: Set<KeptRange>, _ tick: Tick, _ spacing: Tick,
        _ account: OperatorAccount
    ) throws(GridRefusal) -> SimulatedGridChange? {
        let grid = DustGrid(
            around: tick, tickSpacing: spacing, rangesPerSide: terms.reach, band: band(pool))
        let standing = grid.groups.filter { $0.contains(where: kept.contains) }
        guard !standing.isEmpty else { return nil }
        return try execute(
            .retirement, pool, Self.nearest(standing, to: tick), account
        ) { (group) throws(GridRefusal) in
            try retirementCall(group, pool)
        }
    }

    private static func nearest(_ groups: [[KeptRange]], to tick: Tick) -> [[KeptRange]] {
        groups.sorted { abs($0[0].tickLower - tick) < abs($1[0].tickLower - tick) }
    }

    // MARK: Calls

    /// Dust may be put in at whatever price within the band: what it takes is bounded all the same.
    private func seedingCall(
        _ group: [KeptRange], _ pool: FollowedPool
    ) throws(GridRefusal) -> [UInt8] {
        guard let most = DustGrid.mostDeposit(of: group),
            let lowest = TickMath.sqrtPriceX96(atTick: max(pool.bandLower, TickMath.minTick)),
            let highest = TickMath.sqrtPriceX96(atTick: min(pool.bandUpper, TickMath.maxTick))
        else { throw .rejected(.noProfitableRange) }
        let valuation = WethValuation(
            wethIsToken0: pool.key.token0 == head.weth,
            sqrtPriceX96: try slot0(pool).sqrtPriceX96)
        let worth = valuation.wei(
            amount0: Int256(bitPattern: most.amount0), amount1: Int256(bitPattern: most.amount1))
        guard let worth, !worth.isNegative, worth.magnitude <= Self.dustLimitWei else {
            throw .notDust(
                worthWei: worth?.magnitude ?? .max, limitWei: Self.dustLimitWei)
        }
        return JitExecutor.open(
            pool: arguments(pool), positions: DustGrid.positions(of: group),
            guard: JitExecutor.Guard(
                targetBlock: head.nextBlock.number, parentHash: head.hash,
                maxTimestamp: head.nextBlock.timestamp, minSqrtPriceX96: lowest,
                maxSqrtPriceX96: highest, minLiquidity: 0, maxLiquidity: .max,
                maxAmount0: most.amount0, maxAmount1: most.amount1, keeps: true))
    }

    /// Names all that stands in the ranges, whoever has put it in: what is kept has no record.
    private func retirementCall(
        _ group: [KeptRange], _ pool: FollowedPool
    ) throws(GridRefusal) -> [UInt8] {
        var positions = DustGrid.positions(of: group)
        for (index, range) in group.enumerated() {
            positions[index].liquidity = try held(range, pool)
        }
        return JitExecutor.unwind(pool: arguments(pool), positions: positions)
    }

    // MARK: Execution

    private func execute(
        _ kind: SimulatedGridChange.Kind, _ pool: FollowedPool, _ groups: [[KeptRange]],
        _ account: OperatorAccount, call: ([KeptRange]) throws(GridRefusal) -> [UInt8]
    ) throws(GridRefusal) -> SimulatedGridChange {
        let start = machine.checkpoint()
        defer { machine.rollback(to: start) }
        let feePerGas = head.nextBlock.baseFeePerGas &+ Self.priorityFeePerGas
        var transactions: [Transaction] = []
        var ranges: [KeptRange] = []
        var gasUsed: UInt64 = 0
        for group in groups {
            var transaction = Transaction(
                type: .feeMarket, chainId: head.nextBlock.chainId,
                nonce: account.nonce + UInt64(transactions.count),
                // What is taken out may wait for its block, at a higher base fee.
                maxFeePerGas: kind == .seeding
                    ? feePerGas : feePerGas &+ head.nextBlock.baseFeePerGas,
                maxPriorityFeePerGas: Self.priorityFeePerGas,
                gasLimit: Self.trialGas(head.nextBlock), to: head.executor, data: try call(group))
            let before = machine.checkpoint()
            let trial = try execute(transaction, account)
            let used = gasUsed + trial.gasUsed
            guard UInt256(used) &* feePerGas <= terms.maxCostWei else {
                machine.rollback(to: before)
                guard !transactions.isEmpty else {
                    throw .tooDear(
                        costWei: UInt256(used) &* feePerGas, limitWei: terms.maxCostWei)
                }
                break
            }
            let peak = trial.gasUsed + trial.gasRefunded
            transaction.gasLimit = peak + peak / 8
            transactions.append(transaction)
            ranges += group
            gasUsed = used
        }
        return SimulatedGridChange(
            kind: kind, pool: pool.address, ranges: ranges, account: account,
            headHash: head.hash, targetBlock: head.nextBlock.number, transactions: transactions,
            gasUsed: gasUsed, costWei: UInt256(gasUsed) &* feePerGas)
    }

    private func execute(
        _ transaction: Transaction, _ account: OperatorAccount
    ) throws(GridRefusal) -> TransactionOutcome {
        let outcome: TransactionOutcome
        do throws(ExecutionError) {
            outcome = try machine.execute(transaction, sender: account.address)
        } catch {
            throw .rejected(Rejection(error))
        }
        guard outcome.status == .success else {
            throw .transactionFails(
                JitExecutor.errorCode(of: outcome.output).map { "JitError(\($0))" }
                    ?? "\(outcome.status)")
        }
        return outcome
    }

    /// Four new positions on fresh ticks take 650,000 gas under Osaka, 2,400,000 under Amsterdam.
    private static func trialGas(_ block: BlockEnvironment) -> UInt64 {
        min(block.fork >= .amsterdam ? 6_000_000 : 2_000_000, block.gasLimit)
    }

    // MARK: Reading

    private func arguments(_ pool: FollowedPool) -> JitExecutor.PoolArguments {
        JitExecutor.PoolArguments(
            token0: pool.key.token0, token1: pool.key.token1, fee: pool.key.feePips)
    }

    private func band(_ pool: FollowedPool) -> ClosedRange<Tick> {
        pool.bandLower...max(pool.bandLower, pool.bandUpper)
    }

    private func spacing(_ pool: FollowedPool) throws(GridRefusal) -> Tick {
        guard let spacing = TickSpacing.of(feePips: pool.key.feePips) else {
            throw .rejected(.noProfitableRange)
        }
        return spacing
    }

    private func slot0(_ pool: FollowedPool) throws(GridRefusal) -> Slot0 {
        Slot0(word: try word(pool.address, PoolStorage.slot0))
    }

    private func word(_ address: Address, _ slot: UInt256) throws(GridRefusal) -> UInt256 {
        do {
            return try machine.storage(address, slot: slot)
        } catch {
            throw .rejected(.unsimulatable(.stateNotLoaded(error.key)))
        }
    }
}
