import Contracts
import Ethereum
import UniswapV3

/// Our two transactions around a target.
struct BundleTransactions: Sendable {
    var open: Transaction
    var close: Transaction

    /// Gas limits of a first trial; the final transactions get what the trial used and a margin.
    static func trialGasLimits(_ fork: Fork) -> GasLimits {
        fork >= .amsterdam
            ? GasLimits(open: 5_000_000, close: 2_500_000)
            : GasLimits(open: 2_200_000, close: 1_500_000)
    }

    struct GasLimits: Equatable, Sendable {
        var open: UInt64
        var close: UInt64
    }

    /// The transactions of a plan for the block after `head`. They pay the base fee and nothing
    /// above it: what the builder earns is the tip, and that only `close` pays, after its profit.
    init(
        plan: JitPlan, bounds: GuardBounds, maxDeposits: (UInt256, UInt256), head: HeadState,
        account: OperatorAccount, refSqrtPriceX96: UInt256, minProfitWei: UInt256,
        tipWei: UInt256, gasLimits: GasLimits
    ) {
        let pool = JitExecutor.PoolArguments(
            token0: plan.pool.key.token0, token1: plan.pool.key.token1, fee: plan.pool.key.feePips)
        // On one price and one liquidity the pool takes what the plan says, to the unit.
        let isExact =
            bounds == GuardBounds(plan) && maxDeposits == (plan.deposit0, plan.deposit1)
        let anchors = JitExecutor.Guard(
            targetBlock: head.nextBlock.number, parentHash: head.hash,
            maxTimestamp: head.nextBlock.timestamp, minSqrtPriceX96: bounds.minSqrtPriceX96,
            maxSqrtPriceX96: bounds.maxSqrtPriceX96, minLiquidity: bounds.minLiquidity,
            maxLiquidity: bounds.maxLiquidity, maxAmount0: maxDeposits.0,
            maxAmount1: maxDeposits.1, paysMaximum: isExact)
        let settlement = JitExecutor.Settlement(
            refSqrtPriceX96: refSqrtPriceX96,
            refTick: TickMath.tick(atSqrtPriceX96: refSqrtPriceX96) ?? TickMath.minTick,
            minProfitWei: minProfitWei, tipWei: tipWei, sweep: false,
            paid: isExact ? .init(amount0: maxDeposits.0, amount1: maxDeposits.1) : nil)
        func transaction(nonce: UInt64, gasLimit: UInt64, data: [UInt8]) -> Transaction {
            Transaction(
                type: .feeMarket, chainId: head.nextBlock.chainId, nonce: nonce,
                maxFeePerGas: head.nextBlock.baseFeePerGas, maxPriorityFeePerGas: .zero,
                gasLimit: gasLimit, to: head.executor, data: data)
        }
        open = transaction(
            nonce: account.nonce, gasLimit: gasLimits.open,
            data: JitExecutor.open(pool: pool, positions: plan.positions, guard: anchors))
        close = transaction(
            nonce: account.nonce + 1, gasLimit: gasLimits.close,
            data: JitExecutor.close(
                pool: pool, positions: plan.positions, settlement: settlement))
    }
}
